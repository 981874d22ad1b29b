import type { PageParts } from './chrome';
import type { BakerTables } from './delegator-pages';
import { payoutTable } from './payout-table';
import { addCsv, addJson, type PublishedRow, published, timeText } from './published-rows';
import { AGE_NOTICE, downloads, escaped, facts, footnotes, pathTo, problemNotice } from './site-html';
import { cycleFolder, pageName, SiteLinks } from './site-links';
import { hasLeft, isUnderWay, problemsOf, type SiteCycle, type SiteRow, type SiteStatus, sum } from './site-rows';
import { tezText } from './tez-text';

/** More make a page that no phone likes; the tables to download have them all. */
const MOST_ROWS = 250;

/** What other pages tell of a cycle. Amounts are mutez. */
export interface CycleSummary {
  readonly cycle: number;
  readonly rows: number;
  readonly sentRows: number;
  readonly reward: bigint;
  readonly paid: bigint;
  /** Rows of each status. */
  readonly counts: Readonly<Record<SiteStatus, number>>;
  /** Of the newest row that says when it was paid: 2026-11-29. Else ''. */
  readonly day: string;
  readonly isFaulty: boolean;
}

export interface WrittenCycle {
  readonly summary: CycleSummary;
  /** As they are published, the largest reward first. */
  readonly rows: readonly PublishedRow[];
  /** Not written yet: it waits for its frame. */
  readonly page: PageParts;
}

/** Writes the tables of a cycle. */
export function writeCycle(site: BakerTables, cycle: SiteCycle): WrittenCycle {
  const rows = byReward(cycle.rows).map((row) => published(cycle.cycle, row));
  const problems = problemsOf(cycle, (mutez) => tezText(String(mutez)));
  const sent = cycle.rows.filter(hasLeft);
  const summary: CycleSummary = {
    cycle: cycle.cycle,
    rows: rows.length,
    sentRows: sent.length,
    reward: sum(cycle.rows, ({ reward }) => reward),
    paid: sum(sent, ({ paid }) => paid),
    counts: countsOf(cycle.rows),
    day: timeText(newestOf(cycle.rows)).slice(0, 10),
    isFaulty: problems.length > 0,
  };
  const data = writeTables(site, cycle, { rows, problems });
  return { summary, rows, page: pageOf(site, { cycle, rows, problems, summary, data }) };
}

interface CycleTables {
  readonly rows: readonly PublishedRow[];
  readonly problems: readonly string[];
}

/** Answers the names of their objects. */
function writeTables({ files, baker, text }: BakerTables, cycle: SiteCycle, { rows, problems }: CycleTables): Data {
  const start = `${baker.name}/cycles/${cycle.cycle}`;
  addCsv(
    text,
    rows.map(({ line }) => line),
  );
  const csv = files.addData(start, 'csv', text.take());
  const { source, fee, totals } = cycle;
  const told = totals.map(({ what, recorded }) => ({ what, recordedMutez: String(recorded) }));
  const head = JSON.stringify({ cycle: cycle.cycle, baker: baker.address, source, fee, totals: told, problems });
  text.add(`${head.slice(0, -1)},"rows":`);
  addJson(text, rows);
  text.add('}\n');
  return [csv, files.addData(start, 'json', text.take())];
}

/** The largest first. Numbers are compared faster than bigints; only what is the same number is compared again. */
function byReward(rows: readonly SiteRow[]): SiteRow[] {
  const all = rows.map((row) => ({ row, about: Number(row.reward) }));
  all.sort((a, b) => b.about - a.about || order(b.row.reward, a.row.reward) || order(a.row.delegator, b.row.delegator));
  return all.map(({ row }) => row);
}

type Data = readonly [csv: string, json: string];

interface CyclePage extends CycleTables {
  readonly cycle: SiteCycle;
  readonly summary: CycleSummary;
  readonly data: Data;
}

function pageOf({ config, baker }: BakerTables, { cycle, rows, problems, summary, data }: CyclePage): PageParts {
  const name = pageName(cycleFolder(baker.name, cycle.cycle));
  const links = new SiteLinks(name, config.address);
  const shown = rows.slice(0, MOST_ROWS);
  const lines = shown.map(({ line }) => line).join('');
  const known = {
    fee: shown.some(({ row }) => row.fee !== undefined),
    balance: shown.some(({ row }) => row.balance !== undefined),
  };
  const isCut = shown.length < rows.length;
  const caption = isCut ? `The ${MOST_ROWS} largest rewards of ${rows.length}` : `All ${rows.length} delegators`;
  const title = `Cycle ${cycle.cycle} of ${baker.name}`;
  const signed = cycle.rows.filter(isUnderWay).length;
  const underWay = signed === 0 ? '' : ` To ${signed} more it is under way: signed, and not final on the chain yet.`;
  const start = `${baker.name}-${cycle.cycle}`;
  const content = `${pathTo(links, [[baker.name, baker.name]])}
<h1>${title}</h1>
${AGE_NOTICE}
${problemNotice(problems)}
<p class="payouts-lead"><strong>${tezText(String(summary.paid))} tez</strong> have been sent to ${summary.sentRows} of ${summary.rows} delegators.${underWay}</p>
${facts(factsOf(cycle, summary))}
${downloads(links, [
  { name: data[0], words: 'All delegators of this cycle as CSV', file: `${start}.csv` },
  { name: data[1], words: 'As JSON', file: `${start}.json` },
])}
${payoutTable({ config, links, baker }, { first: 'delegator', caption, lines, known, totals: summary })}
${footnotes(config)}`;
  return { name, title, content };
}

/** What counts most first. */
const told: readonly SiteStatus[] = ['paid', 'sent', 'estimated', 'below minimum', 'not paid'];

function factsOf({ source, fee }: SiteCycle, { counts, day }: CycleSummary): [string, string][] {
  const each = told.filter((status) => counts[status] > 0).map((status) => `${counts[status]} ${status}`);
  return [
    ['Delegators', each.join(', ') || 'none'],
    ...(day === '' ? [] : [['Last payment', day] as [string, string]]),
    ...(fee === undefined ? [] : [['The baker kept', `${escaped(fee)} of the rewards`] as [string, string]]),
    ['Record', `kept by ${escaped(source)}`],
  ];
}

/** What has become of a cycle, in a word or two. */
export function stateOf({ isFaulty, sentRows, counts }: CycleSummary): string {
  if (isFaulty) return 'does not add up';
  if (counts.estimated > 0) return sentRows === 0 ? 'estimated' : `${counts.estimated} not sent yet`;
  if (sentRows === 0 && counts.sent > 0) return 'under way';
  if (counts['not paid'] > 0) return `${counts['not paid']} not paid`;
  if (sentRows === 0) return 'nothing to send';
  return counts.sent > 0 ? 'sent' : 'paid';
}

/** When the newest of them was paid. Unix milliseconds; undefined if no record says it. */
function newestOf(rows: readonly SiteRow[]): number | undefined {
  let newest: number | undefined;
  for (const { timeMs } of rows) if (timeMs !== undefined && (newest === undefined || timeMs > newest)) newest = timeMs;
  return newest;
}

function countsOf(rows: readonly SiteRow[]): Record<SiteStatus, number> {
  const counts = { estimated: 0, sent: 0, paid: 0, 'below minimum': 0, 'not paid': 0 };
  for (const { status } of rows) counts[status]++;
  return counts;
}

function order<T extends bigint | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

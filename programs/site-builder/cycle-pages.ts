import type { BakerSite } from './delegator-pages';
import { payoutTable } from './payout-table';
import { addCsv, addJson, type PublishedRow, published } from './published-rows';
import { AGE_NOTICE, downloads, escaped, facts, footnotes, pathTo, problemNotice } from './site-html';
import { cycleFolder, pageName } from './site-links';
import { hasLeft, isUnderWay, problemsOf, type SiteCycle, type SiteStatus, sum } from './site-rows';
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

/** Page and tables of a cycle; its rows as they are published. */
export function writeCycle(site: BakerSite, cycle: SiteCycle): { summary: CycleSummary; rows: PublishedRow[] } {
  const { files, baker, text } = site;
  const byReward = [...cycle.rows].sort((a, b) => order(b.reward, a.reward) || order(a.delegator, b.delegator));
  const rows = byReward.map((row) => published(cycle.cycle, row));
  const problems = problemsOf(cycle, (mutez) => tezText(String(mutez)));
  const sent = cycle.rows.filter(hasLeft);
  const summary: CycleSummary = {
    cycle: cycle.cycle,
    rows: rows.length,
    sentRows: sent.length,
    reward: sum(cycle.rows, ({ reward }) => reward),
    paid: sum(sent, ({ paid }) => paid),
    counts: countsOf(rows),
    day: rows.reduce((newest, { time }) => (time > newest ? time : newest), '').slice(0, 10),
    isFaulty: problems.length > 0,
  };
  const start = `${baker.name}/cycles/${cycle.cycle}`;
  addCsv(text, rows);
  const csv = files.addData(start, 'csv', text.take());
  const { source, fee, totals } = cycle;
  const told = totals.map(({ what, recorded }) => ({ what, recordedMutez: String(recorded) }));
  const head = JSON.stringify({ cycle: cycle.cycle, baker: baker.address, source, fee, totals: told, problems });
  text.add(`${head.slice(0, -1)},"rows":`);
  addJson(text, rows, 'cycle');
  text.add('}\n');
  const data = [csv, files.addData(start, 'json', text.take())] as const;
  writePage(site, { cycle, rows, problems, summary, data });
  return { summary, rows };
}

interface CyclePage {
  readonly cycle: SiteCycle;
  readonly rows: readonly PublishedRow[];
  readonly problems: readonly string[];
  readonly summary: CycleSummary;
  readonly data: readonly [csv: string, json: string];
}

function writePage({ config, chrome, files, baker }: BakerSite, page: CyclePage): void {
  const { cycle, rows, problems, summary, data } = page;
  const name = pageName(cycleFolder(baker.name, cycle.cycle));
  const links = chrome.links(name);
  const shown = rows.slice(0, MOST_ROWS);
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
${payoutTable({ config, links, baker }, { first: 'delegator', caption, rows: shown, totals: summary })}
${footnotes(config)}`;
  files.add(name, 'leaf', chrome.page({ name, title, content }));
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
  if (sentRows === 0 && counts.sent > 0) return 'under way';
  if (sentRows === 0) return counts.estimated > 0 ? 'estimated' : 'nothing to send';
  if (counts.estimated > 0) return `${counts.estimated} not sent yet`;
  return counts.sent > 0 ? 'sent' : 'paid';
}

function countsOf(rows: readonly PublishedRow[]): Record<SiteStatus, number> {
  const counts = { estimated: 0, sent: 0, paid: 0, 'below minimum': 0, 'not paid': 0 };
  for (const { status } of rows) counts[status]++;
  return counts;
}

function order<T extends bigint | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

import type { BakerSite } from './delegator-pages';
import { csvOf, jsonOf, type PublishedRow, published } from './published-rows';
import { AGE_NOTICE, downloads, escaped, footnotes, payoutTable, problemNotice } from './site-html';
import { cycleFolder, pageName } from './site-links';
import { hasLeft, isUnderWay, problemsOf, type SiteCycle, sum } from './site-rows';
import { tezText } from './tez-text';

/** More make a page that no browser likes; the tables to download have them all. */
const MOST_ROWS = 1000;

/** What other pages tell of a cycle. Amounts are mutez. */
export interface CycleSummary {
  readonly cycle: number;
  readonly rows: number;
  readonly sentRows: number;
  readonly reward: bigint;
  readonly paid: bigint;
  readonly isFaulty: boolean;
}

/** Page and tables of a cycle; its rows as they are published. */
export function writeCycle(site: BakerSite, cycle: SiteCycle): { summary: CycleSummary; rows: PublishedRow[] } {
  const { files, baker } = site;
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
    isFaulty: problems.length > 0,
  };
  const start = `${baker.name}/cycles/${cycle.cycle}`;
  const csv = files.addData(start, 'csv', csvOf(rows));
  const { source, fee, totals } = cycle;
  const told = totals.map(({ what, recorded }) => ({ what, recordedMutez: String(recorded) }));
  const json = {
    cycle: cycle.cycle,
    baker: baker.address,
    source,
    fee,
    totals: told,
    problems,
    rows: rows.map(jsonOf),
  };
  const data = [csv, files.addData(start, 'json', `${JSON.stringify(json)}\n`)] as const;
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
  const fee = cycle.fee === undefined ? '' : ` The baker kept ${escaped(cycle.fee)} of the rewards.`;
  const signed = cycle.rows.filter(isUnderWay).length;
  const underWay = signed === 0 ? '' : ` To ${signed} more it is under way: signed, and not final on the chain yet.`;
  const content = `<nav class="payouts-path" aria-label="Where you are"><a href="${links.page('')}">Home</a> › <a href="${links.page(baker.name)}">${baker.name}</a></nav>
<h1>Cycle ${cycle.cycle} of ${baker.name}</h1>
${AGE_NOTICE}
${problemNotice(problems)}
<p>${summary.sentRows} of ${summary.rows} delegators have been sent ${tezText(String(summary.paid))} tez, by the record of ${escaped(cycle.source)}.${underWay}${fee}</p>
${downloads(links, [
  [data[0], 'All delegators of this cycle as CSV'],
  [data[1], 'As JSON'],
])}
${payoutTable({ config, links, baker }, { first: 'delegator', caption, rows: shown, totals: summary })}
${footnotes(config)}`;
  files.add(name, 'leaf', chrome.page({ name, title: `Cycle ${cycle.cycle} of ${baker.name}`, content }));
}

function order<T extends bigint | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

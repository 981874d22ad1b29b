import type { Chrome } from './chrome';
import type { GrowingText } from './growing-text';
import { payoutTable } from './payout-table';
import { addCsv, addJson, type PublishedRow } from './published-rows';
import type { SiteBuilderConfig } from './site-builder.contract';
import type { SiteFiles } from './site-files';
import { AGE_NOTICE, downloads, facts, footnotes, meanings, onChain, type PageContext, pathTo } from './site-html';
import { groupFolder, groupOf, pageName, payoutsFolder } from './site-links';
import { mutezSum, tezText } from './tez-text';

/** Of one baker. */
export interface BakerSite {
  readonly config: SiteBuilderConfig;
  readonly chrome: Chrome;
  readonly files: SiteFiles;
  /** Empty: tables are written into it, one after the other. */
  readonly text: GrowingText;
  readonly baker: { readonly name: string; readonly address: string };
}

/** Pages and tables of one shard of delegators. */
export function writeDelegators(
  site: BakerSite,
  shard: string,
  delegators: ReadonlyMap<string, readonly PublishedRow[]>,
) {
  const { files, baker, text } = site;
  let start = '{';
  for (const [address, rows] of delegators) {
    text.add(`${start}"${address}":`);
    addJson(text, rows, 'delegator');
    start = ',';
  }
  text.add('}\n');
  const shardName = files.addData(`${baker.name}/shards/${shard}`, 'json', text.take());
  for (const [address, rows] of delegators) writeDelegator(site, { address, rows, shard, shardName });
}

interface DelegatorParts {
  readonly address: string;
  readonly rows: readonly PublishedRow[];
  readonly shard: string;
  readonly shardName: string;
}

function writeDelegator(site: BakerSite, { address, rows, shard, shardName }: DelegatorParts): void {
  const { config, chrome, files, baker, text } = site;
  addCsv(text, rows);
  const csvName = files.addData(`${baker.name}/payouts/${shard}/${address}`, 'csv', text.take());
  const name = pageName(payoutsFolder(baker.name, address));
  const links = chrome.links(name);
  const totals = {
    reward: mutezSum(rows.map(({ reward }) => reward)),
    paid: mutezSum(rows.map(({ paid }) => paid)),
  };
  const context = { config, links, baker };
  const content = `${pathTo(links, [
    [baker.name, baker.name],
    [groupFolder(baker.name, groupOf(address)), `${groupOf(address)}&hellip;`],
  ])}
<h1>Payouts to <code>${address}</code></h1>
${AGE_NOTICE}
${leadOf(rows, totals.paid)}
${facts(factsOf(context, address, rows))}
${downloads(links, [
  { name: csvName, words: 'This table as CSV', file: `${address}.csv` },
  { name: shardName, words: 'As JSON, with some others', file: `${baker.name}-${shard}.json` },
])}
${payoutTable(context, { first: 'cycle', caption: 'Payouts, the newest cycle first', rows, totals })}
${footnotes(config)}`;
  files.add(name, 'leaf', chrome.page({ name, title: `Payouts to ${address}`, content, isListed: false }));
}

/** What is only under way has no amount yet. */
const isSent = ({ paid }: Pick<PublishedRow, 'paid'>) => paid !== '';

/** What was sent in all; and of the newest cycle, in words, why nothing was. `rows`: the newest first. */
function leadOf(rows: readonly PublishedRow[], paid: bigint): string {
  const cycles = new Set(rows.map(({ cycle }) => cycle)).size;
  const sent = new Set(rows.filter(isSent).map(({ cycle }) => cycle));
  const [{ cycle, status }] = rows;
  const why = sent.has(cycle) ? '' : `\n<p>Cycle ${cycle} is ${status}: ${meanings[status]}.</p>`;
  return `<p class="payouts-lead"><strong>${tezText(String(paid))} tez</strong> have been sent for ${sent.size} of ${cycles} cycles.</p>${why}`;
}

function factsOf({ config, baker, links }: PageContext, address: string, rows: readonly PublishedRow[]) {
  const last = rows.find(isSent);
  const day = last?.time ? `, on ${last.time.slice(0, 10)}` : '';
  const payment: [string, string][] = last ? [['Last payment', `${last.paid} tez for cycle ${last.cycle}${day}`]] : [];
  return [
    ...payment,
    ['Account', onChain(config, address)],
    ['Baker', `<a href="${links.page(baker.name)}">${baker.name}</a>, ${onChain(config, baker.address)}`],
  ] as [string, string][];
}

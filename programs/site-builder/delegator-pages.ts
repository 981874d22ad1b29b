import type { Chrome } from './chrome';
import type { DelegatorTally } from './delegator-tally';
import type { GrowingText } from './growing-text';
import { payoutTable } from './payout-table';
import { addCsv, timeText } from './published-rows';
import type { SiteBuilderConfig } from './site-builder.contract';
import type { SiteFiles } from './site-files';
import { AGE_NOTICE, downloads, facts, footnotes, meanings, onChain, type PageContext, pathTo } from './site-html';
import { groupFolder, groupOf, pageName, payoutsFolder } from './site-links';
import type { Delegator } from './spill';
import { tezText } from './tez-text';

/** Of one baker, as long as there is no frame for pages yet. */
export interface BakerTables {
  readonly config: SiteBuilderConfig;
  readonly files: SiteFiles;
  /** Empty: tables are written into it, one after the other. */
  readonly text: GrowingText;
  readonly baker: { readonly name: string; readonly address: string };
}

/** Of one baker. */
export interface BakerSite extends BakerTables {
  readonly chrome: Chrome;
}

/** Page and table of a delegator. */
export function writeDelegator(site: BakerSite, { address, lines, tally }: Delegator): void {
  const { config, chrome, files, baker, text } = site;
  addCsv(text, [lines]);
  const csvName = files.addData(`${baker.name}/payouts/${address}`, 'csv', text.take());
  const name = pageName(payoutsFolder(baker.name, address));
  const links = chrome.links(name);
  const context = { config, links, baker };
  const caption = 'Payouts, the newest cycle first';
  const content = `${pathTo(links, [
    [baker.name, baker.name],
    [groupFolder(baker.name, groupOf(address)), `${groupOf(address)}&hellip;`],
  ])}
<h1>Payouts to <code>${address}</code></h1>
${AGE_NOTICE}
${leadOf(tally)}
${facts(factsOf(context, address, tally))}
${downloads(links, [{ name: csvName, words: 'This table as CSV', file: `${address}.csv` }])}
${payoutTable(context, { first: 'cycle', caption, lines, known: tally.known, totals: tally })}
${footnotes(config)}`;
  files.add(name, 'leaf', chrome.page({ name, title: `Payouts to ${address}`, content, isListed: false }));
}

/** What was sent in all; and of the newest cycle, in words, why nothing was. What is only under way has no amount yet. */
function leadOf({ paid, cycles, sentCycles, newest: { cycle, status, isSent } }: DelegatorTally): string {
  const why = isSent ? '' : `\n<p>Cycle ${cycle} is ${status}: ${meanings[status]}.</p>`;
  return `<p class="payouts-lead"><strong>${tezText(String(paid))} tez</strong> have been sent for ${sentCycles} of ${cycles} cycles.</p>${why}`;
}

function factsOf({ config, baker, links }: PageContext, address: string, { payment }: DelegatorTally) {
  return [
    ...(payment ? [['Last payment', inWords(payment)]] : []),
    ['Account', onChain(config, address)],
    ['Baker', `<a href="${links.page(baker.name)}">${baker.name}</a>, ${onChain(config, baker.address)}`],
  ] as [string, string][];
}

function inWords({ cycle, mutez, timeMs }: NonNullable<DelegatorTally['payment']>): string {
  const day = timeMs === undefined ? '' : `, on ${timeText(timeMs).slice(0, 10)}`;
  return `${tezText(String(mutez))} tez for cycle ${cycle}${day}`;
}

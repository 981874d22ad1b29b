import type { PublishedRow } from './published-rows';
import type { SiteBuilderConfig } from './site-builder.contract';
import { cycleFolder, payoutsFolder, type SiteLinks } from './site-links';
import { tezText } from './tez-text';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => entities[letter]);
}

/** What pages share. */
export interface PageContext {
  readonly config: Pick<SiteBuilderConfig, 'explorer' | 'indexer'>;
  readonly links: SiteLinks;
  readonly baker: { readonly name: string; readonly address: string };
}

/** An address or an operation, with a link to the explorer if there is one. `shown`: what stands for it. */
export function onChain({ explorer }: PageContext['config'], text: string, shown = text): string {
  const code = `<code>${escaped(shown)}</code>`;
  return explorer === undefined
    ? `<code>${escaped(text)}</code>`
    : `<a href="${escaped(explorer)}/${text}">${code}</a>`;
}

/** The first cell of a row. */
export type FirstCell = 'cycle' | 'delegator';

const titles: Readonly<Record<FirstCell, string>> = { cycle: 'Cycle', delegator: 'Delegator' };
const columns = ['Delegated, tez', 'Reward, tez', 'Fee of the baker, tez', 'Paid, tez', 'Status', 'Operation', 'Day'];

export interface TableParts {
  readonly first: FirstCell;
  readonly caption: string;
  readonly rows: readonly PublishedRow[];
  /** Mutez; of rows that are not shown too. */
  readonly totals: { readonly reward: bigint; readonly paid: bigint };
}

/** Rows as a table that can be scrolled with the keyboard, with its totals. */
export function payoutTable(context: PageContext, { first, caption, rows, totals }: TableParts): string {
  const heads = [titles[first], ...columns].map((title) => `<th scope="col">${title}</th>`).join('');
  let body = '';
  for (const row of rows) body += tableRow(context, first, row);
  const [reward, paid] = [totals.reward, totals.paid].map((mutez) => `<td>${tezText(String(mutez))}</td>`);
  return `<div class="payouts-scroll" role="region" tabindex="0" aria-label="${escaped(caption)}">
<table class="payouts-table"><caption>${escaped(caption)}</caption>
<thead><tr>${heads}</tr></thead>
<tbody>
${body}</tbody>
<tfoot><tr><th scope="row">Total</th><td></td>${reward}<td></td>${paid}<td></td><td></td><td></td></tr></tfoot>
</table></div>`;
}

function tableRow({ config, links, baker }: PageContext, first: FirstCell, row: PublishedRow): string {
  const { cycle, delegator, balance, reward, fee, paid, status, operation, time } = row;
  const name =
    first === 'cycle'
      ? `<a href="${links.page(cycleFolder(baker.name, cycle))}">${cycle}</a>`
      : `<a href="${links.page(payoutsFolder(baker.name, delegator))}"><code>${delegator}</code></a>`;
  const link = operation === '' ? '' : onChain(config, operation, `${operation.slice(0, 8)}…`);
  return `<tr><th scope="row">${name}</th><td>${tezText(balance)}</td><td>${tezText(reward)}</td><td>${tezText(fee)}</td><td>${tezText(paid)}</td><td class="payouts-${status.replace(' ', '-')}">${status}</td><td>${link}</td><td>${time.slice(0, 10)}</td></tr>\n`;
}

export function downloads(links: SiteLinks, files: readonly (readonly [name: string, words: string])[]): string {
  const each = files.map(([name, words]) => `<li><a href="${links.file(name)}" download>${escaped(words)}</a></li>`);
  return `<ul class="payouts-downloads">${each.join('')}</ul>`;
}

/** Sentences that say what is wrong with a cycle; '' if nothing is. */
export function problemNotice(problems: readonly string[]): string {
  if (problems.length === 0) return '';
  const each = problems.map((problem) => `<li>${escaped(problem)}</li>`).join('');
  return `<div class="payouts-notice"><p><strong>This cycle does not add up.</strong></p><ul>${each}</ul></div>`;
}

/** The script shows it if the site is old. */
export const AGE_NOTICE = '<p id="payouts-age" class="payouts-notice" role="status" hidden></p>';

/** What the words mean, and whose numbers these are. */
export function footnotes({ indexer }: PageContext['config']): string {
  const credit = indexer ? `<p>Powered by <a href="${escaped(indexer.url)}">${escaped(indexer.name)} API</a></p>` : '';
  return `<section class="payouts-notes" aria-label="What the words mean"><dl>
<dt>estimated</dt><dd>computed, and not sent yet; it may still change</dd>
<dt>sent</dt><dd>a record says that it was sent; the operation shows whether it was included</dd>
<dt>paid</dt><dd>in a block that is final, seen by the baker's own node</dd>
<dt>below minimum</dt><dd>too little to be sent</dd>
<dt>not paid</dt><dd>left out for another reason; ask the baker</dd></dl>
<p>These are rewards of those who delegate. Who stakes gets the rewards for it from the protocol itself: they are on the chain, and not on this site.</p>
${credit}</section>`;
}

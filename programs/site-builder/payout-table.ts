import type { KnownColumns } from './delegator-tally';
import { escaped, type PageContext } from './site-html';
import { cycleFolder, payoutsFolder } from './site-links';
import { siteStatuses } from './site-rows';
import { tezText } from './tez-text';

/** The first cell of a row. */
export type FirstCell = 'cycle' | 'delegator';

const titles: Readonly<Record<FirstCell, string>> = { cycle: 'Cycle', delegator: 'Delegator' };

/** What follows. On a phone the first three are seen; the style puts texts where the third to the fifth are. */
const columns = ['Paid, tez', 'Status', 'Day', 'Operation', 'Reward after fee, tez'];

/**
 * A line of CSV: $1 cycle, $2 delegator, $3 delegated, $4 reward, $5 fee, $6 paid, $7 status, $8 the first letters of the
 * operation, $9 the others, $10 day. There are millions of rows: one expression for all of them is faster than to take each
 * into pieces and put it together again. No field holds what HTML writes otherwise.
 */
const LINE = /^(\d+),([^,]*),([^,]*),([^,]*),([^,]*),([^,]*),([^,]*),([^,]{8})?([^,]*),([^,\n]{10})?[^\n]*\n/gm;

export interface TableParts {
  readonly first: FirstCell;
  readonly caption: string;
  /** Of CSV, without the header. */
  readonly lines: string;
  readonly known: KnownColumns;
  /** Mutez; of rows that are not shown too. */
  readonly totals: { readonly reward: bigint; readonly paid: bigint };
}

/** Rows as a table that can be scrolled with the keyboard, with its totals. */
export function payoutTable(context: PageContext, parts: TableParts): string {
  const { first, caption, known, totals } = parts;
  const more = [...(known.fee ? ['Fee, tez'] : []), ...(known.balance ? ['Delegated, tez'] : [])];
  const [reward, paid] = [totals.reward, totals.paid].map((mutez) => `<td>${tezText(String(mutez))}</td>`);
  const total = `<th scope="row">Total</th>${paid}<td></td><td></td><td></td>${reward}${'<td></td>'.repeat(more.length)}`;
  const heads = [titles[first], ...columns, ...more];
  return scrolled(caption, { heads, body: rowsOf(context, parts), foot: `<tfoot><tr>${total}</tr></tfoot>` });
}

export interface ScrolledParts {
  readonly heads: readonly string[];
  /** HTML of rows. */
  readonly body: string;
  readonly foot?: string;
}

/** A table that is scrolled alone, with the keyboard too: the page never gets wider than a phone. */
export function scrolled(caption: string, { heads, body, foot = '' }: ScrolledParts): string {
  return `<div class="payouts-scroll" role="region" tabindex="0" aria-label="${escaped(caption)}">
<table class="payouts-table"><caption>${escaped(caption)}</caption>
<thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead>
<tbody>
${body}</tbody>
${foot}</table></div>`;
}

/** HTML of rows. What is the same in all of them is put together once. */
function rowsOf({ links, baker, config }: PageContext, { first, lines, known }: TableParts): string {
  const name =
    first === 'cycle'
      ? `<a href="${links.page(cycleFolder(baker.name, '$1'))}">$1</a>`
      : `<a href="${links.page(payoutsFolder(baker.name, '$2'))}"><code>$2</code></a>`;
  const { explorer } = config;
  const operation = operationLink(explorer?.replaceAll('$', '$$$$'), '$8', '$9'); // which of its own stay as they are
  const more = `${known.fee ? '<td>$5</td>' : ''}${known.balance ? '<td>$3</td>' : ''}`;
  const row = `<tr><th scope="row">${name}</th><td>$6</td><td class="payouts-$7">$7</td><td>$10</td><td>${operation}</td><td>$4</td>${more}</tr>\n`;
  let html = lines.replace(LINE, row).replaceAll(operationLink(explorer, '', ''), '');
  for (const [status, called] of classes) html = html.replaceAll(`"payouts-${status}"`, `"payouts-${called}"`);
  return html;
}

/** Statuses of several words, and how they are called in the style. */
const classes = siteStatuses
  .filter((status) => status.includes(' '))
  .map((status) => [status, status.replaceAll(' ', '-')] as const);

/** A link to the explorer, if there is one. */
function operationLink(explorer: string | undefined, start: string, rest: string): string {
  if (explorer === undefined) return `<code>${start}${rest}</code>`;
  return `<a href="${escaped(explorer)}/${start}${rest}"><code>${start}&hellip;</code></a>`;
}

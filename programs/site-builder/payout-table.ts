import type { PublishedRow } from './published-rows';
import { escaped, onChain, type PageContext } from './site-html';
import { cycleFolder, payoutsFolder } from './site-links';
import type { SiteStatus } from './site-rows';
import { tezText } from './tez-text';

/** The first cell of a row. */
export type FirstCell = 'cycle' | 'delegator';

const titles: Readonly<Record<FirstCell, string>> = { cycle: 'Cycle', delegator: 'Delegator' };

/** What follows. On a phone the first three are seen; the style puts texts where the third to the fifth are. */
const columns = ['Paid, tez', 'Status', 'Day', 'Operation', 'Reward after fee, tez'];
/** Shown where a row has them: not every record names what was delegated. */
const columnsIfKnown = { fee: 'Fee, tez', balance: 'Delegated, tez' } as const;
type IfKnown = keyof typeof columnsIfKnown;

export interface TableParts {
  readonly first: FirstCell;
  readonly caption: string;
  readonly rows: readonly PublishedRow[];
  /** Mutez; of rows that are not shown too. */
  readonly totals: { readonly reward: bigint; readonly paid: bigint };
}

/** Rows as a table that can be scrolled with the keyboard, with its totals. */
export function payoutTable(context: PageContext, { first, caption, rows, totals }: TableParts): string {
  const known = (Object.keys(columnsIfKnown) as IfKnown[]).filter((name) => rows.some((row) => row[name] !== ''));
  const heads = [titles[first], ...columns, ...known.map((name) => columnsIfKnown[name])];
  let body = '';
  for (const row of rows) body += tableRow(context, { first, row, known });
  const [reward, paid] = [totals.reward, totals.paid].map((mutez) => `<td>${tezText(String(mutez))}</td>`);
  const total = `<th scope="row">Total</th>${paid}<td></td><td></td><td></td>${reward}${'<td></td>'.repeat(known.length)}`;
  return scrolled(caption, { heads, body, foot: `<tfoot><tr>${total}</tr></tfoot>` });
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

interface RowParts {
  readonly first: FirstCell;
  readonly row: PublishedRow;
  readonly known: readonly IfKnown[];
}

function tableRow({ config, links, baker }: PageContext, { first, row, known }: RowParts): string {
  const { cycle, delegator, reward, paid, status, operation, time } = row;
  const name =
    first === 'cycle'
      ? `<a href="${links.page(cycleFolder(baker.name, cycle))}">${cycle}</a>`
      : `<a href="${links.page(payoutsFolder(baker.name, delegator))}"><code>${delegator}</code></a>`;
  const link = operation === '' ? '' : onChain(config, operation, `${operation.slice(0, 8)}…`);
  let more = '';
  for (const column of known) more += `<td>${tezText(row[column])}</td>`;
  return `<tr><th scope="row">${name}</th><td>${tezText(paid)}</td><td class="${statusClass(status)}">${status}</td><td>${time.slice(0, 10)}</td><td>${link}</td><td>${tezText(reward)}</td>${more}</tr>\n`;
}

export const statusClass = (status: SiteStatus) => `payouts-${status.replace(' ', '-')}`;

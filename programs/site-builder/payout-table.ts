import type { PublishedRow } from './published-rows';
import { escaped, type PageContext } from './site-html';
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
  const parts = { first, known, operationLink: operationLinks(context.config) };
  let body = '';
  for (const row of rows) body += tableRow(context, row, parts);
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

/** A link to the explorer, if there is one. There are millions of them, and no checked hash holds what HTML writes otherwise. */
function operationLinks({ explorer }: PageContext['config']): (operation: string) => string {
  if (explorer === undefined) return (operation) => `<code>${operation}</code>`;
  const start = `<a href="${escaped(explorer)}/`;
  return (operation) => `${start}${operation}"><code>${operation.slice(0, 8)}&hellip;</code></a>`;
}

interface RowParts {
  readonly first: FirstCell;
  readonly known: readonly IfKnown[];
  readonly operationLink: (operation: string) => string;
}

function tableRow({ links, baker }: PageContext, row: PublishedRow, { first, known, operationLink }: RowParts): string {
  const { cycle, delegator, reward, paid, status, operation, time } = row;
  const name =
    first === 'cycle'
      ? `<a href="${links.page(cycleFolder(baker.name, cycle))}">${cycle}</a>`
      : `<a href="${links.page(payoutsFolder(baker.name, delegator))}"><code>${delegator}</code></a>`;
  const link = operation === '' ? '' : operationLink(operation);
  let more = '';
  for (const column of known) more += `<td>${row[column]}</td>`;
  return `<tr><th scope="row">${name}</th><td>${paid}</td><td class="${classes[status]}">${status}</td><td>${time.slice(0, 10)}</td><td>${link}</td><td>${reward}</td>${more}</tr>\n`;
}

const classes: Readonly<Record<SiteStatus, string>> = {
  estimated: 'payouts-estimated',
  sent: 'payouts-sent',
  paid: 'payouts-paid',
  'below minimum': 'payouts-below-minimum',
  'not paid': 'payouts-not-paid',
};

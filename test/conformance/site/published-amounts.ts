import { tezText } from '../../../programs/site-builder/tez-text';
import type { Report } from '../part';
import { type PaidRow, paidRows } from './paid-history';
import type { SiteWorld } from './site-world';
import type { Objects } from './stored-objects';

/** What the tables of pages say is what was paid: every row once, with its amount, for its cycle and for its delegator. */
export async function judgeAmounts(report: Report, world: SiteWorld, cycles: number): Promise<void> {
  const [objects, rows] = [await world.objects(), paidRows(cycles)];
  const { name: baker } = world.payer.baker;
  const pages = new Map<string, PaidRow[]>();
  for (const row of rows) {
    for (const page of [`${baker}/cycles/${row.cycle}`, `${baker}/payouts/${row.delegator}`]) {
      pages.set(page, [...(pages.get(page) ?? []), row]);
    }
  }
  const wrong = [...pages].flatMap(([page, own]) => {
    const wanted = own.map(({ cycle, delegator, amount }) => `${cycle} ${delegator} ${tezText(String(amount))}`);
    const shown = tableOf(objects, `${page}/index.html`);
    return shown.sort().join() === wanted.sort().join()
      ? []
      : [`${page}: ${shown.length} rows, and not as they were paid`];
  });
  if (wrong.length > 0) report.fail('amounts on the site', wrong.slice(0, 10).join('\n'));
  else report.pass('tables of the site that say what was paid', pages.size);
}

/** Of the CSV that a page links: cycle, delegator and what was paid. */
function tableOf(objects: Objects, page: string): string[] {
  const [, link] = /href="(?:\.\.\/)+(data\/[^"]+\.csv)"/.exec(String(objects.get(page)?.body)) ?? [];
  const [head = '', ...lines] = String(objects.get(link ?? '')?.body)
    .trimEnd()
    .split('\n');
  const columns = head.split(',');
  return lines.map((line) => {
    const fields = line.split(',');
    return ['cycle', 'delegator', 'paid_tez'].map((name) => fields[columns.indexOf(name)]).join(' ');
  });
}

import type { GrowingText } from './growing-text';
import type { SiteRow } from './site-rows';
import { tezText } from './tez-text';

/**
 * All that is published of a row, and no more: whoever adds a column adds it here. It is put into words once, and these are
 * written wherever the row is. What the tables of pages show is made of the lines.
 */
export interface PublishedRow {
  readonly row: SiteRow;
  /** A line of CSV, with its end. Amounts are tez with six decimals; what is not known is ''. */
  readonly line: string;
  /**
   * An object of JSON, without what all rows of a cycle have in common. Amounts are mutez, and stay texts: a JSON number is
   * a floating point number to many who read it.
   */
  readonly json: string;
}

const CSV_HEADER = 'cycle,delegator,delegated_tez,reward_tez,baker_fee_tez,paid_tez,status,operation,time\n';

/** No field needs quotes, none begins as a formula does, and none holds what HTML or JSON write otherwise. */
export function published(cycle: number, row: SiteRow): PublishedRow {
  const { delegator, status, operation = '' } = row;
  const balance = digits(row.balance);
  const reward = digits(row.reward);
  const fee = digits(row.fee);
  const paid = digits(row.paid);
  const time = timeText(row.timeMs);
  const line = `${cycle},${delegator},${tezText(balance)},${tezText(reward)},${tezText(fee)},${tezText(paid)},${status},${operation},${time}\n`;
  const amounts = `${member('balanceMutez', balance)},"rewardMutez":"${reward}"${member('feeMutez', fee)}${member('paidMutez', paid)}`;
  const rest = `,"status":"${status}"${member('operation', operation)}${member('time', time)}`;
  return { row, line, json: `{"delegator":"${delegator}"${amounts}${rest}}` };
}

/** A table for spreadsheets. */
export function addCsv(text: GrowingText, lines: Iterable<string>): void {
  text.add(CSV_HEADER);
  for (const line of lines) text.add(line);
}

/** A list for programs. */
export function addJson(text: GrowingText, rows: readonly PublishedRow[]): void {
  let start = '[';
  for (const { json } of rows) {
    text.add(start + json);
    start = ',';
  }
  text.add(rows.length === 0 ? '[]' : ']');
}

const digits = (mutez: bigint | undefined) => (mutez === undefined ? '' : String(mutez));

const member = (name: string, text: string) => (text === '' ? '' : `,"${name}":"${text}"`);

/** RFC 3339, in seconds; nothing stays ''. */
export function timeText(timeMs: number | undefined): string {
  return timeMs === undefined ? '' : `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}

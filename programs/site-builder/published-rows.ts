import type { GrowingText } from './growing-text';
import type { SiteRow, SiteStatus } from './site-rows';
import { mutezText, tezText } from './tez-text';

/**
 * All that is published of a row, and no more: whoever adds a column adds it here. Amounts are tez with six decimals; what
 * is not known is ''.
 */
export interface PublishedRow {
  /** All of it as a line of CSV, without its end: made once, and written wherever the row is. */
  readonly line: string;
  readonly cycle: number;
  readonly delegator: string;
  readonly balance: string;
  readonly reward: string;
  readonly fee: string;
  readonly paid: string;
  readonly status: SiteStatus;
  readonly operation: string;
  /** RFC 3339, in seconds. */
  readonly time: string;
}

/** No field needs quotes, and none begins as a formula does. */
export function published(cycle: number, row: SiteRow): PublishedRow {
  const { delegator, status, operation = '', timeMs } = row;
  const [balance, reward, fee, paid] = [tez(row.balance), tez(row.reward), tez(row.fee), tez(row.paid)];
  const time = timeMs === undefined ? '' : `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
  const line = `${cycle},${delegator},${balance},${reward},${fee},${paid},${status},${operation},${time}`;
  return { line, cycle, delegator, balance, reward, fee, paid, status, operation, time };
}

const tez = (mutez: bigint | undefined) => (mutez === undefined ? '' : tezText(String(mutez)));

/** The row of a line. */
export function rowOf(line: string): PublishedRow {
  const [cycle, delegator, balance, reward, fee, paid, status, operation, time] = line.split(',');
  return {
    line,
    cycle: Number(cycle),
    delegator,
    balance,
    reward,
    fee,
    paid,
    status: status as SiteStatus,
    operation,
    time,
  };
}

const CSV_HEADER = 'cycle,delegator,delegated_tez,reward_tez,baker_fee_tez,paid_tez,status,operation,time\n';

/** A table for spreadsheets. */
export function addCsv(text: GrowingText, rows: readonly PublishedRow[]): void {
  text.add(CSV_HEADER);
  for (const { line } of rows) text.add(`${line}\n`);
}

/** A list for programs, as JSON. `known`: what all rows have in common, and is said beside them. */
export function addJson(text: GrowingText, rows: readonly PublishedRow[], known: 'cycle' | 'delegator'): void {
  let start = '[';
  for (const row of rows) {
    text.add(
      `${start}{${known === 'cycle' ? `"delegator":"${row.delegator}"` : `"cycle":${row.cycle}`}${restOf(row)}}`,
    );
    start = ',';
  }
  text.add(rows.length === 0 ? '[]' : ']');
}

/**
 * There are millions of rows, and none of their texts holds what JSON writes otherwise. Amounts stay texts: a JSON number
 * is a floating point number to many who read it.
 */
function restOf({ balance, reward, fee, paid, status, operation, time }: PublishedRow): string {
  let text = balance === '' ? '' : `,"balanceMutez":"${mutezText(balance)}"`;
  text += `,"rewardMutez":"${mutezText(reward)}"`;
  if (fee !== '') text += `,"feeMutez":"${mutezText(fee)}"`;
  if (paid !== '') text += `,"paidMutez":"${mutezText(paid)}"`;
  text += `,"status":"${status}"`;
  if (operation !== '') text += `,"operation":"${operation}"`;
  return time === '' ? text : `${text},"time":"${time}"`;
}

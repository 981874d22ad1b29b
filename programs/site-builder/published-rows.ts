import { type SiteRow, type SiteStatus, siteStatuses } from './site-rows';
import { tezText } from './tez-text';

/**
 * All that is published of a row, and no more: whoever adds a column adds it here. Amounts are decimal digits of mutez;
 * what is not known is ''.
 */
export interface PublishedRow {
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

export function published(cycle: number, row: SiteRow): PublishedRow {
  const { delegator, balance, reward, fee, paid, status, operation = '', timeMs } = row;
  const digits = (mutez: bigint | undefined) => (mutez === undefined ? '' : String(mutez));
  const time = timeMs === undefined ? '' : `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
  return {
    ...{ cycle, delegator, balance: digits(balance), reward: digits(reward), fee: digits(fee), paid: digits(paid) },
    ...{ status, operation, time },
  };
}

/** One line of a spill, without its end; none of these texts holds a tab. */
export function lineOf(row: PublishedRow): string {
  const { cycle, delegator, balance, reward, fee, paid, status, operation, time } = row;
  const number = siteStatuses.indexOf(status);
  return `${delegator}\t${cycle}\t${balance}\t${reward}\t${fee}\t${paid}\t${number}\t${operation}\t${time}`;
}

export function rowOf(line: string): PublishedRow {
  const [delegator, cycle, balance, reward, fee, paid, number, operation, time] = line.split('\t');
  const status = siteStatuses[Number(number)];
  return { cycle: Number(cycle), delegator, balance, reward, fee, paid, status, operation, time };
}

const CSV_HEADER = 'cycle,delegator,delegated_tez,reward_tez,baker_fee_tez,paid_tez,status,operation,time\n';

/** A table for spreadsheets. No field needs quotes, and none begins as a formula does. */
export function csvOf(rows: readonly PublishedRow[]): string {
  let text = CSV_HEADER;
  for (const { cycle, delegator, balance, reward, fee, paid, status, operation, time } of rows) {
    text += `${cycle},${delegator},${tezText(balance)},${tezText(reward)},${tezText(fee)},${tezText(paid)},${status},${operation},${time}\n`;
  }
  return text;
}

/** A row for programs. Amounts stay texts: a JSON number is a floating point number to many who read it. */
export function jsonOf({ cycle, delegator, balance, reward, fee, paid, status, operation, time }: PublishedRow) {
  const known = (text: string) => (text === '' ? undefined : text);
  return {
    ...{ cycle, delegator, balanceMutez: known(balance), rewardMutez: reward, feeMutez: known(fee) },
    ...{ paidMutez: known(paid), status, operation: known(operation), time: known(time) },
  };
}

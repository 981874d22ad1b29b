/**
 * `estimated`: computed, and not sent yet. `sent`: a record says so, and nobody of ours has seen it final. `paid`: in a
 * final block, seen by payout-guard on the bakery's own node. `below minimum`: too little to be sent. `not paid`: left out
 * for another reason.
 */
export const siteStatuses = ['estimated', 'sent', 'paid', 'below minimum', 'not paid'] as const;
export type SiteStatus = (typeof siteStatuses)[number];

/** tezpay's words for what is too little to be sent (constants/enums/common.go at a02dfa3); plans of it carry them too. */
const BELOW_MINIMUM = /^(DELEGATOR_LOW_BALANCE|DELEGATOR_EMPTIED|PAYOUT_BELLOW_MINIMUM|PAYOUT_ZERO)\b/;

/** Status of a row that is left out for this reason. */
export const leftOutStatus = (reason: string): SiteStatus =>
  BELOW_MINIMUM.test(reason) ? 'below minimum' : 'not paid';

/** What a delegator gets for a cycle. Amounts are mutez. */
export interface SiteRow {
  readonly delegator: string;
  /** What was delegated. */
  readonly balance?: bigint;
  /** What is to be paid. */
  readonly reward: bigint;
  /** What the baker keeps of it. */
  readonly fee?: bigint;
  /** What has left, if it has. */
  readonly paid?: bigint;
  readonly status: SiteStatus;
  readonly operation?: string;
  /** Of the block that paid it, or what the record says. Unix milliseconds. */
  readonly timeMs?: number;
}

/** Whether a record says what has left. What is signed alone may never leave: its operation can expire. */
export const hasLeft = ({ paid }: Pick<SiteRow, 'paid'>) => paid !== undefined;

/** Signed, and in no final block yet. */
export const isUnderWay = ({ status, paid }: SiteRow) => status === 'sent' && paid === undefined;

/** A total that a record names beside its rows, and what the rows make. */
export interface RecordedTotal {
  readonly what: string;
  readonly recorded: bigint;
  readonly rows: bigint;
}

export interface SiteCycle {
  readonly cycle: number;
  /** Who has kept the record: `payout-guard`, `tezpay`, `Backerei`. */
  readonly source: string;
  readonly rows: readonly SiteRow[];
  readonly totals: readonly RecordedTotal[];
  /** What the baker kept of all rewards, if the record says it: `10 %`. */
  readonly fee?: string;
  /** What else is wrong, in a sentence each. */
  readonly problems: readonly string[];
}

/** Everything about a cycle that does not add up, in a sentence each. */
export function problemsOf({ totals, problems }: SiteCycle, tez: (mutez: bigint) => string): string[] {
  const unequal = totals.filter(({ recorded, rows }) => recorded !== rows);
  return [
    ...unequal.map(
      ({ what, recorded, rows }) => `The record says ${tez(recorded)} tez of ${what}; its rows make ${tez(rows)} tez.`,
    ),
    ...problems,
  ];
}

export function sum<T>(all: readonly T[], amount: (one: T) => bigint | undefined): bigint {
  return all.reduce((total, one) => total + (amount(one) ?? 0n), 0n);
}

/** Where a cycle comes from. */
export interface CycleSource {
  /** Who keeps the record. */
  readonly name: string;
  /** Cycles that it certainly has; what it only learns by reading is not among them. */
  certain(): Promise<ReadonlySet<number>>;
  /** Every cycle once, in any order, one in memory at a time. Throws where anything is not as it must be. */
  read(): AsyncIterable<SiteCycle>;
}

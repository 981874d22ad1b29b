import type { LeftOutRow, PayoutRecord, PostedRow, RowKey } from '../payout-guard/payout-guard.contract';
import type { Json } from '../runtime/json';

/** What an engine has computed for one cycle. */
export interface ComputedCycle {
  readonly cycle: number;
  readonly rows: readonly PostedRow[];
  readonly leftOut: readonly LeftOutRow[];
  /** Of the delegators by the engine's own numbers, and what they are together: equal, if no delegator is missing. Mutez. */
  readonly delegated?: { readonly sum: bigint; readonly total: bigint };
}

/** A file that an engine has written. */
export interface ComputedFile {
  readonly cycles: readonly ComputedCycle[];
  /** The same file, with only those rows to be sent. */
  approved(isToBeSent: (row: RowKey) => boolean): string;
}

/** Whether a row is not to be posted: it is paid, an operation may pay it, or a person has to look at it first. */
export function isTaken(row: PayoutRecord): boolean {
  return isSent(row) || row.status === 'held';
}

/** Whether it is paid, or an operation may pay it. */
export function isSent({ status }: PayoutRecord): boolean {
  return status === 'paid' || status === 'signed';
}

/** What a row that is sent has cost, as far as it is known yet. Mutez. */
export function costOf({ amount, paid }: PayoutRecord): bigint {
  return paid ? BigInt(paid.amount) + BigInt(paid.fee) + BigInt(paid.burnt) : BigInt(amount);
}

/** Mutez. */
export function sumOf(rows: readonly { readonly amount: string }[]): bigint {
  return rows.reduce((sum, { amount }) => sum + BigInt(amount), 0n);
}

export function objectOf(value: unknown, what: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${what} is no object`);
  return value as Json;
}

export function listOf(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`${what} is no list`);
  return value;
}

/** Amounts are decimal digits in every file and answer that is read here. */
export function mutezOf(value: unknown, what: string): bigint {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text !== 'string' || !/^-?\d{1,19}$/.test(text)) throw new Error(`${what} is no amount of mutez`);
  return BigInt(text);
}

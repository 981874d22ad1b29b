import {
  claimOf,
  type LeftOutRow,
  type PostedRow,
  type RowKey,
  type RowStatus,
  rowName,
} from './payout-guard.contract';
import type { PaidRow } from './wallet-entries';

/** What is known of a row. Amounts are mutez. */
export interface Row extends RowKey {
  readonly name: string;
  readonly amount: bigint;
  readonly bakerFee?: string;
  /** Why the engine does not pay it. */
  readonly leftOut?: string;
  /** How often its own transfer has failed. */
  readonly failures: number;
  /** The operation that may still pay it, and the most that this costs beside the amount. */
  readonly holder?: string;
  readonly mayCost?: bigint;
  /** Fees of transfers that did not pay it. */
  readonly lost: bigint;
  readonly paid?: {
    readonly amount: bigint;
    readonly fee: bigint;
    readonly burnt: bigint;
    readonly hash: string;
    readonly level?: number;
    readonly ms: number;
  };
  readonly postedMs: number;
  readonly signedMs?: number;
}

/** A transfer of an operation that is in a final block. */
export interface Sent {
  readonly amount: bigint;
  readonly fee: bigint;
  readonly burnt: bigint;
  readonly hash: string;
  readonly level: number;
  readonly ms: number;
}

/** A transfer that fails for a reason of its own is tried once more, and then looked at. */
const MOST_FAILURES = 2;

/** All rows that were ever posted. */
export class Rows {
  private readonly rows = new Map<string, Row>();
  /** Names of the rows of each claim: the one that was posted last stands last. */
  private readonly claims = new Map<string, readonly string[]>();

  get all(): Row[] {
    return [...this.rows.values()];
  }

  get(name: string): Row | undefined {
    return this.rows.get(name);
  }

  status(row: Row): RowStatus {
    if (row.paid) return 'paid';
    if (row.holder !== undefined) return 'signed';
    if (this.notToBePaid(row) !== undefined) return 'left out';
    return row.failures >= MOST_FAILURES ? 'held' : 'open';
  }

  /** All rows of its claim; without a claim the row alone. */
  ofClaim(key: RowKey): Row[] {
    const claim = claimOf(key);
    const names = (claim !== undefined && this.claims.get(claim)) || [rowName(key)];
    return names.flatMap((name) => this.rows.get(name) ?? []);
  }

  /** The row and all others of its claim. */
  rivals(name: string): Row[] {
    return this.ofClaim(this.known(name));
  }

  /** Why a row is not to be paid: the engine leaves it out, or its claim is another recipient's. Undefined if it is. */
  notToBePaid(row: Row): string | undefined {
    const all = this.ofClaim(row);
    const other = all.find(({ name, paid, holder }) => name !== row.name && (paid || holder !== undefined));
    if (other) return `${other.paid ? 'it is paid' : 'an operation may pay it'} to ${other.recipient}`;
    const newest = all.at(-1) ?? row;
    return newest.name === row.name ? row.leftOut : `a later plan has ${newest.recipient} for it`;
  }

  /** Whether posting it would change nothing. */
  isAs(posted: PostedRow | LeftOutRow): boolean {
    const known = this.rows.get(rowName(posted));
    if (!known || this.ofClaim(posted).at(-1) !== known) return false;
    if (known.paid || known.holder !== undefined) return true;
    const { amount, leftOut, bakerFee } = known;
    const [reason, fee] = 'reason' in posted ? [posted.reason] : [undefined, posted.bakerFee];
    return String(amount) === posted.amount && leftOut === reason && bakerFee === fee;
  }

  /** Nothing changes in a row that is paid, or that an operation may still pay. */
  post(posted: PostedRow | LeftOutRow, ms: number): void {
    const { cycle, kind, delegator, recipient } = posted;
    const name = rowName(posted);
    const known = this.rows.get(name);
    this.putIntoClaim(posted, 'last');
    if (known && (known.paid || known.holder !== undefined)) return;
    const { failures = 0, lost = 0n, postedMs = ms, signedMs } = known ?? {};
    const told = 'reason' in posted ? { leftOut: posted.reason } : { bakerFee: posted.bakerFee };
    const amount = BigInt(posted.amount);
    this.set({ name, cycle, kind, delegator, recipient, amount, ...told, failures, lost, postedMs, signedMs });
  }

  /** `mayCost`: fee, and what may be burnt, of the transfer that may pay them. */
  hold(names: readonly string[], by: { readonly holder: string; readonly mayCost: bigint; readonly ms: number }): void {
    for (const [at, row] of names.map((name) => this.known(name)).entries()) {
      const mayCost = share(by.mayCost, at, names.length);
      this.set({ ...row, holder: by.holder, mayCost, signedMs: by.ms });
    }
  }

  /** The operation does not pay them: they are as they were before it, but for the fee. */
  letGo(names: readonly string[], holder: string, fee = 0n): void {
    for (const [at, row] of names.map((name) => this.known(name)).entries()) {
      const lost = row.lost + share(fee, at, names.length);
      this.set({ ...row, lost, ...(row.holder === holder ? { holder: undefined } : {}) });
    }
  }

  /** What cycles have cost, with fees and burns, and what operations that may still be included can add. */
  costs(): ReadonlyMap<number, bigint> {
    const costs = new Map<number, bigint>();
    for (const row of this.rows.values()) costs.set(row.cycle, (costs.get(row.cycle) ?? 0n) + costOf(row));
    return costs;
  }

  fail(names: readonly string[]): void {
    for (const row of names.map((name) => this.known(name))) this.set({ ...row, failures: row.failures + 1 });
  }

  /** A person lets a row that is held be tried again. */
  release(name: string): void {
    this.set({ ...this.known(name), failures: 0 });
  }

  /** A person says that nobody pays it, unless a later plan has it. */
  close(name: string): void {
    this.set({ ...this.known(name), leftOut: 'a person has closed it' });
  }

  /**
   * The rows of a line have its transfer's fate. What the transfer was below their sum is missing from the last ones; fee
   * and burn are shared out evenly. What a row has paid before stays as it is.
   */
  pay(names: readonly string[], { amount, fee, burnt, ...where }: Sent): void {
    let left = amount;
    for (const [at, row] of names.map((name) => this.known(name)).entries()) {
      const part = at === names.length - 1 || left < row.amount ? left : row.amount;
      left -= part;
      const shared = (sum: bigint) => share(sum, at, names.length);
      const paid = row.paid ?? { amount: part, fee: shared(fee), burnt: shared(burnt), ...where };
      this.set({ ...row, holder: undefined, paid });
    }
  }

  /** A row counts as paid from now on, whoever has paid it. */
  call({ amount, hash = '', level, timeMs, ...key }: PaidRow, ms: number): void {
    const name = rowName(key);
    const { cycle, kind, delegator, recipient } = key;
    const unknown: Row = {
      ...{ name, cycle, kind, delegator, recipient, amount: BigInt(amount) },
      ...{ failures: 0, lost: 0n, postedMs: ms },
    };
    const row = this.rows.get(name) ?? unknown;
    if (row === unknown) this.putIntoClaim(row, 'first');
    const paid = row.paid ?? { amount: BigInt(amount), fee: 0n, burnt: 0n, hash, level, ms: timeMs ?? ms };
    this.set({ ...row, paid });
  }

  private putIntoClaim(key: RowKey, where: 'first' | 'last'): void {
    const claim = claimOf(key);
    const name = rowName(key);
    if (claim === undefined) return;
    const names = this.claims.get(claim) ?? [];
    if (names.at(-1) === name) return;
    const others = names.filter((each) => each !== name);
    this.claims.set(claim, where === 'last' ? [...others, name] : [name, ...others]);
  }

  private known(name: string): Row {
    const row = this.rows.get(name);
    if (!row) throw new Error(`no row is called ${name}`);
    return row;
  }

  private set(row: Row): void {
    this.rows.set(row.name, row);
  }
}

function costOf({ paid, holder, amount, mayCost = 0n, lost }: Row): bigint {
  if (paid) return paid.amount + paid.fee + paid.burnt + lost;
  return lost + (holder === undefined ? 0n : amount + mayCost);
}

function share(sum: bigint, at: number, of: number): bigint {
  return sum / BigInt(of) + (BigInt(at) < sum % BigInt(of) ? 1n : 0n);
}

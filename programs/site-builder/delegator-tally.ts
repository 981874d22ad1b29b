import type { SiteRow, SiteStatus } from './site-rows';

/** Which columns have something in them: not every record names what was delegated. */
export interface KnownColumns {
  readonly fee: boolean;
  readonly balance: boolean;
}

interface CycleOfDelegator {
  readonly cycle: number;
  /** Of the first of its rows. */
  readonly status: SiteStatus;
  isSent: boolean;
}

/** What the page of a delegator says beside its table, as far as cycles have been read, in any order. Amounts are mutez. */
export class DelegatorTally {
  reward = 0n;
  paid = 0n;
  cycles = 0;
  sentCycles = 0;
  readonly known = { fee: false, balance: false };
  newest: CycleOfDelegator = { cycle: -1, status: 'estimated', isSent: false };
  /** Of the newest cycle that has one. */
  payment: { readonly cycle: number; readonly mutez: bigint; readonly timeMs: number | undefined } | undefined;
  private current = this.newest;

  /** Rows of a cycle come one after the other. */
  add(cycle: number, row: SiteRow): void {
    const { reward, paid, fee, balance, status, timeMs } = row;
    if (cycle !== this.current.cycle) {
      this.current = { cycle, status, isSent: false };
      this.cycles++;
      if (cycle > this.newest.cycle) this.newest = this.current;
    }
    this.reward += reward;
    if (fee !== undefined) this.known.fee = true;
    if (balance !== undefined) this.known.balance = true;
    if (paid === undefined) return; // nothing has left
    this.paid += paid;
    if (!this.current.isSent) this.sentCycles++;
    this.current.isSent = true;
    if (cycle > (this.payment?.cycle ?? -1)) this.payment = { cycle, mutez: paid, timeMs };
  }
}

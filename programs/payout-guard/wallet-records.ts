import type { PayoutRecord, RowStatus, WalletConfig, WalletStatus } from './payout-guard.contract';
import type { Row } from './wallet-rows';
import type { WalletState } from './wallet-state';

/** What is shown of a wallet, and of its rows. */
export class WalletRecords {
  constructor(
    private readonly chainId: string,
    private readonly wallet: WalletConfig,
    private readonly state: WalletState,
  ) {}

  /** While the wallet is stopped no row is open. */
  statusOf(row: Row): RowStatus {
    const status = this.state.rows.status(row);
    return status === 'open' && this.state.stops.length > 0 ? 'held' : status;
  }

  /** By cycle, then as they were first posted. */
  get all(): PayoutRecord[] {
    return this.state.rows.all.map((row) => this.of(row)).sort((a, b) => a.cycle - b.cycle);
  }

  /** Of the rows of an operation. */
  ofOperation(id: string): PayoutRecord[] {
    const names = this.state.operations.get(id)?.contents.flatMap(({ rows }) => rows) ?? [];
    return names.flatMap((name) => this.state.rows.get(name) ?? []).map((row) => this.of(row));
  }

  of(row: Row): PayoutRecord {
    const { cycle, kind, delegator, recipient, amount, bakerFee, failures, postedMs, signedMs, paid } = row;
    const status = this.statusOf(row);
    const where = paid && {
      paid: { amount: String(paid.amount), fee: String(paid.fee), burnt: String(paid.burnt) },
      hash: paid.hash,
      level: paid.level,
      paidMs: paid.ms,
    };
    const shared = {
      cycle,
      kind,
      delegator,
      recipient,
      amount: String(amount),
      bakerFee,
      failures,
      postedMs,
      signedMs,
    };
    const reason = this.reasonOf(row, status);
    return { chainId: this.chainId, wallet: this.wallet.address, status, reason, ...shared, ...where };
  }

  get status(): WalletStatus {
    const { position, generation, plan, stops } = this.state;
    const { address, baker, bakerName, firstCycle } = this.wallet;
    const rows = { open: 0, signed: 0, paid: 0, 'left out': 0, held: 0 };
    for (const row of this.state.rows.all) rows[this.statusOf(row)]++;
    const [first] = stops;
    const stopped = first && { reason: first.reason, detail: stops.map(({ detail }) => detail).join('; ') };
    const where = position && {
      final: { level: position.level, hash: position.hash, timeMs: position.timeMs },
      counter: position.counter,
      balance: position.balance,
    };
    const shared = { address, baker, bakerName, chainId: this.chainId, generation, plan, firstCycle, rows };
    return { ...shared, ...where, ...(stopped && { stopped }) };
  }

  private reasonOf(row: Row, status: RowStatus): string | undefined {
    if (status === 'left out') return this.state.rows.notToBePaid(row);
    if (status !== 'held') return undefined;
    const [stop] = this.state.stops;
    return stop ? `the wallet is stopped: ${stop.reason}` : `its transfer has failed ${row.failures} times`;
  }
}

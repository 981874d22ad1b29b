import { type PostedPlan, rowName } from './payout-guard.contract';
import type { BlockEntry, Entry, ForeignOperation, IncludedOperation, Position, Stop } from './wallet-entries';
import { Operations } from './wallet-operations';
import { type Row, Rows } from './wallet-rows';

/** What the entries of a journal say, taken together. It decides nothing. Amounts are mutez. */
export class WalletState {
  readonly rows = new Rows();
  readonly operations = new Operations();
  generation = 0;
  /** Counts plans; the newest one. */
  plan = 0;
  private posted: Pick<PostedPlan, 'rows'> = { rows: [] };
  /** Undefined until a person has said where the wallet is, and where it is lost. */
  position: Position | undefined;
  stops: readonly Stop[] = [{ reason: 'never-reconciled', detail: 'nothing is known of what was paid before' }];
  /** Since the last reconciliation. */
  foreign: readonly ForeignOperation[] = [];
  /** Ever. */
  foreignCount = 0;
  failures = 0;
  readonly totals = { paid: 0n, fees: 0n, burnt: 0n };

  apply(entry: Entry): void {
    switch (entry.type) {
      case 'opened':
        break;
      case 'plan':
        this.plan++;
        this.posted = { rows: entry.rows };
        for (const row of [...entry.rows, ...entry.leftOut]) this.rows.post(row, entry.ms);
        break;
      case 'asked':
        this.operations.ask(entry, this.position?.operationsTtl ?? 0);
        for (const { rows, fee, mayBurn } of entry.contents) {
          this.rows.hold(rows, { holder: entry.id, mayCost: BigInt(fee) + BigInt(mayBurn), ms: entry.ms });
        }
        break;
      case 'signed':
        this.operations.keep(entry.id, entry.signature);
        break;
      case 'block':
        this.takeBlock(entry);
        break;
      case 'stopped':
        this.position = undefined;
        this.stops = [...this.stops, entry.stop];
        break;
      case 'reconciled':
        this.moveTo(entry.position);
        for (const each of entry.included) this.include(each);
        for (const id of entry.dead) this.bury(id);
        for (const row of entry.paid) this.rows.call(row, entry.ms);
        for (const name of entry.released) this.rows.release(name);
        for (const name of entry.closed) this.rows.close(name);
        this.generation = entry.generation;
        this.stops = [];
        this.foreign = [];
        break;
    }
  }

  /** A final block in which nothing has happened. */
  moveTo(position: Position): void {
    this.position = position;
    this.operations.see(position.operationsTtl);
  }

  /** Rows of the newest plan, in its order. */
  get planRows(): Row[] {
    return this.posted.rows.map((row) => this.rows.get(rowName(row)) as Row);
  }

  /** Of a plan that was posted, in its order. */
  rowsOf({ rows }: Pick<PostedPlan, 'rows'>): Row[] {
    return rows.map((row) => this.rows.get(rowName(row)) as Row);
  }

  /** Whether a plan would change nothing, in whichever order it has its rows: it is no new one then, and its cap holds over both. */
  says({ rows, leftOut }: Pick<PostedPlan, 'rows' | 'leftOut'>): boolean {
    const names = new Set(this.posted.rows.map(rowName));
    const hasItsRows = rows.length === names.size && rows.every((row) => names.has(rowName(row)));
    return hasItsRows && [...rows, ...leftOut].every((row) => this.rows.isAs(row));
  }

  private takeBlock({ position, included, foreign, dead, stops }: BlockEntry): void {
    this.moveTo(position);
    for (const each of included) this.include(each);
    for (const id of dead) this.bury(id);
    this.foreign = [...this.foreign, ...foreign];
    this.foreignCount += foreign.length;
    this.stops = [...this.stops, ...stops];
  }

  private include({ id, hash, level, timeMs, receipts }: IncludedOperation): void {
    const { contents } = this.operations.include({ id, receipts, timeMs });
    for (const [at, { status, fee, burnt }] of receipts.entries()) {
      const { rows, amount } = contents[at];
      this.totals.fees += BigInt(fee);
      if (status === 'applied') {
        const sent = { amount: BigInt(amount), fee: BigInt(fee), burnt: BigInt(burnt), hash, level, ms: timeMs };
        this.rows.pay(rows, sent);
        this.totals.paid += sent.amount;
        this.totals.burnt += sent.burnt;
        continue;
      }
      this.rows.letGo(rows, id, BigInt(fee));
      if (status !== 'failed') continue;
      this.rows.fail(rows);
      this.failures++;
    }
  }

  private bury(id: string): void {
    const { contents } = this.operations.bury(id);
    for (const { rows } of contents) this.rows.letGo(rows, id);
  }
}

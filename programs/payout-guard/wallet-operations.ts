import type { AskedContent, AskedEntry, IncludedOperation, Receipt } from './wallet-entries';

/** An operation that the signer has been asked for. */
export interface AskedOperation {
  readonly id: string;
  readonly bytes: string;
  readonly first: bigint;
  readonly last: bigint;
  readonly branchLevel: number;
  /** The largest time to live since it was asked for: after its branch, it can be in so many blocks. */
  readonly operationsTtl: number;
  readonly contents: readonly AskedContent[];
  readonly askedMs: number;
  /** By the chain: time of the last final block when it was asked, of its own block once it is in one. Unix milliseconds. */
  readonly finalMs: number;
  readonly signature?: string;
  /** `live` until a final block says otherwise. */
  readonly fate: 'live' | 'included' | 'dead';
  /** The most that it can cost while it is live; what it has cost. */
  readonly cost: bigint;
}

/** All operations of a wallet that were ever asked for. */
export class Operations {
  private readonly operations = new Map<string, AskedOperation>();
  private readonly alive = new Set<string>();
  /** First and last counters of those that are final. */
  private readonly used = new Map<bigint, string>();

  get(id: string): AskedOperation | undefined {
    return this.operations.get(id);
  }

  get live(): AskedOperation[] {
    return [...this.alive].map((id) => this.known(id));
  }

  /** Whether a final operation of the journal has used the counter. */
  hasUsed(counter: bigint): boolean {
    return this.used.has(counter);
  }

  ask(entry: AskedEntry, operationsTtl: number): void {
    const { id, bytes, firstCounter, branchLevel, contents, ms, finalMs } = entry;
    const first = BigInt(firstCounter);
    const last = first + BigInt(contents.length) - 1n;
    const cost = contents.reduce((sum, each) => sum + costOf(each), 0n);
    const shared = { id, bytes, first, last, branchLevel, operationsTtl, contents, askedMs: ms, finalMs };
    this.set({ ...shared, fate: 'live', cost });
  }

  keep(id: string, signature: string): void {
    const known = this.known(id);
    this.set({ ...known, signature: known.signature ?? signature });
  }

  /** A block was seen, in whose context operations live so long. */
  see(operationsTtl: number): void {
    for (const each of this.live) {
      if (operationsTtl > each.operationsTtl) this.set({ ...each, operationsTtl });
    }
  }

  include({ id, receipts, timeMs }: Pick<IncludedOperation, 'id' | 'receipts' | 'timeMs'>): AskedOperation {
    const known = this.known(id);
    for (let counter = known.first; counter <= known.last; counter++) this.used.set(counter, id);
    const cost = receipts.reduce((sum, receipt, i) => sum + paidFor(known.contents[i], receipt), 0n);
    this.set({ ...known, fate: 'included', cost, finalMs: timeMs });
    return known;
  }

  /** It can be in no block: it costs nothing. */
  bury(id: string): AskedOperation {
    const known = this.known(id);
    this.set({ ...known, fate: 'dead', cost: 0n });
    return known;
  }

  /** By the chain's time, in Unix milliseconds; with all that can still be included. */
  costSince(ms: number): bigint {
    const meant = [...this.operations.values()].filter(({ fate, finalMs }) => fate === 'live' || finalMs > ms);
    return meant.reduce((sum, { cost }) => sum + cost, 0n);
  }

  private known(id: string): AskedOperation {
    const operation = this.operations.get(id);
    if (!operation) throw new Error(`no operation is called ${id}`);
    return operation;
  }

  private set(operation: AskedOperation): void {
    this.operations.set(operation.id, operation);
    if (operation.fate === 'live') this.alive.add(operation.id);
    else this.alive.delete(operation.id);
  }
}

/** The most that a content can cost. */
export function costOf({ amount, fee, mayBurn }: Pick<AskedContent, 'amount' | 'fee' | 'mayBurn'>): bigint {
  return BigInt(amount) + BigInt(fee) + BigInt(mayBurn);
}

function paidFor({ amount }: AskedContent, { status, fee, burnt }: Receipt): bigint {
  return BigInt(fee) + (status === 'applied' ? BigInt(amount) + BigInt(burnt) : 0n);
}

import { idOf } from './asked-operation';
import type { BlockEntry, ForeignOperation, IncludedOperation, Position, Receipt, Stop } from './wallet-entries';
import type { AskedOperation } from './wallet-operations';
import type { WalletState } from './wallet-state';

/** What became of a content of a final operation. Amounts are mutez. */
export interface FinalContent {
  readonly status: Receipt['status'];
  readonly fee: bigint;
  /** What the wallet has lost to storage; 0 if it is not applied. */
  readonly burnt: bigint;
  /** If it is a transaction. */
  readonly transfer?: { readonly destination: string; readonly amount: bigint };
}

/** A manager operation in a final block whose source is the wallet. */
export interface FinalOperation {
  readonly hash: string;
  /** `forged` of it; undefined if it is of a kind that is never signed here. */
  readonly bytes?: string;
  readonly contents: readonly FinalContent[];
}

/** A final block, and the wallet in its context. */
export interface FinalBlock {
  readonly level: number;
  readonly hash: string;
  readonly predecessor: string;
  /** Unix milliseconds. */
  readonly timeMs: number;
  /** `max_operations_time_to_live`. */
  readonly operationsTtl: number;
  readonly counter: bigint;
  readonly balance: bigint;
  readonly operations: readonly FinalOperation[];
}

/** What a final block means to the wallet: nothing is changed. It must stand on the position. */
export function readBlock(block: FinalBlock, state: WalletState): BlockEntry {
  const position = positionOf(block);
  const { included, foreign } = sorted(block.operations, block, state);
  const dead = deadAt(position, included, state).map(({ id }) => id);
  return { type: 'block', position, included, foreign, dead, stops: stopsAt(block, { included, foreign }, state) };
}

/** Where a block stands, as the journal has it. */
export function positionOf(block: Omit<FinalBlock, 'predecessor' | 'operations'>): Position {
  const { level, hash, timeMs, operationsTtl, counter, balance } = block;
  return { level, hash, timeMs, operationsTtl, counter: String(counter), balance: String(balance) };
}

/** Final operations of the wallet: those of the journal, known by their unsigned bytes, and all others. */
export function sorted(
  operations: readonly FinalOperation[],
  { level, timeMs }: { readonly level: number; readonly timeMs: number },
  state: WalletState,
): { readonly included: IncludedOperation[]; readonly foreign: ForeignOperation[] } {
  const included: IncludedOperation[] = [];
  const foreign: ForeignOperation[] = [];
  for (const { hash, bytes, contents } of operations) {
    const known = bytes === undefined ? undefined : state.operations.get(idOf(bytes));
    if (known && known.contents.length !== contents.length) throw new Error(`not every receipt of ${hash} was read`);
    if (known) {
      const receipts = contents.map(({ status, fee, burnt }) => ({ status, fee: String(fee), burnt: String(burnt) }));
      included.push({ id: known.id, hash, level, timeMs, receipts });
      continue;
    }
    const transfers = contents.flatMap(({ transfer, status }) =>
      transfer ? [{ ...transfer, amount: String(transfer.amount), isApplied: status === 'applied' }] : [],
    );
    foreign.push({ hash, level, contents: contents.length, transfers });
  }
  return { included, foreign };
}

/**
 * Operations that can be in no block any more, at this one: the wallet's counter has not come to theirs, and the largest
 * time to live that was seen since they were asked for is over; or another operation of the journal has their counter.
 * What another's operation has used up is not dead by that: a person looks at it.
 */
export function deadAt(
  { level, counter, operationsTtl }: Position,
  included: readonly IncludedOperation[],
  state: WalletState,
): AskedOperation[] {
  const isIncluded = new Set(included.map(({ id }) => id));
  const ranges = included.map(({ id }) => state.operations.get(id) as AskedOperation);
  return state.operations.live
    .filter(({ id }) => !isIncluded.has(id))
    .filter(({ first, branchLevel, operationsTtl: seen }) => {
      const isExpired = level > branchLevel + Math.max(seen, operationsTtl) && BigInt(counter) < first;
      const isUsed = ranges.some((each) => each.first <= first && first <= each.last);
      return isExpired || isUsed || state.operations.hasUsed(first);
    });
}

function stopsAt(
  block: FinalBlock,
  { included, foreign }: Pick<BlockEntry, 'included' | 'foreign'>,
  state: WalletState,
): Stop[] {
  const stops: Stop[] = foreign.map(({ hash, level }) => ({
    reason: 'foreign-operation',
    detail: `${hash} of level ${level} was not asked for here`,
  }));
  for (const { id, hash, receipts } of included) {
    const { fate, contents } = state.operations.get(id) as AskedOperation;
    if (fate !== 'live') {
      stops.push({ reason: 'dead-operation-included', detail: `${hash} of level ${block.level} was ${fate} before` });
    }
    const paid = contents.filter((_, at) => receipts[at].status === 'applied').flatMap(({ rows }) => rows);
    const twice = paid.filter((name) => state.rows.rivals(name).some((row) => row.paid));
    if (twice.length > 0) stops.push({ reason: 'paid-twice', detail: `${hash} paid again: ${twice.join(', ')}` });
  }
  const before = BigInt((state.position as Position).counter);
  const used = block.operations.reduce((sum, { contents }) => sum + contents.length, 0);
  if (block.counter !== before + BigInt(used)) {
    const detail = `after ${before} and ${used} contents it is ${block.counter} at level ${block.level}`;
    stops.push({ reason: 'counter-jumped', detail });
  }
  if (block.balance === 0n) stops.push({ reason: 'wallet-emptied', detail: `at level ${block.level}` });
  // The first of each kind says enough: a wallet that is stopped is followed for as long as nobody comes.
  const reasons = [...state.stops, ...stops].map(({ reason }) => reason);
  return stops.filter(({ reason }, at) => reasons.indexOf(reason) === state.stops.length + at);
}

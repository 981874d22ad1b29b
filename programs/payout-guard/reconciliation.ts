import { isDestination } from '../runtime/address-texts';
import { deadAt, type FinalBlock, type FinalOperation, positionOf, sorted } from './final-block';
import { type RowKey, rowKinds, rowName } from './payout-guard.contract';
import { isDelegator } from './tezos-texts';
import type { IncludedOperation, PaidRow, Position, ReconciledEntry } from './wallet-entries';
import type { WalletState } from './wallet-state';

/** What a person has said, and what the guard has read for it. */
export interface ReconcileWord {
  /** Higher than every one before, and in the records bucket already. */
  readonly generation: number;
  /** A final block of our node: the position, or where it is lost, where the guard goes on. */
  readonly block: Omit<FinalBlock, 'predecessor' | 'operations'>;
  /** Where the position is lost: the wallet's final operations up to the block, as far as anybody still shows them. */
  readonly operations: readonly (FinalOperation & { readonly level: number; readonly timeMs: number })[];
  /** Rows that are paid, whether the journal knows them or not. */
  readonly paid: readonly PaidRow[];
  /** Ids of operations of ours whose counter is used, and which are in no block. */
  readonly notIncluded: readonly string[];
  /** Rows that are held and may be tried again. */
  readonly release: readonly RowKey[];
  /** Rows that are open or held, and that nobody pays unless a later plan has them. */
  readonly close: readonly RowKey[];
}

/** Why a reconciliation is not taken: it changes nothing. */
export class ReconcileRefused extends Error {}

const MUTEZ = /^(0|[1-9]\d{0,18})$/;

/** The entry that makes a person's word count. Throws ReconcileRefused. */
export function reconciled(word: ReconcileWord, state: WalletState, ms: number): ReconciledEntry {
  const { generation, block } = word;
  if (!Number.isSafeInteger(generation) || generation <= state.generation) {
    throw new ReconcileRefused(`generation ${generation} is not above ${state.generation}`);
  }
  mustStandAt(word, state);
  const position = state.position ?? positionOf(block);
  if (BigInt(position.balance) === 0n) throw new ReconcileRefused('the wallet has no balance: fund it first');
  const included = word.operations
    .flatMap((operation) => sorted([operation], operation, state).included)
    .filter(({ id }) => state.operations.get(id)?.fate !== 'included');
  const dead = deadOf({ word, position, included }, state);
  mustBePayable(word.paid, { included, dead, state });
  const released = word.release.map(rowName);
  for (const name of released) {
    const row = state.rows.get(name);
    if (!row || state.rows.status(row) !== 'held') throw new ReconcileRefused(`${name} is not held`);
  }
  const closed = word.close.map(rowName);
  for (const name of closed) {
    const row = state.rows.get(name);
    const isWaiting = row && ['open', 'held'].includes(state.rows.status(row));
    if (!isWaiting) throw new ReconcileRefused(`${name} is neither open nor held`);
  }
  const shared = { generation, position, included, dead, paid: word.paid, released, closed };
  return { type: 'reconciled', ms, ...shared };
}

/** Nothing may be skipped that can still be followed. */
function mustStandAt({ block, operations }: ReconcileWord, { position }: WalletState): void {
  if (!position) return;
  const { level, hash, counter } = position;
  if (block.level !== level || block.hash !== hash || String(block.counter) !== counter) {
    throw new ReconcileRefused(`the guard stands at block ${level}, ${hash}, with counter ${counter}`);
  }
  if (operations.length > 0) throw new ReconcileRefused('the guard has read every operation itself');
}

/**
 * Operations of ours that can be in no block any more. Where the guard has followed the chain itself, every one whose
 * counter is used is in a block that it has read, or in none. Else a person must say it of each.
 */
function deadOf(
  {
    word,
    position,
    included,
  }: {
    readonly word: ReconcileWord;
    readonly position: Position;
    readonly included: readonly IncludedOperation[];
  },
  state: WalletState,
): string[] {
  const isIncluded = new Set(included.map(({ id }) => id));
  const left = state.operations.live.filter(({ id }) => !isIncluded.has(id));
  const used = left.filter(({ first }) => first <= BigInt(position.counter)).map(({ id }) => id);
  const unsaid = state.position ? [] : used.filter((id) => !word.notIncluded.includes(id));
  if (unsaid.length > 0) {
    throw new ReconcileRefused(`nobody says what became of the operations ${unsaid.join(', ')}`);
  }
  const expired = deadAt(position, included, state).map(({ id }) => id);
  return [...new Set([...used, ...expired])];
}

/** A row that an operation may still pay, to whomever, is not paid: else it could be, twice. */
function mustBePayable(
  paid: readonly PaidRow[],
  known: {
    readonly included: readonly IncludedOperation[];
    readonly dead: readonly string[];
    readonly state: WalletState;
  },
): void {
  const over = new Set([...known.included.map(({ id }) => id), ...known.dead]);
  for (const row of paid) {
    const name = rowName(row);
    const isKey = Number.isSafeInteger(row.cycle) && rowKinds.includes(row.kind) && isDestination(row.recipient);
    if (!isKey || !isDelegator(row.delegator, row.kind) || !MUTEZ.test(row.amount))
      throw new ReconcileRefused(`${name} is no row with an amount of mutez`);
    if (known.state.rows.ofClaim(row).some(({ holder }) => holder !== undefined && !over.has(holder))) {
      throw new ReconcileRefused(
        `an operation that may still be included pays ${name}: wait until it is final or dead`,
      );
    }
  }
}

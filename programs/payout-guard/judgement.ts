import { contentsOn, refusal, type Understood } from './asked-operation';
import { linesOf } from './lines';
import { type Refusal, stopReasons, type WalletConfig } from './payout-guard.contract';
import { finalMs, overspending } from './spending';
import type { AskedEntry } from './wallet-entries';
import type { AskedOperation } from './wallet-operations';
import type { WalletRecords } from './wallet-records';
import type { WalletState } from './wallet-state';

/** What was found out of a request after it came. */
export interface AskedFacts {
  /** With 0x03 in front. */
  readonly bytes: Uint8Array;
  /** Of the branch, by our node; undefined if it does not know the branch. */
  readonly branchLevel: number | undefined;
  /** By the records bucket; undefined if it does not say. */
  readonly newestGeneration: number | undefined;
  readonly nowMs: number;
}

export type Judgement =
  | { readonly refused: Refusal }
  /** It follows an operation of ours that is not final. */
  | { readonly hold: Refusal }
  /** The same bytes were signed before. */
  | { readonly signature: string }
  /** The same bytes were asked for before, and nobody has got a signature. */
  | { readonly again: string }
  /** May be signed once this is durable. */
  | { readonly entry: AskedEntry };

export interface JudgementParts {
  readonly state: WalletState;
  readonly records: WalletRecords;
  readonly wallet: WalletConfig;
  readonly costPerByte: bigint;
}

/** What may become of a request, by all that the journal says. It changes nothing. */
export function judge(asked: Understood, facts: AskedFacts, parts: JudgementParts): Judgement {
  const { state } = parts;
  const barred = stopRefusal(state) ?? oldGeneration(facts.newestGeneration, state);
  if (barred) return { refused: barred };
  const known = state.operations.get(asked.id);
  if (known) return judgeAgain(known, facts.bytes, state);
  if (!isPinned(asked.first, state)) return unpinned(asked.first, state);
  const unfit = unfitBranch(facts.branchLevel, state);
  return unfit ? { refused: unfit } : judgeContents(asked, facts, parts);
}

/** Why nothing is signed. */
export function stopRefusal({ stops: [stop] }: WalletState): Refusal | undefined {
  return stop && refusal('stopped', `${stop.reason}: ${stopReasons[stop.reason]}; ${stop.detail}`);
}

function oldGeneration(newest: number | undefined, { generation }: WalletState): Refusal | undefined {
  if (newest === undefined) return refusal('generation-unknown');
  return newest === generation
    ? undefined
    : refusal('generation-old', `ours is ${generation}, the newest is ${newest}`);
}

/** The pin: of two operations with one counter the chain includes one. Operations that are not final never count. */
function isPinned(first: bigint, { position }: WalletState): boolean {
  return position !== undefined && first === BigInt(position.counter) + 1n;
}

function unpinned(first: bigint, { position, operations }: WalletState): Judgement {
  const next = BigInt(position?.counter ?? 0) + 1n;
  const refused = refusal('counter-not-next', `its counter is ${first}; ${next} is next at level ${position?.level}`);
  return operations.live.some(({ last }) => first === last + 1n) ? { hold: refused } : { refused };
}

function judgeAgain(
  { id, bytes, signature, fate, first }: AskedOperation,
  asked: Uint8Array,
  state: WalletState,
): Judgement {
  // Two forms of one reveal: see `unsignedForm`.
  if (bytes !== Buffer.from(asked).toString('hex')) return { refused: refusal('spent', 'written otherwise before') };
  if (signature !== undefined) return { signature };
  return fate === 'live' && isPinned(first, state) ? { again: id } : { refused: refusal('spent', `it is ${fate}`) };
}

function unfitBranch(branchLevel: number | undefined, { position }: WalletState): Refusal | undefined {
  if (branchLevel === undefined) return refusal('branch-unknown');
  const last = branchLevel + (position?.operationsTtl ?? 0);
  if (last > (position?.level ?? 0)) return undefined;
  return refusal('branch-expired', `its branch is of level ${branchLevel}, and ${position?.level} is final`);
}

function judgeContents(asked: Understood, facts: AskedFacts, parts: JudgementParts): Judgement {
  const { state, records, wallet, costPerByte } = parts;
  const lines = linesOf(state.planRows, (row) => records.statusOf(row) === 'open', BigInt(wallet.feeWindow));
  const contents = contentsOn(asked, lines, costPerByte);
  if ('refused' in contents) return { refused: contents };
  const over = overspending(contents, { state, caps: wallet.caps });
  if (over) return { refused: refusal(over.reason, over.detail) };
  const bytes = Buffer.from(facts.bytes).toString('hex');
  const branchLevel = facts.branchLevel as number;
  const { id, first } = asked;
  const shared = { id, bytes, firstCounter: String(first), branchLevel, finalMs: finalMs(state), contents };
  return { entry: { type: 'asked', ms: facts.nowMs, ...shared } };
}

import type { ComputedCycle } from './computed-plan';
import type { PreflightConfig } from './preflight.contract';

/** What node and indexer say of the world, now. */
export interface WorldFacts {
  readonly chainId: string;
  readonly protocol: string;
  readonly headLevel: number;
  readonly headAgeMs: number;
  /** Of the wallet, at the head. Mutez. */
  readonly balance: bigint;
  /** Undefined where there is no indexer. */
  readonly indexer?: { readonly level: number; readonly chainId: string };
}

/** What node and indexer say of a cycle. Amounts are mutez. */
export interface CycleFacts {
  readonly lastLevel: number;
  /** At most, of the indexer's blocks that our node knows as the baker's, and of all attestations. Undefined: unknown. */
  readonly earned?: bigint;
  /** Delegated to the baker by others, by the indexer. */
  readonly delegated?: bigint;
  /** Whether our node calls the baker the delegate of an account. */
  readonly delegates: ReadonlyMap<string, boolean>;
  /** Sums of earlier cycles that were paid, the latest first. */
  readonly earlier: readonly bigint[];
}

/** An older head says nothing of what is due. */
const MOST_HEAD_BLOCKS = 20;
const LEAST_HEAD_MS = 5 * 60_000;
/** An indexer is a few blocks behind its node, and ours. */
const MOST_INDEXER_BLOCKS = 20;
/** Percent: delegators may have left since the cycle. */
const LEAST_DELEGATES = 90n;
/** So many cycles before say what is usual. */
export const MEDIAN_CYCLES = 10;
const MOST_MEDIANS = 2n;

/** Why nothing may be paid at all. */
export function worldProblems(facts: WorldFacts, due: bigint, { chain }: PreflightConfig): string[] {
  const { chainId, protocol, headLevel, headAgeMs, balance, indexer } = facts;
  const mostAgeMs = Math.max(LEAST_HEAD_MS, MOST_HEAD_BLOCKS * chain.blockMs);
  return [
    chainId !== chain.id && `the node is of chain ${chainId}, not ${chain.id}`,
    !chain.protocols.includes(protocol) && `the protocol ${protocol} is not known here`,
    headAgeMs > mostAgeMs && `the node's head is ${Math.round(headAgeMs / 1000)} s old`,
    indexer && indexer.chainId !== chain.id && `the indexer is of chain ${indexer.chainId}, not ${chain.id}`,
    indexer &&
      indexer.level < headLevel - MOST_INDEXER_BLOCKS &&
      `the indexer is at level ${indexer.level}, and our node at ${headLevel}`,
    balance < due && `the wallet has ${balance} mutez, and ${due} are due`,
  ].filter((problem) => typeof problem === 'string');
}

/** Why a cycle may not be paid as it was computed. */
export function cycleProblems(
  { rows, delegated }: ComputedCycle,
  facts: CycleFacts,
  { mostPerCycle, baker }: PreflightConfig,
): string[] {
  const sum = rows.reduce((all, { amount }) => all + BigInt(amount), 0n);
  const bad = rows.find(({ amount }) => BigInt(amount) <= 0n);
  const usual = median(facts.earlier.slice(0, MEDIAN_CYCLES));
  return [
    bad && `${bad.recipient} is to get ${bad.amount} mutez`,
    delegated &&
      delegated.sum !== delegated.total &&
      `its delegators have ${delegated.sum} mutez, and ${delegated.total} are delegated: the list is not whole`,
    delegated &&
      facts.delegated !== undefined &&
      delegated.total !== facts.delegated &&
      `it was computed from ${delegated.total} delegated mutez, and the indexer says ${facts.delegated}`,
    facts.earned !== undefined && sum > facts.earned && `it pays ${sum} mutez, and at most ${facts.earned} were earned`,
    sum > BigInt(mostPerCycle) && `it pays ${sum} mutez, and ${mostPerCycle} is the most of a cycle`,
    usual !== undefined && sum > MOST_MEDIANS * usual && `it pays ${sum} mutez, and cycles before paid ${usual}`,
    ...delegateProblems(rows, facts.delegates, baker),
  ].filter((problem) => typeof problem === 'string');
}

/** Most rows, and most of the money, go to accounts that our own node knows as the baker's delegators. */
function delegateProblems(
  rows: ComputedCycle['rows'],
  delegates: ReadonlyMap<string, boolean>,
  baker: string,
): (string | undefined)[] {
  const rewards = rows.filter(({ kind }) => kind === 'delegator reward');
  const own = rewards.filter(({ recipient }) => delegates.get(recipient));
  const isEnough = (part: bigint, of: bigint) => part * 100n >= of * LEAST_DELEGATES;
  const sum = (all: ComputedCycle['rows']) => all.reduce((so, { amount }) => so + BigInt(amount), 0n);
  return [
    isEnough(BigInt(own.length), BigInt(rewards.length))
      ? undefined
      : `of ${rewards.length} recipients only ${own.length} delegate to ${baker}, by our own node`,
    isEnough(sum(own), sum(rewards))
      ? undefined
      : `of ${sum(rewards)} mutez only ${sum(own)} go to accounts that delegate to ${baker}, by our own node`,
  ];
}

function median(sums: readonly bigint[]): bigint | undefined {
  const sorted = [...sums].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted[Math.floor(sorted.length / 2)];
}

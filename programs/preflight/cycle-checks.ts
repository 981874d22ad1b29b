import type { PayoutRecord, PostedRow } from '../payout-guard/payout-guard.contract';
import { type ComputedCycle, costOf, sumOf } from './computed-plan';
import { pairOf } from './earlier-cycles';
import type { PreflightConfig } from './preflight.contract';

/** What node and indexer say of the world, now. */
export interface WorldFacts {
  readonly chainId: string;
  readonly protocol: string;
  readonly headLevel: number;
  readonly headAgeMs: number;
  /** That of the head. */
  readonly cycle: number;
  /** Of the wallet, at the head. Mutez. */
  readonly balance: bigint;
  /** Undefined where there is no indexer. */
  readonly indexer?: { readonly level: number; readonly chainId: string };
}

/** What node and indexer say of a cycle. Amounts are mutez. */
export interface CycleFacts {
  /** At most, of the indexer's blocks that our node knows as the baker's, and of all attestations. Undefined: unknown. */
  readonly earned?: bigint;
  /** Delegated to the baker by others, by the indexer. */
  readonly delegated?: bigint;
  /** Whether our node calls the baker the delegate of an account. */
  readonly delegates: ReadonlyMap<string, boolean>;
  /** Rows of the cycle that are paid, or that an operation may pay. */
  readonly sent: readonly PayoutRecord[];
  /** Delegators, each with a recipient, who were paid for earlier cycles: see `pairOf`. */
  readonly paidBefore: ReadonlySet<string>;
  /** Sums of earlier cycles that were paid, the latest first. */
  readonly earlier: readonly bigint[];
}

/** An older head says nothing of what is due. */
const MOST_HEAD_BLOCKS = 20;
const LEAST_HEAD_MS = 5 * 60_000;
/** An indexer is a few blocks behind its node, and ours. */
const MOST_INDEXER_BLOCKS = 20;
/** Cycles. One that begins later is a slip of the pen: nobody would be paid, and nothing would say so. */
const MOST_AHEAD = 10;
/** Percent: delegators may have left since the cycle. */
const LEAST_DELEGATES = 90n;
/** So many cycles before say what is usual. */
export const MEDIAN_CYCLES = 10;
const MOST_MEDIANS = 2n;

/** Why nothing may be paid at all. */
export function worldProblems(facts: WorldFacts, { chain, firstCycle }: PreflightConfig): string[] {
  const { chainId, protocol, headLevel, headAgeMs, cycle, indexer } = facts;
  const mostAgeMs = Math.max(LEAST_HEAD_MS, MOST_HEAD_BLOCKS * chain.blockMs);
  return [
    chainId !== chain.id && `the node is of chain ${chainId}, not ${chain.id}`,
    !chain.protocols.includes(protocol) && `the protocol ${protocol} is not known here`,
    headAgeMs > mostAgeMs && `the node's head is ${Math.round(headAgeMs / 1000)} s old`,
    firstCycle > cycle + MOST_AHEAD && `firstCycle is ${firstCycle}, and the chain is in cycle ${cycle}`,
    indexer && indexer.chainId !== chain.id && `the indexer is of chain ${indexer.chainId}, not ${chain.id}`,
    indexer &&
      indexer.level < headLevel - MOST_INDEXER_BLOCKS &&
      `the indexer is at level ${indexer.level}, and our node at ${headLevel}`,
  ].filter((problem) => typeof problem === 'string');
}

/** Why a cycle may not be paid as it was computed. Whatever it has paid before counts. */
export function cycleProblems(
  { rows, delegated }: ComputedCycle,
  facts: CycleFacts & { readonly balance: bigint },
  config: PreflightConfig,
): string[] {
  const bad = rows.find(({ amount }) => BigInt(amount) <= 0n);
  return [
    bad && `${bad.recipient} is to get ${bad.amount} mutez`,
    listProblem(delegated),
    delegated &&
      facts.delegated !== undefined &&
      delegated.total !== facts.delegated &&
      `it was computed from ${delegated.total} delegated mutez, and the indexer says ${facts.delegated}`,
    sharedProblem(rows, config),
    ...sumProblems(rows, facts, config),
    ...delegateProblems(rows, facts, config),
  ].filter((problem) => typeof problem === 'string');
}

/** Whether delegators are missing from what the engine has computed from. */
export function listProblem(delegated: ComputedCycle['delegated']): string | undefined {
  if (!delegated || delegated.sum === delegated.total) return undefined;
  const { sum, total } = delegated;
  return `its delegators have ${sum} mutez, and ${total} are delegated: the list is not whole`;
}

/** Of several amounts less a fee nobody can tell which is whose: the guard lets none of them be less than computed. */
function sharedProblem(rows: readonly PostedRow[], { mayLeaveOut }: PreflightConfig): string | false {
  if (mayLeaveOut === '0') return false; // what is sent is what was computed
  const seen = new Set<string>();
  const shared = rows.find(({ recipient }) => seen.size === seen.add(recipient).size);
  return (
    shared !== undefined &&
    `${shared.recipient} is to get several rows, and they pay the fees: nobody could tell them apart`
  );
}

/** No more than can have been earned, than may be, and than is usual: of all that the cycle pays, now and before. */
function sumProblems(
  rows: readonly PostedRow[],
  { earned, earlier, sent, balance }: CycleFacts & { readonly balance: bigint },
  { mostPerCycle }: PreflightConfig,
): (string | false | undefined)[] {
  const due = sumOf(rows);
  const before = sent.reduce((all, { paid, amount }) => all + BigInt(paid?.amount ?? amount), 0n);
  const sum = before + due;
  const cost = sent.reduce((all, row) => all + costOf(row), 0n) + due;
  const usual = median(earlier.slice(0, MEDIAN_CYCLES));
  const pays = before === 0n ? `it pays ${sum} mutez` : `it pays ${sum} mutez with ${before} that are sent already`;
  return [
    earned !== undefined && sum > earned && `${pays}, and at most ${earned} were earned`,
    cost > BigInt(mostPerCycle) && `${pays}, and ${mostPerCycle} is the most of a cycle, fees included`,
    usual !== undefined && sum > MOST_MEDIANS * usual && `${pays}, and cycles before paid ${usual}`,
    balance < due && `the wallet has ${balance} mutez, and ${due} are due`,
  ];
}

/**
 * Most rows of the cycle, and most of the money, go to accounts that our own node knows as the baker's delegators, or to
 * those whom the bakery file names for one, or that this wallet has paid before: who has left is owed some cycles still.
 * What is sent already has been looked at.
 */
function delegateProblems(
  rows: readonly PostedRow[],
  { delegates, sent, paidBefore }: CycleFacts,
  { baker, recipients }: PreflightConfig,
): (string | undefined)[] {
  const isReward = ({ kind }: { readonly kind: string }) => kind === 'delegator reward';
  const isNamed = ({ delegator, recipient }: PostedRow) =>
    recipients.some((each) => each.delegator === delegator && each.recipient === recipient);
  const rewards = rows.filter(isReward);
  const own = rewards.filter(
    (row) => delegates.get(isNamed(row) ? row.delegator : row.recipient) || paidBefore.has(pairOf(row)),
  );
  const before = sent.filter(isReward);
  const [all, known] = [before.length + rewards.length, before.length + own.length];
  const [total, sum] = [sumOf(before) + sumOf(rewards), sumOf(before) + sumOf(own)];
  const isEnough = (part: bigint, of: bigint) => part * 100n >= of * LEAST_DELEGATES;
  return [
    isEnough(BigInt(known), BigInt(all))
      ? undefined
      : `of ${all} recipients only ${known} delegate to ${baker}, by our own node`,
    isEnough(sum, total)
      ? undefined
      : `of ${total} mutez only ${sum} go to accounts that delegate to ${baker}, by our own node`,
  ];
}

function median(sums: readonly bigint[]): bigint | undefined {
  const sorted = [...sums].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted[Math.floor(sorted.length / 2)];
}

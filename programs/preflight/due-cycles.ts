import {
  type LeftOutRow,
  owedBy,
  type PayoutRecord,
  type PostedRow,
  rowName,
} from '../payout-guard/payout-guard.contract';
import type { Log } from '../runtime/json-log';
import { type ComputedCycle, isSent, isTaken } from './computed-plan';
import { cycleProblems, listProblem, type WorldFacts } from './cycle-checks';
import { earlierSums } from './earlier-cycles';
import type { PreflightConfig } from './preflight.contract';
import type { Levels, Reading } from './reading';

export interface Known {
  readonly config: PreflightConfig;
  readonly world: WorldFacts;
  readonly reading: Reading;
  readonly records: readonly PayoutRecord[];
  /** When the guard has refused a request last. Unix milliseconds. */
  readonly refusedMs: number;
  readonly log: Log;
  readonly nowMs: number;
}

/** What may be paid, with what is left of it, and why the rest may not. What is wrong with a cycle stops it alone. */
export async function dueCycles(
  computed: readonly ComputedCycle[],
  known: Known,
): Promise<{ readonly due: readonly ComputedCycle[]; readonly problems: string[] }> {
  const due: ComputedCycle[] = [];
  const problems: string[] = [];
  for (const cycle of computed) {
    const found = await lookedAt(cycle, known).catch((error: Error) => [error.message]);
    if (!Array.isArray(found)) due.push(found);
    else problems.push(...found.map((problem) => `cycle ${cycle.cycle}: ${problem}`));
  }
  for (const problem of problems) known.log('ERROR', `not paid: ${problem}`);
  return { due, problems };
}

/** What is left of a cycle, or what is wrong with it: nothing, if nothing is to be done. */
async function lookedAt(computed: ComputedCycle, known: Known): Promise<ComputedCycle | string[]> {
  const { config, world, reading, records, log } = known;
  const left = await whatIsLeft(computed, known);
  if (typeof left === 'string') {
    log('INFO', `cycle ${computed.cycle} is struck out: ${left}`);
    return [];
  }
  if (left.cycle.rows.length === 0) return left.cycle; // nothing of it is sent
  const facts = await reading.cycle(left.cycle, left.levels, records);
  const problems = cycleProblems(left.cycle, { ...facts, balance: world.balance }, config);
  return problems.length > 0 ? problems : left.cycle;
}

/** The rows of a cycle that are not paid; or why there is nothing to do. */
async function whatIsLeft(
  computed: ComputedCycle,
  known: Known,
): Promise<string | { readonly cycle: ComputedCycle; readonly levels: Levels }> {
  const { config, world, reading, records } = known;
  const { cycle } = computed;
  if (cycle < config.firstCycle) return `the first cycle that is paid is ${config.firstCycle}`;
  if (cycle >= world.cycle) return 'it is not over';
  const levels = await reading.levels(cycle, world.cycle);
  const dueLevel = levels.last + config.delayBlocks;
  if (world.headLevel < dueLevel) return `it is due at level ${dueLevel}, and the head is ${world.headLevel}`;
  // To whomever: another recipient in the bakery file is one for what is not paid yet.
  const taken = new Set(records.filter(isTaken).map(owedBy));
  const isLeft = (row: PostedRow | LeftOutRow) => !taken.has(owedBy(row));
  const own = records.filter((each) => each.cycle === cycle);
  const problem = computed.rows.length === 0 ? emptyProblem(computed, own, records) : undefined;
  if (problem) throw new Error(problem);
  const { rows, tooSmall } = withoutSmall(computed.rows.filter(isLeft), own, known);
  const told = new Map(
    own.filter(({ status }) => status === 'left out').map((row) => [rowName(row), row.reason ?? '']),
  );
  const isNew = (row: LeftOutRow) => !row.reason.startsWith(told.get(rowName(row)) ?? '\n'); // the guard keeps its beginning
  const leftOut = [...computed.leftOut.filter(isLeft), ...tooSmall].filter(isNew);
  if (rows.length === 0 && leftOut.length === 0) return 'nothing of it is left to send';
  return { cycle: { ...computed, rows, leftOut }, levels };
}

/** Why a cycle of which nobody is to get anything may be another one: a list that was cut short, to nothing at last, is. */
function emptyProblem({ cycle, delegated }: ComputedCycle, own: readonly PayoutRecord[], all: readonly PayoutRecord[]) {
  const isOwed = own.some(({ status }) => status === 'open');
  if (!isOwed && own.some(isSent)) return undefined;
  const [usual] = earlierSums(all, cycle);
  if (listProblem(delegated)) return listProblem(delegated);
  if (isOwed) return 'nobody is to get anything of it, and rows of it are open';
  return usual === undefined ? undefined : `nobody is to get anything of it, and one before has paid ${usual} mutez`;
}

/** A row that a few runs have not sent is not on its way. Runs come by the hour. */
const TRIED_MS = 3 * 3_600_000;
const TOO_SMALL = 'its fee is above its amount, or the rest below the minimum';

/**
 * What the engine itself leaves out after it has taken off the fees is in no file of it: known by the engine's having
 * sent others of the cycle, while these were there to be sent for hours, by nothing but such small ones being left, and by
 * the guard's having refused nothing since: what it has refused may have been these.
 */
function withoutSmall(
  rows: readonly PostedRow[],
  records: readonly PayoutRecord[],
  { config, refusedMs, nowMs }: Known,
): { readonly rows: readonly PostedRow[]; readonly tooSmall: readonly LeftOutRow[] } {
  const mayLeaveOut = BigInt(config.mayLeaveOut);
  if (mayLeaveOut === 0n) return { rows, tooSmall: [] };
  const known = new Map(records.map((each) => [rowName(each), each]));
  const lastSignedMs = records.reduce((last, { signedMs = 0 }) => Math.max(last, signedMs), 0);
  const isLeftOut = (row: PostedRow) => {
    const { signedMs, postedMs } = known.get(rowName(row)) ?? { signedMs: undefined, postedMs: nowMs };
    if (signedMs !== undefined || BigInt(row.amount) > mayLeaveOut) return false;
    return postedMs < lastSignedMs && postedMs < nowMs - TRIED_MS;
  };
  if (refusedMs >= lastSignedMs || !rows.every(isLeftOut)) return { rows, tooSmall: [] };
  return { rows: [], tooSmall: rows.map(({ bakerFee: _, ...row }) => ({ ...row, reason: TOO_SMALL })) };
}

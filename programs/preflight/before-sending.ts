import { readFileSync, writeFileSync } from 'node:fs';
import {
  type PayoutRecord,
  type PlanAnswer,
  type PostedPlan,
  type Refusal,
  rowName,
  type ServedStatus,
} from '../payout-guard/payout-guard.contract';
import type { Log } from '../runtime/json-log';
import { Rpc } from '../runtime/rpc';
import { backereiFile } from './backerei-file';
import { type ComputedCycle, type ComputedFile, listOf, sumOf } from './computed-plan';
import { MEDIAN_CYCLES, worldProblems } from './cycle-checks';
import { dueCycles } from './due-cycles';
import type { PreflightConfig } from './preflight.contract';
import { MOST_BYTES, post, TIMEOUT_MS } from './questions';
import { Reading } from './reading';
import { tezpayFile } from './tezpay-file';
import { whoseTurn } from './whose-turn';

/** Something is not as it must be: nothing is posted, and the engine sends nothing. */
export class NotPayable extends Error {}

/**
 * Stands between what an engine computes and what it sends: strikes out what is not due or done, looks at the rest, posts
 * it to the guard, last the one cycle whose turn it is, and leaves the engine what the guard has taken of that and nobody
 * has paid yet. What is wrong with a cycle keeps that one from being paid, and is written down for the end of the run.
 * Throws NotPayable.
 */
export async function beforeSending(config: PreflightConfig, log: Log, nowMs = Date.now()): Promise<void> {
  // Whatever happens: an engine that starts all the same finds nothing to send.
  if (config.engine === 'tezpay') writeFileSync(config.approved, NOTHING);
  const files = config.computed.map((path) => read(config, readFileSync(path, 'utf8')));
  // Backerei would compute anew what it does not find, and send it.
  if (config.engine === 'backerei') writeFileSync(config.approved, approvedOf(files, new Set()));
  const refusedMs = config.dryRun ? nowMs : await mustSign(config);
  const cycles = cyclesOf(files);
  const records = await recordsOf(config, cycles);
  const reading = new Reading(config);
  const world = await reading.world(nowMs);
  const wrong = worldProblems(world, config);
  if (wrong.length > 0) throw new NotPayable(wrong.join('; '));
  const { due, problems } = await dueCycles(cycles, { config, world, reading, records, refusedMs, log, nowMs });
  if (config.dryRun) tellDryRun(due, log);
  const next = config.dryRun ? undefined : whoseTurn(due, { config, records, log, nowMs });
  if (!config.dryRun) problems.push(...(await postWaiting(config, { due, next, records }, log)));
  writeFileSync(config.problems, JSON.stringify(problems));
  if (next) await approve(config, { next, files }, log);
  // With nothing to send there is no later moment to fail at.
  else if (problems.length > 0) throw new NotPayable(problems.join('; '));
}

const NOTHING = '[]';
/** Rows of a cycle that a dry run tells one by one. */
const MOST_TOLD = 1000;
const planOf = ({ guard: { plan: url } }: PreflightConfig) => new Rpc({ name: url, url }, TIMEOUT_MS, MOST_BYTES);

function read({ engine }: PreflightConfig, text: string): ComputedFile {
  return engine === 'tezpay' ? tezpayFile(text) : backereiFile(text);
}

/** What the guard knows of these cycles, and of those before them that say what is usual. */
async function recordsOf(config: PreflightConfig, computed: readonly ComputedCycle[]): Promise<PayoutRecord[]> {
  const near = computed.flatMap(({ cycle }) => Array.from({ length: MEDIAN_CYCLES + 1 }, (_, back) => cycle - back));
  const records: PayoutRecord[] = [];
  for (const cycle of new Set(near.filter((each) => each >= config.firstCycle))) {
    const rows = await planOf(config).get(`/rows?wallet=${config.wallet}&cycle=${cycle}`);
    records.push(...(listOf(rows, 'rows') as PayoutRecord[]));
  }
  return records;
}

/** Of two files with the same cycle the first one counts. */
function cyclesOf(files: readonly ComputedFile[]): ComputedCycle[] {
  const all = new Map<number, ComputedCycle>();
  for (const cycle of files.flatMap(({ cycles }) => cycles)) if (!all.has(cycle.cycle)) all.set(cycle.cycle, cycle);
  return [...all.values()].sort((a, b) => a.cycle - b.cycle);
}

function tellDryRun(due: readonly ComputedCycle[], log: Log): void {
  for (const { cycle, rows, leftOut } of due) {
    for (const { kind, delegator, recipient, amount } of rows.slice(0, MOST_TOLD)) {
      const whose = delegator === recipient || delegator === '' ? kind : `${kind} of ${delegator}`;
      log('INFO', `cycle ${cycle}: ${amount} mutez to ${recipient}, ${whose}`);
    }
    for (const { delegator, recipient, reason } of leftOut.slice(0, MOST_TOLD)) {
      log('INFO', `cycle ${cycle}: nothing to ${delegator || recipient}: ${reason}`);
    }
    const more = Math.max(0, rows.length - MOST_TOLD) + Math.max(0, leftOut.length - MOST_TOLD);
    if (more > 0) log('INFO', `cycle ${cycle}: and ${more} more`);
    log('INFO', `dry run: nothing is posted; cycle ${cycle} would pay ${sumOf(rows)} mutez to ${rows.length} rows`);
  }
}

/** While the guard is stopped no row is open, and what is paid it does not know. Answers when it has refused something last. */
async function mustSign(config: PreflightConfig): Promise<number> {
  const { stopped, refusedMs } = (await planOf(config).get(`/wallets/${config.wallet}`)) as ServedStatus;
  if (stopped) throw new NotPayable(`the guard is stopped: ${stopped.reason}; ${stopped.detail}`);
  return refusedMs;
}

interface Waiting {
  readonly due: readonly ComputedCycle[];
  readonly next: ComputedCycle | undefined;
  readonly records: readonly PayoutRecord[];
}

/**
 * What waits for its turn is posted as soon as it is due: from then on the guard knows that somebody waits for it, and
 * tells, also when the engine computes the cycle no more. Answers what is wrong with it.
 */
async function postWaiting(config: PreflightConfig, { due, next, records }: Waiting, log: Log): Promise<string[]> {
  const known = new Set(records.map(rowName));
  const isNew = ({ rows }: ComputedCycle) => rows.some((row) => !known.has(rowName(row)));
  const problems: string[] = [];
  for (const cycle of due.filter((each) => each !== next && isNew(each))) {
    const answer = await postPlan(config, cycle);
    if ('refused' in answer) problems.push(refusedText(cycle, answer));
  }
  for (const problem of problems) log('ERROR', `not paid: ${problem}`);
  return problems;
}

async function postPlan({ wallet, baker, chain, guard }: PreflightConfig, cycle: ComputedCycle) {
  const { rows, leftOut } = cycle;
  const plan: PostedPlan = { chainId: chain.id, wallet, baker, rows, leftOut };
  return (await post(guard.plan, '/plans', plan)) as PlanAnswer | Refusal;
}

const refusedText = ({ cycle }: ComputedCycle, { refused, detail }: Refusal) =>
  `cycle ${cycle}: the guard refuses the plan: ${refused}; ${detail}`;

interface Approved {
  readonly next: ComputedCycle;
  readonly files: readonly ComputedFile[];
}

/** Posts the cycle, and leaves the engine the rows that the guard lets be sent. */
async function approve(config: PreflightConfig, { next, files }: Approved, log: Log): Promise<void> {
  const answer = await postPlan(config, next);
  if ('refused' in answer) throw new NotPayable(refusedText(next, answer));
  const open = new Set(answer.rows.filter(({ status: is }) => is === 'open').map(rowName));
  const approved = approvedOf(files, open);
  writeFileSync(config.approved, approved);
  log('INFO', `cycle ${next.cycle}: ${open.size} rows may be sent`);
}

/** Each row once, whichever files it is in. */
function approvedOf(files: readonly ComputedFile[], open: ReadonlySet<string>): string {
  const left = new Set(open);
  const texts = files.map(({ approved }) => approved((row) => left.delete(rowName(row))));
  const [first] = texts;
  if (texts.length === 1) return first;
  return JSON.stringify(texts.flatMap((text) => JSON.parse(text)));
}

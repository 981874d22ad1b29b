import { readFileSync, writeFileSync } from 'node:fs';
import type {
  PayoutRecord,
  PlanAnswer,
  PostedPlan,
  Refusal,
  WalletStatus,
} from '../payout-guard/payout-guard.contract';
import type { Log } from '../runtime/json-log';
import { Rpc } from '../runtime/rpc';
import { backereiFile } from './backerei-file';
import { type ComputedCycle, type ComputedFile, isDone, isTaken, listOf, nameOf, owedBy } from './computed-plan';
import { cycleProblems, MEDIAN_CYCLES, type WorldFacts, worldProblems } from './cycle-checks';
import type { PreflightConfig } from './preflight.contract';
import { MOST_BYTES, post, TIMEOUT_MS } from './questions';
import { type Levels, Reading } from './reading';
import { tezpayFile } from './tezpay-file';

/** Something is not as it must be: nothing is posted, and the engine sends nothing. */
export class NotPayable extends Error {}

/**
 * Stands between what an engine computes and what it sends: strikes out what is not due or done, looks at the rest, posts
 * it to the guard, and leaves the engine what the guard has taken and nobody has paid yet. Throws NotPayable.
 */
export async function beforeSending(config: PreflightConfig, log: Log, nowMs = Date.now()): Promise<void> {
  // Whatever happens: an engine that starts all the same finds nothing to send.
  if (config.engine === 'tezpay') writeFileSync(config.approved, NOTHING);
  const files = config.computed.map((path) => read(config, readFileSync(path, 'utf8')));
  // Backerei would compute anew what it does not find, and send it.
  if (config.engine === 'backerei') writeFileSync(config.approved, approvedOf(files, new Set()));
  const records = await recordsOf(config, cyclesOf(files));
  const reading = new Reading(config);
  const world = await reading.world(nowMs);
  const due: ComputedCycle[] = [];
  const problems: string[] = [];
  for (const cycle of cyclesOf(files)) {
    const left = await whatIsLeft(cycle, { config, world, reading, records });
    if (typeof left === 'string') {
      log('INFO', `cycle ${cycle.cycle} is struck out: ${left}`);
      continue;
    }
    const facts = await reading.cycle(cycle, left.levels, records);
    problems.push(...cycleProblems(cycle, facts, config).map((problem) => `cycle ${cycle.cycle}: ${problem}`));
    due.push(left.cycle);
  }
  if (due.length === 0) return;
  const sum = due.flatMap(({ rows }) => rows).reduce((all, { amount }) => all + BigInt(amount), 0n);
  problems.push(...worldProblems(world, sum, config));
  if (problems.length > 0) throw new NotPayable(problems.join('; '));
  const cycles = due.map(({ cycle }) => cycle).join(', ');
  if (config.dryRun) {
    log(
      'INFO',
      `dry run: nothing is posted; cycles ${cycles} would pay ${sum} mutez to ${due.flatMap(({ rows }) => rows).length} rows`,
    );
    return;
  }
  const open = await postPlan(config, due);
  const approved = approvedOf(files, open);
  writeFileSync(config.approved, approved);
  log('INFO', `cycles ${cycles}: ${open.size} rows may be sent`);
}

const NOTHING = '[]';
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

/** The rows of a cycle that are not paid; or why there is nothing to do. */
async function whatIsLeft(
  computed: ComputedCycle,
  known: {
    readonly config: PreflightConfig;
    readonly world: WorldFacts & { readonly cycle: number };
    readonly reading: Reading;
    readonly records: readonly PayoutRecord[];
  },
): Promise<string | { readonly cycle: ComputedCycle; readonly levels: Levels }> {
  const { cycle } = computed;
  const { config, world, reading } = known;
  if (cycle < config.firstCycle) return `the first cycle that is paid is ${config.firstCycle}`;
  if (cycle >= world.cycle) return 'it is not over';
  const levels = await reading.levels(cycle, world.cycle);
  const dueLevel = levels.last + config.delayBlocks;
  if (world.headLevel < dueLevel) return `it is due at level ${dueLevel}, and the head is ${world.headLevel}`;
  // To whomever: another recipient in the bakery file is one for what is not paid yet.
  const taken = new Set(known.records.filter(isTaken).map(owedBy));
  const rows = computed.rows.filter((row) => !taken.has(owedBy(row)));
  const leftOut = computed.leftOut.filter((row) => !taken.has(owedBy(row)));
  const isKnown = leftOut.every((row) => known.records.some((each) => nameOf(each) === nameOf(row) && isDone(each)));
  if (rows.length === 0 && isKnown) return 'nothing of it is left to send';
  return { cycle: { ...computed, rows, leftOut }, levels };
}

/** Names of the rows that the guard lets be sent. */
async function postPlan(config: PreflightConfig, due: readonly ComputedCycle[]): Promise<ReadonlySet<string>> {
  const { wallet, baker, chain } = config;
  const status = (await planOf(config).get(`/wallets/${wallet}`)) as WalletStatus;
  if (status.stopped) throw new NotPayable(`the guard is stopped: ${status.stopped.reason}; ${status.stopped.detail}`);
  const rows = due.flatMap((cycle) => cycle.rows);
  const leftOut = due.flatMap((cycle) => cycle.leftOut);
  const plan: PostedPlan = { chainId: chain.id, wallet, baker, rows, leftOut };
  const answer = (await post(config.guard.plan, '/plans', plan)) as PlanAnswer | Refusal;
  if ('refused' in answer) throw new NotPayable(`the guard refuses the plan: ${answer.refused}; ${answer.detail}`);
  return new Set(answer.rows.filter(({ status: is }) => is === 'open').map(nameOf));
}

/** Each row once, whichever files it is in. */
function approvedOf(files: readonly ComputedFile[], open: ReadonlySet<string>): string {
  const left = new Set(open);
  const texts = files.map(({ approved }) => approved((row) => left.delete(nameOf(row))));
  const [first] = texts;
  if (texts.length === 1) return first;
  return JSON.stringify(texts.flatMap((text) => JSON.parse(text)));
}

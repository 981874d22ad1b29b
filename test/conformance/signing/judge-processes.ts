import { join } from 'node:path';
import type { Context, Report } from '../part';
import { Calm } from './calm';
import { ownFolder } from './child-program';
import { ConflictTally, conflicts } from './conflicting-requests';
import { DisturbanceTally } from './disturbances';
import { KillTally, windows } from './guard-kills';
import { KilledWorld, type Tallies, type WorldRun } from './killed-world';
import { MachineLag } from './machine-lag';
import { BLOCK_MS } from './made-chain';
import { madeAddress } from './made-requests';
import { memoryFolder } from './memory-folder';
import { ownPrograms } from './own-programs';
import type { Rules } from './random-device';
import { SigningWorld, type WorldParts } from './signing-world';
import { doublesOfSpoiltGuards } from './spoilt-guards';
import type { Ssh } from './ssh-tunnel';
import { StagedWorld } from './staged-world';

const KILLS_A_WINDOW = 20;
const AGENTS_KILLED = 200;
const CONFLICTS = 2000;
const CALM_SHARE = 0.99;
const CALM_REQUESTS = 1000;
/** Of a chain whose blocks come every 6 s: three of them. */
const FAIL_OVER_BLOCKS = 3;
const REAL_BLOCK_SECONDS = 6;

/** Signatures, and the most seconds that they may take. */
const amounts = { short: { signatures: 5000, seconds: 95 }, long: { signatures: 100_000, seconds: 2700 } };

const RUSH_MS = 40_000;

const curves = ['tz1', 'tz2', 'tz3', 'tz4'] as const;
/** Devices that sign whatever reaches them, so that nothing behind the guard hides what it lets through. */
export const free: Record<string, Rules> = Object.fromEntries(
  curves.map((each) => [madeAddress(each, 'free'), 'none']),
);
/** octez-signer with marks, before a Ledger and before a key of tz4. */
const marked: Record<string, Rules> = {
  [madeAddress('tz2', 'marked')]: 'ledger',
  [madeAddress('tz4', 'marked')]: 'marks',
};

/** Guards, homes and tunnels as processes; only chain, devices and clients are made here. */
export async function judgeProcesses(context: Context, ssh: Ssh): Promise<void> {
  const { report, root } = context;
  const folder = ownFolder(context.scratch('part-signing'));
  const programs = await ownPrograms(root, folder);
  const common = { memory: memoryFolder(), programs, ssh };
  const made = (name: string, more: Pick<WorldParts, 'rules' | 'signingMs' | 'pods' | 'uplinks'>) =>
    new SigningWorld({ ...common, name, folder: join(folder, name), ...more });
  const staged = made('staged', { rules: free, signingMs: 0, pods: 2, uplinks: ['cable', 'radio'] });
  const killed = [
    made('killed', { rules: free, signingMs: 0, pods: 1 }),
    made('marked', { rules: marked, signingMs: 10, pods: 1 }),
  ];
  const worlds = [staged, ...killed];
  try {
    await Promise.all(worlds.map((world) => world.start()));
    const tallies = madeTallies();
    const run = runOf(context, worlds, tallies);
    const scenes = new StagedWorld(staged, run, { tallies, report });
    const storms = killed.map((world) => new KilledWorld(world, run, tallies));
    // One after the other: where this machine is busy with the next world, something is wrong.
    for (const each of [scenes, ...storms]) await each.inCalm();
    run.begin();
    const [times] = await Promise.all([scenes.play(), ...storms.map((each) => each.storm())]);
    await Promise.all(storms.map((each) => each.rush(RUSH_MS)));
    for (const each of storms) await each.inCalm();
    judgeFailOver(report, times);
    judge(report, worlds, tallies, context.long);
    const spoiltParts = {
      ...common,
      name: 'spoilt',
      folder: join(folder, 'spoilt'),
      rules: free,
      signingMs: 0,
      pods: 1,
    };
    for (const [name, doubles] of await doublesOfSpoiltGuards(root, spoiltParts)) {
      if (doubles.length > 0) report.pass('a guard that is broken on purpose is noticed');
      else report.fail(`a guard that ${name}`, 'the checker sees no two signatures');
    }
  } finally {
    await Promise.all(worlds.map((world) => world.stop()));
  }
}

function madeTallies(): Tallies {
  const lag = new MachineLag();
  return {
    lag,
    calm: new Calm(lag),
    conflicts: new ConflictTally(),
    kills: new KillTally(KILLS_A_WINDOW),
    disturbances: new DisturbanceTally(),
  };
}

function runOf({ long }: Context, worlds: readonly SigningWorld[], tallies: Tallies): WorldRun & { begin(): void } {
  const { signatures, seconds } = long ? amounts.long : amounts.short;
  const isEnough = () =>
    heardIn(worlds) >= signatures &&
    tallies.kills.isDone &&
    tallies.disturbances.agentsKilled >= AGENTS_KILLED &&
    tallies.conflicts.fewest >= CONFLICTS;
  let untilMs = Number.POSITIVE_INFINITY;
  const begin = () => {
    untilMs = performance.now() + seconds * 1000;
  };
  return { calmMs: 5000, rounds: 2, repeats: long, isEnough, untilMs: () => untilMs, begin };
}

const heardIn = (worlds: readonly SigningWorld[]) => worlds.reduce((sum, { checker }) => sum + checker.heard, 0);

function judge(report: Report, worlds: readonly SigningWorld[], tallies: Tallies, long: boolean): void {
  const { calm, conflicts: tally, kills, disturbances: all } = tallies;
  const doubles = worlds.flatMap(({ name, checker }) => checker.doubles.map((each) => `${name}: ${each}`));
  const heard = heardIn(worlds);
  if (doubles.length > 0) report.fail('two signatures of one slot', doubles.slice(0, 10).join('\n'));
  atLeast(
    report,
    'signatures that bakers have, no two of a slot',
    heard,
    (long ? amounts.long : amounts.short).signatures,
  );
  for (const window of windows) {
    atLeast(report, `guards killed while ${window}`, kills.kills.get(window)!, KILLS_A_WINDOW);
  }
  atLeast(report, 'agents killed', all.agentsKilled, AGENTS_KILLED);
  for (const each of conflicts) atLeast(report, `refused: ${each}`, tally.refused.get(each)!, CONFLICTS);
  if (tally.signed.length > 0) report.fail('what conflicts was signed', tally.signed.slice(0, 10).join('\n'));
  const what = 'requests signed where nothing is wrong';
  if (calm.signed < CALM_SHARE * calm.asked) {
    report.fail(what, `${calm.signed} of ${calm.asked}\n${calm.notSigned.slice(0, 10).join('\n')}`);
  } else atLeast(report, what, calm.signed, CALM_REQUESTS);
  const { cut, frozen, halfOpened, delayed, lost, rebooted, replayed, replaysRefused } = all;
  atLeast(report, 'ways cut, frozen and half-opened', Math.min(cut, frozen, halfOpened), 5);
  atLeast(report, 'requests delayed, overtaken and lost', Math.min(delayed, lost), 10);
  const refused = [...replaysRefused.values()].reduce((sum, each) => sum + each, 0);
  atLeast(report, 'replays refused', refused, 500);
  tallies.lag.stop();
  console.log(`  calm ${calm.signed} of ${calm.asked} (the machine was late ${tallies.lag.count} times); ${kills.total} guards killed, ${all.agentsKilled} agents, ${rebooted} of them
  with their machine; ways: ${cut} cut, ${frozen} frozen, ${halfOpened} half-opened; requests: ${delayed} delayed, ${lost} lost;
  ${replayed} replays: ${[...replaysRefused].map(([why, count]) => `${count} ${why}`).join(', ')}`);
}

function atLeast(report: Report, what: string, count: number, wanted: number): void {
  if (count >= wanted) report.pass(what, count);
  else report.fail(what, `${count}, and not ${wanted}`);
}

function judgeFailOver(report: Report, times: ReadonlyMap<string, number | undefined>): void {
  for (const [what, ms] of times) {
    const blocks = ms === undefined ? Number.POSITIVE_INFINITY : ms / BLOCK_MS;
    const seconds = blocks * REAL_BLOCK_SECONDS;
    console.log(`  fail-over when ${what} dies: ${seconds.toFixed(1)} s of chain time`);
    if (blocks <= FAIL_OVER_BLOCKS) report.pass('fail-over within three blocks');
    else report.fail(`fail-over when ${what} dies`, `${seconds.toFixed(1)} s of chain time, at most 18 s`);
  }
}

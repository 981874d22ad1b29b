import { BakerLoad } from './baker-load';
import { Calm } from './calm';
import { ConflictingRequests, type ConflictTally } from './conflicting-requests';
import { Disturbances, type DisturbanceTally } from './disturbances';
import { GuardKills, type KillTally } from './guard-kills';
import type { MachineLag } from './machine-lag';
import { pause, type SigningWorld } from './signing-world';

/** What all worlds count together. */
export interface Tallies {
  readonly lag: MachineLag;
  readonly calm: Calm;
  readonly conflicts: ConflictTally;
  readonly kills: KillTally;
  readonly disturbances: DisturbanceTally;
}

export interface WorldRun {
  readonly calmMs: number;
  /** Rounds of each level. */
  readonly rounds: number;
  /** Whether what the run is for has been reached. */
  readonly isEnough: () => boolean;
  /** Scenes are played again and again until then. */
  readonly repeats: boolean;
  /** By performance.now(). */
  readonly untilMs: number;
}

/** A baker at a world's gateway, and what asks beside it. */
export function loaded(world: SigningWorld, { rounds }: WorldRun, tallies: Tallies, calm: Calm) {
  const load = new BakerLoad(world, { pod: world.pod, rounds, name: 'baker' });
  calm.watch(load);
  const conflicting = new ConflictingRequests(world, tallies.conflicts, { race: 2, follow: 2 });
  conflicting.watch(load);
  return { load, conflicting };
}

/** A world whose guard is killed in every window, with homes and ways that fail meanwhile; calm before and after. */
export async function killedWorld(world: SigningWorld, run: WorldRun, tallies: Tallies): Promise<void> {
  const { calm, kills, disturbances: tally } = tallies;
  const own = new Calm(tallies.lag, calm);
  const { load, conflicting } = loaded(world, run, tallies, own);
  await world.signs(world.pod);
  load.start();
  await inCalm(own, run.calmMs);
  const disturbances = new Disturbances(world, tally, { agentsEveryMs: 700, waysEveryMs: 1500, replaysEveryMs: 120 });
  disturbances.start();
  await new GuardKills({ world, load, conflicting, tally: kills }).run(run.untilMs);
  while (!run.isEnough() && performance.now() < run.untilMs) await pause(200);
  disturbances.stop();
  await pause(1000); // for what was delayed
  await cloned(world);
  await world.pod.killGuard();
  world.pod.startGuard();
  await world.signs(world.pod);
  await inCalm(own, run.calmMs);
  load.stop();
}

/** Nothing is wrong for so long; the first requests at a new floor may be too early yet. */
export async function inCalm(calm: Calm, forMs: number): Promise<void> {
  await pause(500);
  calm.begin();
  await pause(forMs);
  calm.end();
}

/** A copied card: two homes with one name, of which now one and now the other is at the end of the tunnel. */
async function cloned(world: SigningWorld): Promise<void> {
  const { left, pod } = world;
  const clone = world.madeHome('left', 'clone');
  clone.cloneOf(left);
  await clone.start();
  pod.ends.get('left')?.allow(clone.clientKey);
  for (let i = 0; i < 3; i++) {
    world.attach(pod, [clone]);
    await pause(700);
    await world.detach(pod, [clone]);
    for (const way of left.ways) way.cut(); // it dials in anew
    await pause(700);
  }
  await clone.stop();
}

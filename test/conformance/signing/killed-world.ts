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
  readonly untilMs: () => number;
}

/** A baker at a world's gateway, and what asks beside it. */
export function loaded(world: SigningWorld, { rounds }: WorldRun, tallies: Tallies, calm: Calm) {
  const load = new BakerLoad(world, { pod: world.pod, rounds, name: 'baker' });
  calm.watch(load);
  const conflicting = new ConflictingRequests(world, tallies.conflicts, { race: 2, follow: 2 });
  conflicting.watch(load);
  return { load, conflicting };
}

/** A world whose guard is killed in every window, with homes and ways that fail meanwhile. */
export class KilledWorld {
  private readonly calm: Calm;
  private readonly asking: ReturnType<typeof loaded>;

  constructor(
    private readonly world: SigningWorld,
    private readonly run: WorldRun,
    private readonly tallies: Tallies,
  ) {
    this.calm = new Calm(tallies.lag, tallies.calm);
    this.asking = loaded(world, run, tallies, this.calm);
  }

  inCalm(): Promise<void> {
    return inCalm(this.world, this.run, this.calm, this.asking);
  }

  async storm(): Promise<void> {
    const { world, run, tallies } = this;
    const { load, conflicting } = this.asking;
    load.start();
    const disturbances = new Disturbances(world, tallies.disturbances, {
      agentsEveryMs: 700,
      waysEveryMs: 1500,
      replaysEveryMs: 120,
    });
    disturbances.start();
    await new GuardKills({ world, load, conflicting, tally: tallies.kills }).run(run.untilMs());
    while (!run.isEnough() && performance.now() < run.untilMs()) await pause(200);
    disturbances.stop();
    await pause(1000); // for what was delayed
    await cloned(world);
    load.stop();
    await world.pod.killGuard();
    world.pod.startGuard();
  }

  /** Nothing else is wrong, and as much as can be is asked by two bakers at once, until there is enough of all. */
  async rush(forMs: number): Promise<void> {
    const { world, run } = this;
    const { load, conflicting } = this.asking;
    await world.signs(world.pod);
    const before = { rounds: load.rounds, every: conflicting.every };
    load.rounds = RUSH_ROUNDS;
    conflicting.every = { race: 1, follow: 1 };
    const untilMs = performance.now() + forMs;
    load.start();
    while (!run.isEnough() && performance.now() < untilMs) await pause(100);
    load.stop();
    load.rounds = before.rounds;
    conflicting.every = before.every;
  }
}

/** More than a level has time for. */
const RUSH_ROUNDS = 500;

/** Nothing is wrong for a while, and nobody asks but one baker; the first requests at a new floor may be too early yet. */
export async function inCalm(
  world: SigningWorld,
  { calmMs }: WorldRun,
  calm: Calm,
  { load, conflicting }: ReturnType<typeof loaded>,
): Promise<void> {
  await world.signs(world.pod);
  conflicting.isOn = false;
  load.start();
  await pause(500);
  calm.begin();
  await pause(calmMs);
  calm.end();
  load.stop();
  conflicting.isOn = true;
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

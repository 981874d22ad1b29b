import type { World } from './guards-world';
import { BLOCK_MS, type Guard } from './world-guard';
import type { Home } from './world-home';
import { KEYS, type Wanted } from './world-requests';

/**
 * Ways to two signatures, each in as few steps as a search over all orders has found, that one rule bars. Chance comes
 * to them too, but seldom.
 */

const SKIP_MS = 10_000;
const [KEY, OTHER_KEY] = KEYS;

/** The guard asks nodes and these homes, until there is nothing more to hear. */
function settle(world: World, guard: Guard, homes: readonly Home[] = world.homes, behind = 0): void {
  for (let round = 0; round < 3; round++) {
    world.see(guard, behind);
    for (const home of homes) world.announce(guard, home);
    for (const home of homes) world.poll(guard, home);
  }
}

function opened(world: World, homes?: readonly Home[]): Guard {
  const guard = world.startGuard();
  settle(world, guard, homes);
  return guard;
}

/** When the chain has gone past the floor. */
function later(world: World, guard: Guard): Guard {
  world.pass(6 * BLOCK_MS);
  world.see(guard);
  return guard;
}

/** An old guard has signed at that level, and is cut off; ten blocks later one with a slow clock starts. */
function slowGuardAfter(world: World): { readonly level: number; readonly young: Guard } {
  const old = later(world, opened(world));
  const { level } = next(world);
  world.ask(old, next(world));
  world.cutOff(old, ...world.homes);
  world.pass(10 * BLOCK_MS);
  return { level, young: world.startGuard({ clockMs: -13 * BLOCK_MS }) };
}

function next(world: World, more: Partial<Wanted> = {}): Wanted {
  const level = world.head.level + 1;
  return { key: KEY, kind: 'block', level, round: 0, payload: world.unique(), ...more };
}

/** Two bakers ask two guards for one slot, above all floors. */
function clash(world: World, ...guards: Guard[]): void {
  world.pass(6 * BLOCK_MS);
  for (const guard of guards) {
    world.see(guard);
    world.ask(guard, next(world));
  }
}

/** The guard ends, and says so to this home. */
function ends(world: World, guard: Guard, home: Home): void {
  world.stop(guard, (name) => name === home.name);
}

/** A guard hears of the one before from this home alone, and opens when it has waited. */
function skipping(world: World, home: Home): Guard {
  const guard = opened(world, [home]);
  world.pass(SKIP_MS);
  settle(world, guard, [home]);
  return guard;
}

export const plots: Readonly<Record<string, (world: World) => void>> = {
  'a home with a fresh card takes the old guard again': (world) => {
    const [left, right] = world.homes;
    const old = opened(world);
    world.cutOff(old, left);
    const young = opened(world);
    right.changeCard(undefined);
    settle(world, old);
    clash(world, old, young);
  },
  'a guard opens with half of the homes': (world) => {
    const [, right] = world.homes;
    const old = opened(world);
    world.cutOff(old, right);
    clash(world, old, opened(world, [right]));
  },
  'a request arrives twice': (world) => {
    const guard = later(world, opened(world));
    const [request] = world.held(() => world.ask(guard, next(world)));
    for (let time = 0; time < 2; time++) world.arrive(request);
  },
  'a request arrives again when its agent has started anew': (world) => {
    const guard = later(world, opened(world));
    const [request] = world.held(() => world.ask(guard, next(world)));
    world.arrive(request);
    request.home.restart();
    world.arrive(request);
  },
  'a request arrives again where the card is fresh': (world) => {
    const guard = later(world, opened(world));
    const [request] = world.held(() => world.ask(guard, next(world)));
    world.arrive(request);
    request.home.changeCard(undefined);
    world.arrive(request);
  },
  'a baker asks for what no node has seen coming': (world) => {
    const old = later(world, opened(world));
    const level = world.head.level + 4;
    world.ask(old, next(world, { level }));
    world.cutOff(old, ...world.homes);
    world.ask(opened(world), next(world, { level }));
  },
  'the next guard has a node that is behind': (world) => {
    const old = later(world, opened(world));
    world.ask(old, next(world));
    world.cutOff(old, ...world.homes);
    const young = world.startGuard();
    settle(world, young, world.homes, 6);
    world.see(young);
    world.ask(young, next(world));
  },
  'the next guard has a clock that is behind, and nodes too': (world) => {
    const { level, young } = slowGuardAfter(world);
    settle(world, young, world.homes, 13);
    world.pass(5 * BLOCK_MS);
    world.see(young, 13);
    world.ask(young, next(world, { level }));
  },
  'the clock of the next guard is set right when it has heard a node that is behind': (world) => {
    const { level, young } = slowGuardAfter(world);
    world.see(young, 13);
    young.clockOffset = 0;
    settle(world, young, world.homes, 13);
    world.pass(5 * BLOCK_MS);
    world.see(young, 13);
    world.ask(young, next(world, { level }));
  },
  'the old guard hears of the new one': (world) => {
    const old = opened(world);
    const young = opened(world);
    for (let time = 0; time < 2; time++) settle(world, old);
    clash(world, young, old);
  },
  'a second round at the ceiling': (world) => {
    const [left, right] = world.homes;
    const old = later(world, opened(world));
    world.ask(old, next(world, { level: world.head.level + 2, round: 1 }));
    world.cutOff(old, left, right);
    const young = opened(world);
    world.ask(young, next(world, { level: world.head.level + 2, round: 1 }));
  },
  'a home is off only while the other one has not answered': (world) => {
    const [left, right] = world.homes;
    const old = opened(world);
    right.isOn = false;
    right.darken();
    const young = world.startGuard();
    world.fence(young, right);
    right.isOn = true;
    settle(world, old);
    world.cutOff(old, left);
    settle(world, young, [left]);
    clash(world, old, young);
  },
  'a copy arrives first, and the request itself is refused': (world) => {
    const guard = later(world, opened(world));
    const [request] = world.held(() => world.ask(guard, next(world)));
    world.held(() => world.arrive(request)); // its answer is lost
    world.arrive(request);
  },
  'a request arrives again when its session is over': (world) => {
    const guard = later(world, opened(world));
    const [request] = world.held(() => world.ask(guard, next(world)));
    world.held(() => world.arrive(request));
    request.home.darken();
    settle(world, guard);
    world.arrive(request);
  },
  'somebody on the way writes another key': (world) => {
    const guard = later(world, opened(world));
    const wanted = next(world);
    const [request] = world.held(() => world.ask(guard, wanted));
    world.tamper(request, OTHER_KEY);
    world.ask(guard, { ...wanted, key: OTHER_KEY, payload: world.unique() });
  },
  'an old guard gets everything back after it had lost everything': (world) => {
    const old = opened(world);
    world.cutOff(old, ...world.homes);
    world.pass(6 * BLOCK_MS);
    const young = opened(world);
    world.ask(young, next(world, { level: world.head.level + 2, round: 0 }));
    clash(world, young);
    const { level } = world.head;
    world.kill(young);
    for (const home of world.homes) home.changeCard(undefined);
    world.mend(old);
    settle(world, old);
    world.ask(old, next(world, { level: level + 1 }));
  },
  'a guard is told to end twice': (world) => {
    const [left, right] = world.homes;
    const first = opened(world);
    ends(world, first, left);
    ends(world, first, right);
    clash(world, skipping(world, left), skipping(world, right));
  },
  'a card is put back to where the note was on it': (world) => {
    const [, right] = world.homes;
    const first = opened(world);
    ends(world, first, right);
    const young = opened(world);
    world.cutOff(young, right);
    right.putBack(first.epoch);
    clash(world, young, skipping(world, right));
  },
  'a note comes late, into another session of its epoch': (world) => {
    const [left, right] = world.homes;
    const first = opened(world);
    const [announcement] = world.heard.filter(({ what, home }) => what.kind === 'announce' && home === right);
    const [note] = world.held(() => ends(world, first, right));
    const young = opened(world, [left]);
    right.isOn = false;
    right.darken();
    world.fence(young, right);
    right.isOn = true;
    world.arrive(announcement);
    world.arrive(note);
    world.cutOff(young, right);
    clash(world, young, skipping(world, right));
  },
  'a guard ends before it has opened': (world) => {
    const [, right] = world.homes;
    const old = opened(world);
    world.cutOff(old, right);
    const young = opened(world, [right]);
    ends(world, young, right);
    clash(world, old, skipping(world, right));
  },
  'two guards are told of the same end': (world) => {
    const [, right] = world.homes;
    const first = opened(world);
    ends(world, first, right);
    const young = opened(world);
    world.cutOff(young, right);
    clash(world, young, skipping(world, right));
  },
  'a note comes late, to a guard of the same millisecond': (world) => {
    const [, right] = world.homes;
    const first = opened(world);
    const [note] = world.held(() => ends(world, first, right));
    const young = world.startGuard({ number: first.epoch.number });
    settle(world, young);
    world.arrive(note);
    world.cutOff(young, right);
    clash(world, young, skipping(world, right));
  },
  'the home that told of an end is put back, and comes again': (world) => {
    const [left, right] = world.homes;
    const first = opened(world);
    ends(world, first, right);
    const young = opened(world, [left]);
    const third = opened(world, [right]);
    right.putBack(first.epoch);
    settle(world, young);
    world.cutOff(young, right);
    settle(world, third, [right]);
    world.pass(SKIP_MS);
    settle(world, third, [right]);
    clash(world, young, third);
  },
  'a guard that has said that it ends goes on': (world) => {
    const [, right] = world.homes;
    const first = opened(world);
    ends(world, first, right);
    world.cutOff(first, right);
    clash(world, first, skipping(world, right));
  },
  'a person says that none runs, of one that has ended just now': (world) => {
    const [left, right] = world.homes;
    const first = opened(world, [left]);
    world.fence(first, right);
    ends(world, first, left);
    world.kill(first);
    const young = opened(world, [right]);
    world.fence(young, left);
    clash(world, young, skipping(world, left));
  },
};

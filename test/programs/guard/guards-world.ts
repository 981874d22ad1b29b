import { plots } from './plots';
import type { Guard } from './world-guard';
import { WorldHappenings } from './world-happenings';
import { Home } from './world-home';
import type { Outcome, Wish } from './world-parts';
import { KEYS, KINDS, type Wanted } from './world-requests';

export type { Outcome, Packet, Wish } from './world-parts';

/**
 * A world of guards, agents, tunnels, clocks and heads in one process: every step is one thing that may happen next,
 * drawn by a seed. Devices sign whatever reaches them, and every signature is another one: nothing behind the guards
 * hides what they let through.
 */
export class World extends WorldHappenings {
  constructor(wish: Wish) {
    super(wish);
    const { random } = this;
    const isCalm = wish.plot !== undefined;
    this.faults = {
      rate: 4 + 50 * random() ** 2,
      of: this.happenings.map((_, i) => (i > 0 && random() < 0.4 ? 0 : random())),
      late: isCalm ? 0 : 0.8 * random() ** 4,
      slow: isCalm ? 0 : 0.5 * random() ** 2,
      behind: isCalm ? 0 : random() ** 3,
      lost: isCalm ? 0 : 0.5,
      deaf: isCalm ? 0 : 0.01,
      keys: random() < 0.5 ? KEYS : [this.anyOf(KEYS) as string],
      kinds: random() < 0.5 ? KINDS : [this.anyOf(KINDS) as Wanted['kind']],
      isHonest: !isCalm && random() < 0.2,
    };
    const count = !isCalm && random() < 0.2 ? 3 : 2;
    this.homes = ['left', 'right', 'third'].slice(0, count).map((name) => new Home(name, this));
    if (!isCalm) this.startGuard();
  }

  run(): Outcome {
    const { steps: most, untilDouble, plot } = this.wish;
    if (plot !== undefined) plots[plot](this);
    const isOver = () => this.doubles.length > 0 || (this.broken.size > 0 && !untilDouble);
    let steps = 0;
    for (; plot === undefined && steps < most && !isOver(); steps++) this.step();
    const { signed, askedFor: asked, refusals: refused, openings, skipping, saidFloors, awayNotes, doubles } = this;
    const broken = [...this.broken];
    return { steps, signed, asked, refused, openings, skipping, saidFloors, awayNotes, doubles, broken };
  }

  private step(): void {
    for (const guard of this.living()) {
      const isHeard = this.homes.some((home) => home.listensTo(guard.epoch));
      if (guard.core.opening.phase === 'open' && !isHeard) guard.hasLostAll = true;
      if (guard.isEnding && this.random() < 0.02) this.kill(guard);
    }
    if (this.living().length === 0) this.startGuard();
    if (this.living().length > 1) this.crowdedMs = this.ms;
    const guard = this.anyOf(this.busy()) as Guard;
    // Of a guard that is not open there is not much to ask.
    const isOpen = guard.core.opening.phase === 'open' || this.random() < 0.2;
    const chance = isOpen ? this.random() * 1000 : 400 + this.random() * 600;
    const home = this.anyOf(this.homes) as Home;
    if (chance < 120) this.deliver();
    else if (chance < 400) this.ask(guard);
    else if (chance < 560) this.poll(guard, home);
    else if (chance < 700) this.announce(guard, home);
    else if (chance < 800) this.see(guard);
    else if (chance < 820) this.expire(guard);
    else if (chance < 1000 - this.faults.rate) this.pass(Math.floor(this.random() * 5000));
    else this.fault();
  }
}

export function explore(wish: Wish): Outcome {
  return new World(wish).run();
}

const WORLD_STEPS = 5000;

/**
 * So many steps, in worlds of other seeds, every other one with marked devices; it ends with the first world in which a
 * rule is broken, whose seed stands before what was seen.
 */
export function exploreMany(steps: number): Outcome {
  const sum = { steps: 0, signed: 0, asked: 0, openings: 0, skipping: 0, saidFloors: 0, awayNotes: 0 };
  const refused: Record<string, number> = {};
  for (let seed = 1; sum.steps < steps; seed++) {
    const wish = { seed: Math.ceil(seed / 2), marked: seed % 2 === 0, steps: Math.min(WORLD_STEPS, steps - sum.steps) };
    const outcome = explore(wish);
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += outcome[name];
    for (const [reason, count] of Object.entries(outcome.refused)) refused[reason] = (refused[reason] ?? 0) + count;
    const at = `seed ${wish.seed}${wish.marked ? ', marked' : ''}: `;
    const [doubles, broken] = [outcome.doubles, outcome.broken].map((seen) => seen.map((each) => at + each));
    if (doubles.length + broken.length > 0) return { ...sum, refused, doubles, broken };
  }
  return { ...sum, refused, doubles: [], broken: [] };
}

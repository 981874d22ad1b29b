import type { Head } from '../../../programs/guard/heads';
import { BLOCK_MS, GROWTH_MS, type Guard, START_MS } from './world-guard';
import type { Home } from './world-home';
import type { Packet, Wish } from './world-parts';
import type { Wanted } from './world-requests';

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** What goes wrong in a world, and how often: not everything in every one, or nothing would ever be signed. */
export interface Faults {
  /** Of a thousand steps. */
  readonly rate: number;
  readonly of: readonly number[];
  readonly late: number;
  /** How often a packet takes its time, or is lost. */
  readonly slow: number;
  readonly behind: number;
  /** How often nobody hears that nobody is there. */
  readonly lost: number;
  /** How often a device signs, and nobody hears of it. */
  readonly deaf: number;
  /** With fewer of them, those that there are meet more often. */
  readonly keys: readonly string[];
  readonly kinds: readonly Wanted['kind'][];
  /** Bakers ask for nothing that no honest one would; here the chain may stand, and a person say its floor. */
  readonly isHonest: boolean;
}

/** A world's chain, homes, guards and what is on its way between them; and what was seen in it. */
export class WorldState {
  ms = START_MS + 1000 * BLOCK_MS;
  readonly random: () => number;
  readonly isMarked: boolean;
  homes: readonly Home[] = [];
  /** Those that run. */
  protected guards: Guard[] = [];
  protected started = 0;
  protected highestNumber = 0;
  protected packets: Packet[] = [];
  readonly heard: Packet[] = [];
  /** When each block came, from the first that a node may still call its head. */
  protected readonly blocks: Head[] = [{ level: 900, timestampMs: this.ms }];
  protected counter = 0;
  protected readonly cut = new Set<string>();
  protected readonly slots = new Map<string, string>();
  /** What was signed last. */
  protected readonly recent: { readonly wanted: Wanted; readonly by: Guard }[] = [];
  protected readonly doubles: string[] = [];
  protected readonly broken = new Set<string>();
  protected readonly refusals: Record<string, number> = {};
  protected signed = 0;
  protected highestSigned = { level: 0, round: 0 };
  protected askedFor = 0;
  protected openings = 0;
  protected skipping = 0;
  protected saidFloors = 0;
  protected awayNotes = 0;
  /** When a guard ran last that is not the one that runs. */
  protected crowdedMs = Number.NEGATIVE_INFINITY;
  /** No block comes. */
  protected isStanding = false;
  /** Nothing arrives. */
  protected isHolding = false;
  protected faults!: Faults;

  constructor(protected readonly wish: Wish) {
    this.random = randomFrom(wish.seed);
    this.isMarked = wish.marked ?? false;
  }

  breaks(rule: string): void {
    this.broken.add(rule);
  }

  unique(): number {
    return ++this.counter;
  }

  /** Time passes, and blocks may come: never sooner than the shortest time after the one before. */
  pass(forMs: number): void {
    this.ms += forMs;
    while (!this.isStanding && this.ms - this.head.timestampMs >= BLOCK_MS && this.random() >= this.faults.late) {
      // A block's time is when it may come at the earliest, however late it is seen.
      const { level, timestampMs } = this.head;
      this.blocks.push({ level: level + 1, timestampMs: timestampMs + BLOCK_MS });
    }
  }

  get head(): Head {
    return this.blocks[this.blocks.length - 1];
  }

  /** The round that a chain is in which stands. */
  protected round(): number {
    let round = 0;
    for (let ms = this.ms - this.head.timestampMs - BLOCK_MS; ms >= BLOCK_MS + GROWTH_MS * round; round++) {
      ms -= BLOCK_MS + GROWTH_MS * round;
    }
    return Math.min(round, 999);
  }

  protected isCut(guard: Guard, home: Home): boolean {
    return this.cut.has(`${guard.name} ${home.name}`);
  }

  /** A person keeps it off for as long as a guard runs whose file says so. */
  protected isAway(home: Home): boolean {
    return this.living().some(({ away }) => away.has(home));
  }

  protected living(): Guard[] {
    return this.guards.filter(({ isAlive }) => isAlive);
  }

  /** Those that may sign yet; the others only now and then. */
  protected busy(): Guard[] {
    const living = this.living();
    const hopeful = living.filter(({ core }) => core.opening.phase !== 'outbid');
    return hopeful.length > 0 && this.random() < 0.95 ? hopeful : living;
  }

  protected anyOf<T>(all: readonly T[]): T | undefined {
    return all[Math.floor(this.random() * all.length)];
  }
}

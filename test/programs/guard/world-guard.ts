import { type Asked, GuardCore } from '../../../programs/guard/guard-core';
import type { Epoch } from '../../../programs/runtime/epoch';
import type { Home } from './world-home';
import { KEYS } from './world-requests';

export const BLOCK_MS = 6000;
export const GROWTH_MS = 3000;
export const START_MS = 1_700_000_000_000;

/** A request that has not been answered yet. */
export interface Pending {
  readonly asked: Asked;
  readonly tried: Set<string>;
  readonly untilMs: number;
  /** Whose device was asked. */
  readonly home: Home;
}

/** A guard that runs, or does not any more. */
export class Guard {
  isAlive = true;
  /** It was told to end. */
  isEnding = false;
  readonly fenced = new Set<Home>();
  /** Who did not answer at its last opening, and why that was no fault of it. */
  excused = new Set<Home>();
  /** When it opened last. */
  openedAt = 0;
  /** By home: whom its last answer lets off. */
  readonly letOff = new Map<Home, readonly string[]>();
  /** By home: since when it has not answered. */
  readonly silentSinceMs = new Map<Home, number>();
  readonly pending = new Map<number, Pending>();
  /** What it has sent on, by key and kind: the highest level and round. */
  readonly sent = new Map<string, { readonly level: number; readonly round: number }>();
  highestHead = 0;
  /** No home has a session of it any more, as it once had. */
  hasLostAll = false;
  /** It knows that there is a newer one. */
  knowsBetter = false;
  /** How often it has taken a floor. */
  openings = 0;
  readonly core: GuardCore;

  constructor(
    readonly name: string,
    readonly epoch: Epoch,
    world: { readonly ms: number; readonly homes: readonly Home[] },
    /** By how much its wall clock is wrong. Milliseconds. */
    public clockOffset: number,
    /** Homes that its file says are away. */
    readonly away: ReadonlySet<Home> = new Set(),
  ) {
    for (const home of world.homes) this.silentSinceMs.set(home, world.ms);
    this.core = new GuardCore({
      epoch,
      signers: world.homes.map((home) => ({ name: home.name, keys: KEYS, away: away.has(home) })),
      chain: { blockMs: BLOCK_MS, startMs: START_MS, roundGrowthMs: GROWTH_MS },
      wallMs: () => world.ms + this.clockOffset,
      monotonicMs: () => world.ms,
    });
    const { floor } = this.core;
    const take = floor.take.bind(floor);
    floor.take = (marks) => {
      const isTaken = take(marks);
      if (isTaken) this.openings++;
      return isTaken;
    };
  }
}

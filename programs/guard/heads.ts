import { HIGHEST_ROUND, type Slot } from './marks';

/** A head that a node of the bakery has reported. */
export interface Head {
  readonly level: number;
  /** Unix milliseconds, of its block. */
  readonly timestampMs: number;
}

/** What is known of the chain beside its heads. */
export interface ChainBounds {
  /** The shortest time between two blocks, in milliseconds, of any protocol that the chain can run. */
  readonly blockMs: number;
  /** Unix milliseconds of its first block. */
  readonly startMs: number;
  /**
   * By how much a round lasts longer than the one before it (`delay_increment_per_round`), the least of any protocol that
   * the chain can run. Milliseconds; 0 takes the chain to be in a higher round than it is.
   */
  readonly roundGrowthMs: number;
}

export interface Clocks {
  /** Unix milliseconds: may jump. */
  readonly wallMs: () => number;
  /** Milliseconds since some moment: never jumps. */
  readonly monotonicMs: () => number;
}

/** Levels beyond the highest head that are signed, and beyond what can have been since that are not. */
const AHEAD = 2;
/** Blocks for which a chain that runs is never without one, and the bakery's own nodes seldom. */
const OLD_BLOCKS = 100;

interface Seen extends Head {
  /** How old the block was when it was reported, by the wall clock of that moment. */
  readonly ageMs: number;
  readonly atMs: number;
}

/**
 * What the bakery's own nodes say of the chain, and what follows: what can be asked for now, and what any earlier guard
 * can have been asked for.
 */
export class Heads {
  private best: Seen | undefined;

  constructor(
    private readonly bounds: ChainBounds,
    private readonly clocks: Clocks,
  ) {}

  /** Takes a head into account; answers what is wrong with it, if it cannot be. */
  report(head: Head): 'of the future' | 'above what the chain can have reached' | undefined {
    const ageMs = this.clocks.wallMs() - head.timestampMs;
    if (ageMs < 0) return 'of the future';
    if (head.level > (head.timestampMs - this.bounds.startMs) / this.bounds.blockMs + 1) {
      return 'above what the chain can have reached';
    }
    if (!this.best || head.level > this.best.level) {
      this.best = { ...head, ageMs, atMs: this.clocks.monotonicMs() };
    }
    return undefined;
  }

  /** The highest level that is signed now; none without a head. No time is added: a request is for what nodes have seen. */
  get ceiling(): number | undefined {
    return this.best && this.best.level + AHEAD;
  }

  /** The highest level that any guard can have signed until now; none without a head. */
  get floor(): number | undefined {
    return this.best && this.best.level + Math.ceil(this.ageMs / this.bounds.blockMs) + AHEAD;
  }

  /** Whether no block has come for so long that the chain stands, or that the nodes have much to catch up with. */
  get isOld(): boolean {
    return this.best !== undefined && this.ageMs > OLD_BLOCKS * this.bounds.blockMs;
  }

  /** Where a chain that stands is at most: behind its head, in the highest round that can have begun; none without a head. */
  get now(): Slot | undefined {
    if (!this.best) return undefined;
    const { blockMs, roundGrowthMs } = this.bounds;
    // The first round lasts a block's time, each other one as long as the one before and the growth.
    const lastsMs = (rounds: number) => rounds * blockMs + (roundGrowthMs * rounds * (rounds - 1)) / 2;
    let round = 0;
    while (round <= HIGHEST_ROUND && lastsMs(round + 1) <= this.ageMs) round++;
    return { level: this.best.level + 1, round };
  }

  /**
   * Of the highest head's block, now. Milliseconds. By both clocks, and the higher counts: a wall clock that is set back
   * must make no block younger, and one that was slow when a node told an old head, and has been set right since, must
   * not leave it young. It is right by then: machines at home have compared it with theirs.
   */
  private get ageMs(): number {
    const { best, clocks } = this;
    if (!best) return 0;
    return Math.max(best.ageMs + clocks.monotonicMs() - best.atMs, clocks.wallMs() - best.timestampMs);
  }
}

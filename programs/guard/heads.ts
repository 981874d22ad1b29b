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
}

export interface Clocks {
  /** Unix milliseconds: may jump. */
  readonly wallMs: () => number;
  /** Milliseconds since some moment: never jumps. */
  readonly monotonicMs: () => number;
}

/** Levels beyond the highest head that are signed, and beyond what can have been since that are not. */
const AHEAD = 2;

interface Seen extends Head {
  /** How old the block was when it was reported. */
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
    if (!this.best) return undefined;
    const ageMs = this.best.ageMs + this.clocks.monotonicMs() - this.best.atMs;
    return this.best.level + Math.ceil(ageMs / this.bounds.blockMs) + AHEAD;
  }
}

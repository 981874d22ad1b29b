import type { Epoch } from '../runtime/epoch';

export interface OpeningParts {
  readonly epoch: Epoch;
  readonly signers: readonly string[];
  /** Signers that the bakery file says are off for as long as this guard runs. */
  readonly away: ReadonlySet<string>;
  /** Called at the moment of every opening, before anything can be signed; answers whether there is one. */
  readonly onOpen: () => boolean;
  readonly monotonicMs: () => number;
}

/** A signer's answer to an announcement. */
export interface TakenBy {
  readonly session: string;
  /** Turn at which the announcement was made. */
  readonly askedAt: number;
  readonly mayBeSkipped: readonly string[];
}

/** Where to say something: the session of a signer, and the next counter in it. */
export interface Place {
  readonly signer: string;
  readonly session: string;
  readonly counter: number;
}

import type { Epoch } from '../runtime/epoch';

export type Phase = 'opening' | 'open' | 'outbid' | 'stopped';

export interface OpeningParts {
  readonly epoch: Epoch;
  readonly signers: readonly string[];
  /** Signers that the bakery file says are off for as long as this guard runs. */
  readonly away: ReadonlySet<string>;
  /** Called at the moment of every opening, before anything can be signed; answers whether there is one. */
  readonly onOpen: () => boolean;
  /** Called at every change of the phase, whatever brought it; `by`: who listens to a newer guard. */
  readonly onPhase?: (phase: Phase, by?: string) => void;
  readonly monotonicMs: () => number;
}

/** What the guard holds of one signer's session. */
export interface Held {
  readonly session: string;
  /** Turn of the guard at which its answer came. */
  readonly since: number;
  /** Signers that have named our session with them once more, asked after this one began. */
  readonly confirmedBy: Set<string>;
  counter: number;
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

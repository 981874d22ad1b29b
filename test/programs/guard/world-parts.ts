import type { GuardMessage } from '../../../programs/runtime/guard-message';
import type { Guard } from './world-guard';
import type { Home } from './world-home';

export interface Wish {
  readonly seed: number;
  readonly steps: number;
  /** Devices keep marks of their own, report and refuse; else they do neither. */
  readonly marked?: boolean;
  /** Plays this instead of what chance brings; then `seed` and `steps` say little. */
  readonly plot?: string;
  /** Goes on after a rule was seen to be broken, until something is signed twice. */
  readonly untilDouble?: boolean;
}

export interface Outcome {
  readonly steps: number;
  readonly signed: number;
  readonly asked: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly openings: number;
  /** Openings without a home that an earlier guard's word let off, and those above a floor that a person said. */
  readonly skipping: number;
  readonly saidFloors: number;
  /** Guards that ended with a word to the next one while a line of their file kept a home off. */
  readonly awayNotes: number;
  /** Pairs of signatures for one slot: what must never be. */
  readonly doubles: readonly string[];
  /** Rules that were broken without two signatures, as seen from outside: another order of things, and there are two. */
  readonly broken: readonly string[];
}

export type What =
  | { readonly kind: 'status' }
  | { readonly kind: 'announce' | 'handover'; readonly message: GuardMessage; readonly signature: string }
  | { readonly kind: 'sign'; readonly message: GuardMessage; readonly signature: string; readonly id: number };

export interface Packet {
  readonly guard: Guard;
  readonly home: Home;
  readonly askedAt: number;
  readonly sentMs: number;
  readonly what: What;
  /** On its way back. */
  readonly answer?: unknown;
}

import type { Bakery } from '../../../../model/bakery';
import type { Severity } from '../../../../model/severities';
import type { Scene } from '../scene';

/** What an operator sees of a fault, by where they look for it. */
export interface Seen {
  /** `kubectl describe`, `kubectl get events`. */
  readonly event?: string;
  /** `kubectl get pods`. */
  readonly status?: string;
  /** `kubectl logs`. */
  readonly log?: string;
  readonly metric?: string;
  /** Prometheus. */
  readonly alert?: string;
}

/** Something that goes wrong, and what the bakery promises then. */
export interface Fault {
  /** The promise: a line of the table. */
  readonly name: string;
  /** A word to ask for it alone. */
  readonly word: string;
  fits(bakery: Bakery): boolean;
  /** What people hear of it: once that it is so, and once that it is over. */
  readonly alert?: { readonly name: string; readonly severity: Severity };
  /** About how long it takes, on a quiet machine. */
  readonly seconds: number;
  /** It hits every bakery: nothing else may go on meanwhile. */
  readonly hitsAll?: true;
  /** Brings it about, asserts what follows, and ends it. That the bakery is then whole again is asserted by the caller. */
  run(scene: Scene, options: Circumstances): Promise<Seen>;
}

export interface Circumstances {
  /** Waits at their full length. */
  readonly long: boolean;
  /** The bakeries that run beside it. */
  readonly beside: readonly Scene[];
}

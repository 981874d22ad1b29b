import type { Bakery } from '../../model/bakery';
import type { Waits } from './cluster/server-words';
import type { Cluster } from './cluster/test-cluster';
import type { Tools } from './tools/tools';

/** One part of the conformance run: a real program judges what dist/ holds. */
export interface Part {
  /** As in `npm run conformance -- <name>`. */
  readonly name: string;
  /** Seconds it may take on two cores once everything is built. */
  readonly budgetSeconds: number;
  run(context: Context): Promise<void>;
}

/** What a part works with. */
export interface Context {
  /** The checkout; dist/ lies in it. */
  readonly root: string;
  readonly bakeries: readonly Bakery[];
  /** Programs of pinned versions, installed on demand outside the tree. */
  readonly tools: Tools;
  /** The one Kubernetes that all parts share, started on first use; with other waits from now on, if a part needs them. */
  cluster(waits?: Waits): Promise<Cluster>;
  /** With --keep, for the last part: what it made in the cluster stays for a look. */
  readonly keep: boolean;
  /** With --long: what needs longer than a part may take, by hand. */
  readonly long: boolean;
  readonly report: Report;
  /** A folder for the part's own files; it goes with the run, also with one that is killed. */
  scratch(name: string): string;
}

/** What no installation brings: Google, or a bakery of a kind that nobody here runs. */
export type Needs = 'the cloud' | 'another bakery';

/** Where a part says what it found. */
export interface Report {
  /** Something was judged and is right; `count` things of a kind are one call. */
  pass(what: string, count?: number): void;
  /** Something is wrong: what, where in dist/, the judge's own words. */
  fail(what: string, detail: string): void;
  /** Something could not be judged here, and why. Where every change is judged (CI) this fails, unless it needs what is not to be had there. */
  skip(what: string, why: string, needs?: Needs): void;
  /** The version of a program that judged. */
  version(program: string, version: string): void;
}

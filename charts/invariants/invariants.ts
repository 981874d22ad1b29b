import type { KubeObject } from '../objects/kube-object';
import { evictionInvariants } from './eviction.invariants';
import type { Invariant } from './invariant';
import { jobInvariants } from './jobs.invariants';
import { objectInvariants } from './objects.invariants';
import { podInvariants } from './pods.invariants';
import { portInvariants } from './ports.invariants';
import { signingInvariants } from './signing.invariants';
import { storageInvariants } from './storage.invariants';
import { whyInvariants } from './why.invariants';
import { wiringInvariants } from './wiring.invariants';

/** What must hold for all objects of a bakery together, whatever its settings. */
export const invariants: readonly Invariant[] = [
  ...signingInvariants,
  ...podInvariants,
  ...evictionInvariants,
  ...jobInvariants,
  ...wiringInvariants,
  ...portInvariants,
  ...storageInvariants,
  ...objectInvariants,
  ...whyInvariants,
];

/** What breaks an invariant, one line each; empty if all hold. */
export function invariantProblems(objects: readonly KubeObject[]): string[] {
  return invariants.flatMap(({ name, test }) => test(objects).map((problem) => `${name}: ${problem}`));
}

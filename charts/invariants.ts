import type { Invariant } from './invariants/invariant';
import { objectInvariants } from './invariants/objects.invariants';
import { podInvariants } from './invariants/pods.invariants';
import { signingInvariants } from './invariants/signing.invariants';
import { storageInvariants } from './invariants/storage.invariants';
import { wiringInvariants } from './invariants/wiring.invariants';
import type { KubeObject } from './kube-object';

/** What must hold for all objects of a bakery together, whatever its settings. */
export const invariants: readonly Invariant[] = [
  ...signingInvariants,
  ...podInvariants,
  ...wiringInvariants,
  ...storageInvariants,
  ...objectInvariants,
];

/** What breaks an invariant, one line each; empty if all hold. */
export function invariantProblems(objects: readonly KubeObject[]): string[] {
  return invariants.flatMap(({ name, test }) => test(objects).map((problem) => `${name}: ${problem}`));
}

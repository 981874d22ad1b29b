import type { KubeObject } from '../objects/kube-object';

/** Something that holds for every object of every bakery. */
export interface Invariant {
  /** The promise, as a test's title would say it. */
  readonly name: string;
  /** What breaks it, each as the name of an object and what is wrong with it. */
  test(objects: readonly KubeObject[]): string[];
}

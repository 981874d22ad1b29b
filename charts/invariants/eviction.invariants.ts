import { type KubeObject, type Manifest, nameOf } from '../objects/kube-object';
import type { Invariant } from './invariant';
import { ofKind, running, type Workload, workloadsOf } from './workload';

export const evictionInvariants: Invariant[] = [
  {
    name: 'what bakes, attests or signs goes before the nodes that serve it, and these before all other pods',
    test: (objects) => {
      const priority = priorityValues(objects);
      return pairs(ranks(objects)).flatMap(([upper, lower]) =>
        priority(upper) > priority(lower) ? [] : [`${upper.name} does not go before ${lower.name}`],
      );
    },
  },
  {
    name: 'a pod that is not ready never holds up a drain',
    test: (objects) =>
      ofKind(objects, 'PodDisruptionBudget')
        .filter(({ spec }) => policyOf(spec) !== 'AlwaysAllow')
        .map(nameOf),
  },
];

function policyOf(spec: Manifest['spec']): string | undefined {
  return (spec as { unhealthyPodEvictionPolicy?: string }).unhealthyPodEvictionPolicy;
}

/** Every pod, in three ranks, by what its containers run. */
function ranks(objects: readonly KubeObject[]): Workload[][] {
  const signing = ['baker', 'endorser', 'signer'].flatMap((program) => running(objects, program));
  const isNew = (ranked: readonly Workload[]) => (workload: Workload) =>
    !ranked.some(({ name }) => name === workload.name);
  const nodes = running(objects, 'node').filter(isNew(signing));
  return [signing, nodes, workloadsOf(objects).filter(isNew([...signing, ...nodes]))];
}

/** Each workload with every one of the ranks below its own. */
function pairs(ranked: readonly Workload[][]): [Workload, Workload][] {
  return ranked.flatMap((upper, i) => {
    const below = ranked.slice(i + 1).flat();
    return upper.flatMap((one) => below.map((other): [Workload, Workload] => [one, other]));
  });
}

/** The number behind a pod's priority class; 0 without one, as in Kubernetes. */
function priorityValues(objects: readonly KubeObject[]): (workload: Workload) => number {
  const values = new Map(ofKind(objects, 'PriorityClass').map(({ metadata, value }) => [metadata.name, Number(value)]));
  return ({ pod }) => values.get(pod.priorityClassName ?? '') ?? 0;
}

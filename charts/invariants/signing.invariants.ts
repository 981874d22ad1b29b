import type { KubeObject } from '../objects/kube-object';
import type { Invariant } from './invariant';
import { ofKind, running, signing, type Workload, workloadsOf } from './workload';

export const signingInvariants: Invariant[] = [
  {
    name: 'exactly one workload bakes, and at most one endorses',
    test: (objects) => {
      const [bakers, endorsers] = ['baker', 'endorser'].map((program) => running(objects, program));
      const problems = [bakers, endorsers].filter((found) => found.length > 1).map(together);
      return bakers.length === 0 ? ['nothing bakes', ...problems] : problems;
    },
  },
  {
    name: 'a key has one holder: no two workloads sign with it',
    test: (objects) => {
      const held = signing(objects).flatMap((workload) => keysOf(objects, workload).map((key) => ({ key, workload })));
      return [...new Set(held.map(({ key }) => key))].flatMap((key) => {
        const holders = held.filter((each) => each.key === key).map(({ workload }) => workload);
        return holders.length > 1 ? [`${key}: ${together(holders)}`] : [];
      });
    },
  },
  {
    name: 'what bakes, endorses or signs is a StatefulSet of one: its old pod is gone before the new one starts',
    test: (objects) =>
      [...['baker', 'endorser'].flatMap((program) => running(objects, program)), ...signing(objects)]
        .filter(
          ({ manifest }) => manifest.kind !== 'StatefulSet' || (manifest.spec as { replicas?: number }).replicas !== 1,
        )
        .map(({ name }) => name),
  },
  {
    name: 'a Secret is mounted by one workload alone',
    test: (objects) => {
      const mounts = workloadsOf(objects).flatMap((workload) =>
        (workload.pod.volumes ?? []).flatMap(({ secret }) =>
          secret ? [{ secret: `${workload.namespace}/${secret.secretName}`, workload }] : [],
        ),
      );
      return [...new Set(mounts.map(({ secret }) => secret))].flatMap((secret) => {
        const users = mounts.filter((mount) => mount.secret === secret).map(({ workload }) => workload);
        return users.length > 1 ? [`${secret}: ${together(users)}`] : [];
      });
    },
  },
];

/** Addresses in the ConfigMaps that a workload mounts: whoever signs is told there with which keys. */
function keysOf(objects: readonly KubeObject[], { namespace, pod }: Workload): string[] {
  const mounted = new Set((pod.volumes ?? []).map(({ configMap }) => configMap?.name));
  const maps = ofKind(objects, 'ConfigMap').filter(
    ({ metadata }) => metadata.namespace === namespace && mounted.has(metadata.name),
  );
  return [...new Set(JSON.stringify(maps.map(({ data }) => data)).match(/\btz[1-4][1-9A-HJ-NP-Za-km-z]{33}\b/g))];
}

function together(workloads: readonly Workload[]): string {
  return workloads.map(({ name }) => name).join(' and ');
}

import type { Invariant } from './invariant';
import { running, type Workload, workloadsOf } from './workload';

export const signingInvariants: Invariant[] = [
  {
    name: 'exactly one workload bakes, and at most one endorses or signs',
    test: (objects) => {
      const [bakers, endorsers, signers] = ['baker', 'endorser', 'signer'].map((program) => running(objects, program));
      const problems = [bakers, endorsers, signers].filter((found) => found.length > 1).map(together);
      return bakers.length === 0 ? ['nothing bakes', ...problems] : problems;
    },
  },
  {
    name: 'what bakes, endorses or signs is a StatefulSet of one: its old pod is gone before the new one starts',
    test: (objects) =>
      ['baker', 'endorser', 'signer']
        .flatMap((program) => running(objects, program))
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

function together(workloads: readonly Workload[]): string {
  return workloads.map(({ name }) => name).join(' and ');
}

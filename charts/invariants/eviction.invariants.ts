import { type KubeObject, type Manifest, nameOf } from '../objects/kube-object';
import type { Invariant } from './invariant';
import {
  type Container,
  containersOf,
  isOfPayouts,
  ofKind,
  running,
  signing,
  type Volume,
  type Workload,
  workloadsOf,
} from './workload';

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
  {
    // On a disk, without a limit a pod fills its node's, and with one it is evicted when a single container exceeds it.
    name: 'temporary files are in memory, less than the container may have, and no two programs share more than sockets',
    test: (objects) =>
      workloadsOf(objects).flatMap((workload) =>
        temporaryVolumes(workload)
          .filter((volume) => !isOnJobsDisk(workload, volume))
          .flatMap((volume) => spill(workload, volume).map((what) => `${workload.name}: ${volume.name} ${what}`)),
      ),
  },
  {
    name: 'work by the hour that writes to the disk of its node has asked for the room, and runs alone in its pod',
    test: (objects) =>
      workloadsOf(objects).flatMap((workload) =>
        temporaryVolumes(workload)
          .filter((volume) => isOnJobsDisk(workload, volume) && !asksForItsDisk(workload, volume))
          .map((volume) => `${workload.name}: ${volume.name}`),
      ),
  },
];

function policyOf(spec: Manifest['spec']): string | undefined {
  return (spec as { unhealthyPodEvictionPolicy?: string }).unhealthyPodEvictionPolicy;
}

/** Every pod, in three ranks, by what its containers run. */
function ranks(objects: readonly KubeObject[]): Workload[][] {
  const signers = signing(objects).filter((workload) => !isOfPayouts(workload)); // payouts can wait
  const first = [...['baker', 'endorser'].flatMap((program) => running(objects, program)), ...signers];
  const isNew = (ranked: readonly Workload[]) => (workload: Workload) =>
    !ranked.some(({ name }) => name === workload.name);
  const nodes = running(objects, 'node').filter(isNew(first));
  return [first, nodes, workloadsOf(objects).filter(isNew([...first, ...nodes]))];
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

function temporaryVolumes({ pod }: Workload): readonly Volume[] {
  return (pod.volumes ?? []).filter(({ emptyDir }) => emptyDir);
}

/** What one could fill in a volume that two share: sockets take nothing. */
const SOCKETS_BYTES = 1024 ** 2;

/** How one container's temporary files could harm another. Init containers may prepare what a container then uses. */
function spill(workload: Workload, { name, emptyDir }: Volume): string[] {
  const mounts = ({ volumeMounts = [] }: Container) => volumeMounts.some((mount) => mount.name === name);
  const programs = (workload.pod.containers ?? []).filter(mounts);
  const bytes = bytesOf(emptyDir?.sizeLimit);
  const problems: string[] = [];
  if (emptyDir?.medium !== 'Memory') problems.push('is on the disk of the node');
  if (programs.length > 1 && !(bytes <= SOCKETS_BYTES))
    problems.push(`is shared by ${programs.map((each) => each.name).join(' and ')}`);
  const small = containersOf(workload).filter(
    (each) => mounts(each) && !(bytes < bytesOf(each.resources?.limits?.memory)),
  );
  return [...problems, ...small.map((each) => `can take all memory of ${each.name}`)];
}

/** Of a job, too large for memory. Nobody else may go with it when it is evicted, and its node must keep that room for it. */
function isOnJobsDisk({ manifest }: Workload, { emptyDir }: Volume): boolean {
  return manifest.kind === 'CronJob' && emptyDir?.medium !== 'Memory';
}

function asksForItsDisk(workload: Workload, { emptyDir }: Volume): boolean {
  const containers = containersOf(workload);
  const asked = bytesOf(containers[0].resources?.requests?.['ephemeral-storage']);
  return containers.length === 1 && bytesOf(emptyDir?.sizeLimit) < asked;
}

/** Bytes of `64Mi`, `1Gi`; NaN for anything else, which is then less than nothing. */
function bytesOf(quantity = ''): number {
  const [, amount, unit] = /^(\d+)(Mi|Gi|Ti)$/.exec(quantity) ?? [];
  return Number(amount) * 1024 ** (['Mi', 'Gi', 'Ti'].indexOf(unit) + 2);
}

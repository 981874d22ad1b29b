import { type KubeObject, type Manifest, nameOf } from '../objects/kube-object';
import type { Invariant } from './invariant';
import { ofKind, type Workload, workloadsOf } from './workload';

export const storageInvariants: Invariant[] = [
  {
    name: 'every claim is used by exactly one pod, and every claim of a pod exists',
    test: (objects) => {
      const uses = workloadsOf(objects).flatMap((workload) =>
        claimNames(workload).map((claim) => ({ claim, pods: workload.name })),
      );
      const claims = ofKind(objects, 'PersistentVolumeClaim').map(keyOf);
      const orphans = uses
        .filter(({ claim }) => !claims.includes(claim))
        .map(({ claim, pods }) => `${pods} wants ${claim}, which is not there`);
      const shared = claims.flatMap((claim) => {
        const users = uses.filter((use) => use.claim === claim).map(({ pods }) => pods);
        return users.length === 1 ? [] : [`${claim} is used by ${users.join(' and ') || 'nobody'}`];
      });
      return [...orphans, ...shared];
    },
  },
  {
    name: 'a claim is for one pod alone (ReadWriteOncePod), of a storage class of this bakery',
    test: (objects) => {
      const classes = ofKind(objects, 'StorageClass').map(({ metadata }) => metadata.name);
      return ofKind(objects, 'PersistentVolumeClaim').flatMap((claim) => {
        const { accessModes, storageClassName } = claimSpec(claim);
        const problems = classes.includes(storageClassName)
          ? []
          : [`${nameOf(claim)}: there is no storage class ${storageClassName}`];
        return String(accessModes) === 'ReadWriteOncePod'
          ? problems
          : [...problems, `${nameOf(claim)} is ${accessModes}`];
      });
    },
  },
  {
    name: 'claims are objects of their own, never templates',
    test: (objects) =>
      ofKind(objects, 'StatefulSet')
        .filter(({ spec }) => 'volumeClaimTemplates' in (spec as object))
        .map(nameOf),
  },
  {
    // Argo CD waits for each wave, and a claim is pending until a pod wants it.
    name: 'a claim comes in the same wave as its pod',
    test: (objects) => {
      const waves = new Map(ofKind(objects, 'PersistentVolumeClaim').map((claim) => [keyOf(claim), waveOf(claim)]));
      return workloadsOf(objects).flatMap((workload) =>
        claimNames(workload)
          .filter((claim) => waves.get(claim) !== waveOf(workload.manifest))
          .map((claim) => `${workload.name} is in another wave than ${claim}`),
      );
    },
  },
  {
    name: 'no pod mixes regional and zonal claims',
    test: (objects) => {
      const reachOf = claimReach(objects);
      return workloadsOf(objects).flatMap((workload) => {
        const reaches = new Set(claimNames(workload).map((claim) => reachOf.get(claim)));
        return reaches.size > 1 ? [`${workload.name}: its claims are ${[...reaches].join(' and ')}`] : [];
      });
    },
  },
  {
    name: 'what moves to another zone by itself has regional claims alone',
    test: (objects) => {
      const reachOf = claimReach(objects);
      const sets = new Map(workloadsOf(objects).map((workload) => [keyOf(workload.manifest), workload]));
      return ofKind(objects, 'HighAvailabilityApplication').flatMap((application) => {
        const workload = sets.get(keyOf(application));
        if (!workload) return [`${nameOf(application)} names no StatefulSet`];
        const zonal = claimNames(workload).filter((claim) => reachOf.get(claim) !== 'regional');
        return zonal.map((claim) => `${nameOf(application)}: ${claim} stays in its zone`);
      });
    },
  },
  {
    name: 'what would destroy a claim when it is pruned is never pruned: the claim itself, and its namespace',
    test: (objects) => {
      const claims = ofKind(objects, 'PersistentVolumeClaim');
      // Of every namespace: one without claims today has some tomorrow, and a tool that prunes it does not look.
      return [...claims, ...ofKind(objects, 'Namespace')].flatMap((object) => {
        const { annotations = {} } = object.metadata;
        const open = pruners.filter(({ annotation, guards }) => !guards(annotations[annotation] ?? ''));
        return open.map(({ tool }) => `${tool} may prune ${nameOf(object)}`);
      });
    },
  },
  {
    name: 'nothing of value dies with an object: storage classes keep the disks of deleted claims',
    test: (objects) =>
      ofKind(objects, 'StorageClass')
        .filter(({ reclaimPolicy }) => reclaimPolicy !== 'Retain')
        .map(nameOf),
  },
];

/** What each tool wants to read on an object that it must leave alone, as its own documentation has it. */
const pruners = [
  {
    tool: 'Argo CD',
    annotation: 'argocd.argoproj.io/sync-options',
    guards: (value: string) => ['Prune=false', 'Delete=false'].every((option) => value.split(',').includes(option)),
  },
  {
    tool: 'Flux',
    annotation: 'kustomize.toolkit.fluxcd.io/prune',
    guards: (value: string) => value === 'disabled',
  },
];

function waveOf({ metadata: { annotations } }: Manifest): string {
  return annotations?.['argocd.argoproj.io/sync-wave'] ?? '0';
}

function claimSpec({ spec }: Manifest) {
  return spec as unknown as { accessModes: string[]; storageClassName: string };
}

/** `mainnet-baking/baker-node-data` */
function keyOf({ metadata: { namespace, name } }: Manifest): string {
  return `${namespace}/${name}`;
}

function claimNames({ namespace, pod }: Workload): string[] {
  return (pod.volumes ?? []).flatMap(({ persistentVolumeClaim }) =>
    persistentVolumeClaim ? [`${namespace}/${persistentVolumeClaim.claimName}`] : [],
  );
}

/** `regional` or `zonal` for each claim, by its storage class. */
function claimReach(objects: readonly KubeObject[]): Map<string, string> {
  const regional = ofKind(objects, 'StorageClass')
    .filter(({ parameters }) => (parameters as Record<string, string>)['replication-type'] === 'regional-pd')
    .map(({ metadata }) => metadata.name);
  return new Map(
    ofKind(objects, 'PersistentVolumeClaim').map((claim) => {
      return [keyOf(claim), regional.includes(claimSpec(claim).storageClassName) ? 'regional' : 'zonal'];
    }),
  );
}

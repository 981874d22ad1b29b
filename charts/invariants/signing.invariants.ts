import type { KubeObject } from '../objects/kube-object';
import type { Invariant } from './invariant';
import {
  containersOf,
  isOfPayouts,
  isPayoutGuard,
  ofKind,
  running,
  signing,
  type Workload,
  workloadsOf,
} from './workload';

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
    name: 'what holds a wallet is beside payout-guard, and answers inside of its pod alone',
    test: (objects) =>
      signing(objects)
        .filter(isOfPayouts)
        .flatMap((workload) => {
          const open = listening(objects, workload).filter((address) => !address.startsWith('127.'));
          const isGuarded = containersOf(workload).some(isPayoutGuard);
          return [
            ...(isGuarded ? [] : [`${workload.name} signs without payout-guard`]),
            ...open.map((address) => `${workload.name} signs for whoever dials ${address}`),
          ];
        }),
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
function keysOf(objects: readonly KubeObject[], workload: Workload): string[] {
  const texts = mountedTexts(objects, workload);
  return [...new Set(JSON.stringify(texts).match(/\btz[1-4][1-9A-HJ-NP-Za-km-z]{33}\b/g))];
}

/** Where what signs listens: as octez-signer is told in its command, or Signatory in its file. */
function listening(objects: readonly KubeObject[], workload: Workload): string[] {
  const told = containersOf(workload).flatMap(({ command = [] }) =>
    command.filter((_, i) => command[i - 1] === '-a' && command.includes('signer')),
  );
  const written = mountedTexts(objects, workload).flatMap((text) => [
    ...text.matchAll(/^\s+(?:utility_)?address: (\S+)$/gm),
  ]);
  return [...told, ...written.map(([, address]) => address)];
}

/** Files of the ConfigMaps that a workload mounts, but programs, and what payout-guard is told, who has no key itself. */
function mountedTexts(objects: readonly KubeObject[], workload: Workload): string[] {
  const { namespace, pod } = workload;
  const guards = containersOf(workload).filter(isPayoutGuard);
  const theirs = guards.flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name));
  const volumes = (pod.volumes ?? []).filter(({ name }) => !theirs.includes(name));
  const mounted = new Set(volumes.map(({ configMap }) => configMap?.name));
  const maps = ofKind(objects, 'ConfigMap').filter(
    ({ metadata }) => metadata.namespace === namespace && mounted.has(metadata.name),
  );
  const files = maps.flatMap(({ data }) => Object.entries((data ?? {}) as Record<string, string>));
  return files.filter(([name]) => !/\.[cm]js$/.test(name)).map(([, text]) => text);
}

function together(workloads: readonly Workload[]): string {
  return workloads.map(({ name }) => name).join(' and ');
}

import { namespaceRoles, poolOfNamespace } from '../../model/components';
import { POOL_KEY, poolName } from '../../model/google/pools';
import { holdsKey } from '../../model/messages/secrets';
import type { KubeObject } from '../objects/kube-object';
import type { Invariant } from './invariant';
import {
  type Container,
  containersOf,
  everyContainer,
  ofKind,
  type PodSpec,
  type Workload,
  workloadsOf,
} from './workload';

const COMPONENT_PART = 'app.kubernetes.io/part-of';

export const podInvariants: Invariant[] = [
  {
    // A digest too where images.yaml has one: synth warns where it has none and the chain is mainnet.
    name: 'images name their version and come from the own project',
    test: (objects) => {
      const registries = new Set<string>();
      const problems = everyContainer(objects).flatMap(({ where, container: { image = '' } }) => {
        const [, registry, tag] = VERSIONED_IMAGE.exec(image) ?? [];
        if (registry) registries.add(registry);
        return registry && tag !== 'latest'
          ? []
          : [`${where}: "${image}" is not <region>-docker.pkg.dev/...:<version>`];
      });
      if (registries.size > 1) problems.push(`images come from several projects: ${[...registries].join(', ')}`);
      return problems;
    },
  },
  {
    name: 'pods are restricted',
    test: (objects) =>
      workloadsOf(objects).flatMap((workload) => podLoopholes(workload).map((hole) => `${workload.name}: ${hole}`)),
  },
  {
    name: 'temporary files have a limit', // without one a pod fills its node's disk, and others are evicted
    test: (objects) =>
      workloadsOf(objects).flatMap(({ name, pod }) =>
        (pod.volumes ?? [])
          .filter(({ emptyDir }) => emptyDir && !emptyDir.sizeLimit)
          .map((volume) => `${name}: ${volume.name} has none`),
      ),
  },
  {
    name: 'containers are restricted',
    test: (objects) => eachContainer(objects, containerLoopholes),
  },
  {
    name: 'memory is limited to what is asked for, and CPU is asked for',
    test: (objects) =>
      eachContainer(objects, ({ resources }) => {
        const { requests, limits } = resources ?? {};
        if (!requests?.cpu || !requests.memory) return ['asks for no CPU or no memory'];
        return limits?.memory === requests.memory
          ? []
          : [`limits memory to ${limits?.memory} and asks for ${requests.memory}`];
      }),
  },
  {
    name: "a container runs an absolute program, never its image's entrypoint",
    test: (objects) =>
      eachContainer(objects, ({ command }) =>
        command?.[0]?.startsWith('/') ? [] : [`its command is ${JSON.stringify(command)}`],
      ),
  },
  {
    name: 'no secret is in an environment variable',
    test: (objects) =>
      eachContainer(objects, ({ env = [], envFrom = [] }) => [
        ...env
          .filter(({ value, valueFrom }) => valueFrom?.secretKeyRef || holdsKey(value ?? ''))
          .map(({ name }) => `${name} holds one`),
        ...envFrom.filter(({ secretRef }) => secretRef).map(() => 'it takes all of a Secret'),
      ]),
  },
  {
    name: 'every pod says on which pool it runs, and with which priority',
    test: (objects) => {
      const priorities = ofKind(objects, 'PriorityClass').map(({ metadata }) => metadata.name);
      return workloadsOf(objects).flatMap((workload) =>
        misplaced(workload, priorities).map((what) => `${workload.name}: ${what}`),
      );
    },
  },
];

const VERSIONED_IMAGE = /^([a-z]+-[a-z]+\d+-docker\.pkg\.dev\/[^/]+)\/[^:@]+:([\w.-]+)(?:@sha256:[0-9a-f]{64})?$/;

function eachContainer(objects: readonly KubeObject[], test: (container: Container) => string[]): string[] {
  return everyContainer(objects).flatMap(({ where, container }) => test(container).map((what) => `${where}: ${what}`));
}

function podLoopholes(workload: Workload): string[] {
  const { securityContext: security, automountServiceAccountToken, hostNetwork } = workload.pod;
  const holes: string[] = [];
  if (!security?.runAsUser || !security.runAsGroup || !security.fsGroup)
    holes.push('user, group or fsGroup is not a number above 0');
  if (security?.runAsNonRoot !== true) holes.push('runAsNonRoot is not set');
  if (security?.seccompProfile?.type !== 'RuntimeDefault') holes.push('seccomp is not RuntimeDefault');
  if (automountServiceAccountToken !== false) holes.push('it gets an API token');
  if (hostNetwork) holes.push("it uses the node's network");
  if (containersOf(workload).length === 0) holes.push('it has no container');
  return holes;
}

function containerLoopholes({ securityContext: security }: Container): string[] {
  const holes: string[] = [];
  if (security?.allowPrivilegeEscalation !== false) holes.push('may escalate privileges');
  if (security?.readOnlyRootFilesystem !== true) holes.push('can write to its root');
  if (security?.privileged) holes.push('is privileged');
  const { drop = [], add = [] } = security?.capabilities ?? {};
  if (!drop.includes('ALL') || add.length > 0) holes.push('keeps capabilities');
  return holes;
}

/** The namespace decides: what a block or an attestation needs has a pool of its own, and goes before everything else. */
function misplaced({ labels, namespace, pod }: Workload, priorities: readonly string[]): string[] {
  const bakery = labels[COMPONENT_PART] ?? '';
  const role = namespaceRoles.find((each) => namespace === `${bakery}-${each}`);
  if (!role) return [`its namespace "${namespace}" is none of the bakery`];
  const wanted = poolName(bakery, poolOfNamespace(role));
  const pool = pod.nodeSelector?.[POOL_KEY] ?? '';
  const problems: string[] = [];
  if (pool !== wanted) problems.push(`its pool is "${pool}", not ${wanted}`);
  if (toleratesBakingTaint(pod, bakery) !== (poolOfNamespace(role) === 'baking'))
    problems.push(`it ${role === 'baking' ? 'does not tolerate' : 'tolerates'} the taint of the baking pool`);
  if (pod.priorityClassName !== wanted || !priorities.includes(wanted))
    problems.push(`its priority class is "${pod.priorityClassName ?? ''}"`);
  return problems;
}

function toleratesBakingTaint({ tolerations = [] }: PodSpec, bakery: string): boolean {
  return tolerations.some(({ key, operator, value }) => {
    const everyValue = operator === 'Exists';
    return key === undefined ? everyValue : key === POOL_KEY && (everyValue || value === poolName(bakery, 'baking'));
  });
}

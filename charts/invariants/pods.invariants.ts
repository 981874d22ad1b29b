import { namespaceRoles, poolOfNamespace } from '../../model/components';
import { POOL_KEY, poolName } from '../../model/google/pools';
import { holdsKey } from '../../model/messages/secrets';
import { type KubeObject, nameOf } from '../objects/kube-object';
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

const BAKERY = 'app.kubernetes.io/part-of';
const COMPONENT = 'app.kubernetes.io/name';

/** As RFC 1123 has labels, and RFC 6335 names of services (Kubernetes, pkg/apis/core/validation). */
const LABEL = /^(?=.{1,63}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const PORT_NAME = /^(?=.{1,15}$)(?=.*[a-z])(?!.*--)[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

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
    name: 'a pod has an API token if a role is bound to its account, and only then; nobody reads Secrets or writes',
    test: (objects) => {
      const bound = ofKind(objects, 'RoleBinding', 'ClusterRoleBinding').flatMap(({ subjects }) =>
        (subjects as unknown as Subject[]).map(({ namespace, name }) => `${namespace}/${name}`),
      );
      const wrong = workloadsOf(objects).filter(({ namespace, pod }) => {
        const hasToken = pod.automountServiceAccountToken !== false;
        return hasToken !== bound.includes(`${namespace}/${pod.serviceAccountName}`);
      });
      return [...wrong.map(({ name }) => `${name} has one of the two alone`), ...largeRights(objects)];
    },
  },
  {
    name: 'containers are restricted',
    test: (objects) => eachContainer(objects, containerLoopholes),
  },
  {
    name: 'memory is limited to what is asked for; CPU and disk are asked for, and not limited',
    test: (objects) =>
      eachContainer(objects, ({ resources }) => {
        const { requests, limits } = resources ?? {};
        const missing = ['cpu', 'memory', 'ephemeral-storage'].filter((each) => !requests?.[each]);
        if (missing.length > 0) return [`asks for no ${missing.join(', no ')}`];
        const limited = Object.keys(limits ?? {}).filter((each) => each !== 'memory');
        if (limited.length > 0) return [`limits ${limited.join(' and ')}: it would be throttled, or its pod evicted`];
        return limits?.memory === requests?.memory
          ? []
          : [`limits memory to ${limits?.memory} and asks for ${requests?.memory}`];
      }),
  },
  {
    name: 'containers, volumes and ports have names that the API server takes',
    test: (objects) =>
      workloadsOf(objects).flatMap((workload) => {
        const names = [...containersOf(workload), ...(workload.pod.volumes ?? [])].map((each) => each.name);
        const ports = containersOf(workload).flatMap(({ ports = [] }) => ports.map((each) => each.name ?? 'unnamed'));
        const wrong = [...names.filter((each) => !LABEL.test(each)), ...ports.filter((each) => !PORT_NAME.test(each))];
        return wrong.map((each) => `${workload.name}: "${each}"`);
      }),
  },
  {
    name: 'a pod of several containers says which of them kubectl means',
    test: (objects) =>
      workloadsOf(objects).flatMap(({ name, annotations, pod: { containers = [] } }) => {
        const meant = annotations['kubectl.kubernetes.io/default-container'];
        if (meant === undefined ? containers.length < 2 : containers.some((each) => each.name === meant)) return [];
        return [`${name} means "${meant ?? ''}"`];
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
    // It refuses one that is not there (client_config.ml).
    name: 'the base directory of a client program is where a volume is mounted',
    test: (objects) =>
      eachContainer(objects, ({ command = [], volumeMounts = [] }) => {
        const base = command[command.indexOf('--base-dir') + 1];
        if (!command.includes('--base-dir') || volumeMounts.some(({ mountPath }) => mountPath === base)) return [];
        return [`nothing is mounted at ${base}`];
      }),
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
      const waits = new Map(
        ofKind(objects, 'PriorityClass').map(({ metadata, preemptionPolicy }) => [
          metadata.name,
          preemptionPolicy === 'Never',
        ]),
      );
      return workloadsOf(objects).flatMap((workload) =>
        misplaced(workload, waits).map((what) => `${workload.name}: ${what}`),
      );
    },
  },
  {
    name: 'the pods of each component have an identity of their own, which carries no token',
    test: (objects) => {
      const accounts = new Map(ofKind(objects, 'ServiceAccount').map((account) => [nameOf(account), account]));
      return workloadsOf(objects).flatMap(({ name, namespace, labels, pod }) => {
        const account = accounts.get(`ServiceAccount ${namespace}/${pod.serviceAccountName}`);
        if (!account) return [`${name}: there is no service account "${pod.serviceAccountName ?? ''}"`];
        const { metadata, automountServiceAccountToken } = account;
        if (metadata.labels?.[COMPONENT] !== labels[COMPONENT]) return [`${name} runs as another component`];
        return automountServiceAccountToken === false ? [] : [`${nameOf(account)} hands out tokens`];
      });
    },
  },
];

const VERSIONED_IMAGE = /^([a-z]+-[a-z]+\d+-docker\.pkg\.dev\/[^/]+)\/[^:@]+:([\w.-]+)(?:@sha256:[0-9a-f]{64})?$/;

function eachContainer(objects: readonly KubeObject[], test: (container: Container) => string[]): string[] {
  return everyContainer(objects).flatMap(({ where, container }) => test(container).map((what) => `${where}: ${what}`));
}

function podLoopholes(workload: Workload): string[] {
  const { securityContext: security, hostNetwork } = workload.pod;
  const holes: string[] = [];
  if (!security?.runAsUser || !security.runAsGroup || !security.fsGroup)
    holes.push('user, group or fsGroup is not a number above 0');
  if (security?.runAsNonRoot !== true) holes.push('runAsNonRoot is not set');
  if (security?.seccompProfile?.type !== 'RuntimeDefault') holes.push('seccomp is not RuntimeDefault');
  if (hostNetwork) holes.push("it uses the node's network");
  if (containersOf(workload).length === 0) holes.push('it has no container');
  return holes;
}

interface Subject {
  readonly namespace: string;
  readonly name: string;
}

const readingVerbs = ['get', 'list', 'watch'];
const secretResources = ['secrets', 'configmaps', '*'];

/** Rules of roles that let somebody change anything, or read what may be secret. */
function largeRights(objects: readonly KubeObject[]): string[] {
  return ofKind(objects, 'Role', 'ClusterRole').flatMap((role) => {
    const rules = role.rules as unknown as { verbs: string[]; resources?: string[] }[];
    const isLarge = rules.some(
      ({ verbs, resources = ['*'] }) =>
        verbs.some((verb) => !readingVerbs.includes(verb)) || resources.some((each) => secretResources.includes(each)),
    );
    return isLarge ? [`${nameOf(role)} lets more be done than to read what is public in the cluster`] : [];
  });
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

/**
 * The namespace decides: what a block or an attestation needs has a pool of its own, and nothing else takes a pod's place.
 * `waits`: of each priority class, whether its pods never do.
 */
function misplaced({ labels, namespace, pod }: Workload, waits: ReadonlyMap<string, boolean>): string[] {
  const bakery = labels[BAKERY] ?? '';
  const role = namespaceRoles.find((each) => namespace === `${bakery}-${each}`);
  if (!role) return [`its namespace "${namespace}" is none of the bakery`];
  const wanted = poolName(bakery, poolOfNamespace(role));
  const pool = pod.nodeSelector?.[POOL_KEY] ?? '';
  const problems: string[] = [];
  if (pool !== wanted) problems.push(`its pool is "${pool}", not ${wanted}`);
  if (toleratesBakingTaint(pod, bakery) !== (poolOfNamespace(role) === 'baking'))
    problems.push(`it ${role === 'baking' ? 'does not tolerate' : 'tolerates'} the taint of the baking pool`);
  const priority = pod.priorityClassName ?? '';
  if (waits.get(priority) !== (role !== 'baking')) problems.push(`its priority class is "${priority}"`);
  return problems;
}

function toleratesBakingTaint({ tolerations = [] }: PodSpec, bakery: string): boolean {
  return tolerations.some(({ key, operator, value }) => {
    const everyValue = operator === 'Exists';
    return key === undefined ? everyValue : key === POOL_KEY && (everyValue || value === poolName(bakery, 'baking'));
  });
}

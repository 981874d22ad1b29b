import { type KubeObject, type Manifest, nameOf } from '../objects/kube-object';
import type { Invariant } from './invariant';
import { type Container, containersOf, type Labels, ofKind, podsWith, type Workload, workloadsOf } from './workload';

const COMPONENT = 'app.kubernetes.io/name';

/** Their selectors are made by Kubernetes, and select by a label that no other pod has. */
const selectsByItself = ['CronJob', 'Job', 'Pod'];

export const wiringInvariants: Invariant[] = [
  {
    name: 'a workload selects its own pods and no others',
    test: (objects) => {
      const workloads = workloadsOf(objects);
      const selecting = workloads.filter(({ manifest }) => !selectsByItself.includes(manifest.kind));
      return selecting.flatMap(({ name, namespace, manifest }) => {
        const labels = (manifest.spec as { selector?: { matchLabels?: Labels } }).selector?.matchLabels ?? {};
        const selected = podsWith(workloads, namespace, labels).map((pods) => pods.name);
        return selected.length === 1 && selected[0] === name
          ? []
          : [`${name} selects the pods of: ${selected.join(', ') || 'nobody'}`];
      });
    },
  },
  {
    name: 'Services, budgets and policies select pods, and those of their own component alone',
    test: (objects) => {
      const workloads = workloadsOf(objects);
      return selections(objects).flatMap(({ manifest, labels }) => {
        const { namespace, labels: own } = manifest.metadata;
        const selected = podsWith(workloads, namespace, labels);
        if (selected.length === 0) return [`${nameOf(manifest)} selects no pod`];
        const strangers = selected.filter((pods) => pods.labels[COMPONENT] !== own?.[COMPONENT]);
        return strangers.map(({ name }) => `${nameOf(manifest)} selects ${name} of another component`);
      });
    },
  },
  {
    name: "a Service's ports exist by name on all of its pods",
    test: (objects) => {
      const workloads = workloadsOf(objects);
      return ofKind(objects, 'Service').flatMap((service) => {
        const { selector = {}, ports = [] } = service.spec as unknown as ServiceSpec;
        const containers = podsWith(workloads, service.metadata.namespace, selector).map(portsOf);
        const missing = ports.filter(
          ({ targetPort }) => !containers.every((open) => open.some(({ name }) => name === targetPort)),
        );
        return missing.map(
          ({ name, targetPort }) => `${nameOf(service)}, port ${name}: no port named ${targetPort} on its pods`,
        );
      });
    },
  },
  {
    name: 'the port of every flow exists on the pods that it reaches',
    test: (objects) => {
      const workloads = workloadsOf(objects);
      return ofKind(objects, 'NetworkPolicy').flatMap((policy) =>
        reaches(policy, workloads).flatMap(({ pods, port }) =>
          portsOf(pods).some(({ containerPort }) => containerPort === port)
            ? []
            : [`${nameOf(policy)}: ${pods.name} has no port ${port}`],
        ),
      );
    },
  },
  {
    name: 'a Service offers no port that nobody may dial',
    test: (objects) => {
      const workloads = workloadsOf(objects);
      const open = ofKind(objects, 'NetworkPolicy').flatMap((policy) => letIn(policy, workloads));
      return ofKind(objects, 'Service').flatMap((service) => {
        const { selector = {}, ports = [] } = service.spec as unknown as ServiceSpec;
        return podsWith(workloads, service.metadata.namespace, selector).flatMap((pods) =>
          ports
            .map(({ name, targetPort }) => ({ name, port: portsOf(pods).find((each) => each.name === targetPort) }))
            .filter(({ port }) => !open.some((each) => each.pods === pods && each.port === port?.containerPort))
            .map(({ name }) => `${nameOf(service)}, port ${name}: no policy lets anybody dial it on ${pods.name}`),
        );
      });
    },
  },
  {
    name: 'every namespace denies what no policy allows',
    test: (objects) => {
      const denied = ofKind(objects, 'NetworkPolicy').filter((policy) => {
        const { podSelector, policyTypes, ingress, egress } = policy.spec as unknown as PolicySpec;
        return isEverything(podSelector) && policyTypes.length === 2 && !ingress && !egress;
      });
      const namespaces = denied.map(({ metadata }) => metadata.namespace);
      return ofKind(objects, 'Namespace')
        .filter(({ metadata }) => !namespaces.includes(metadata.name))
        .map(nameOf);
    },
  },
  {
    name: 'whose load balancer it is stands in its class, which no other controller can take over',
    test: (objects) =>
      ofKind(objects, 'Service')
        .filter(({ spec }) => {
          const { type, loadBalancerClass } = spec as unknown as ServiceSpec;
          return type === 'LoadBalancer' && !loadBalancerClass;
        })
        .map(nameOf),
  },
  {
    name: "load balancers keep the client's address",
    test: (objects) =>
      ofKind(objects, 'Service')
        .filter(({ spec }) => {
          const { type, externalTrafficPolicy } = spec as unknown as ServiceSpec;
          return type === 'NodePort' || (type === 'LoadBalancer' && externalTrafficPolicy !== 'Local');
        })
        .map(nameOf),
  },
];

interface ServiceSpec {
  readonly type?: string;
  readonly loadBalancerClass?: string;
  readonly externalTrafficPolicy?: string;
  readonly selector?: Labels;
  readonly ports?: readonly { name: string; targetPort: unknown }[];
}

interface Selector {
  readonly matchLabels?: Labels;
}
interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
}
interface PolicySpec {
  readonly podSelector: Selector;
  readonly policyTypes: readonly string[];
  readonly ingress?: readonly { ports?: readonly { port?: number }[] }[];
  readonly egress?: readonly { to?: readonly Peer[]; ports?: readonly { port?: number }[] }[];
}

function isEverything({ matchLabels }: Selector): boolean {
  return Object.keys(matchLabels ?? {}).length === 0;
}

/** What selects pods, but for policies that mean every pod of a namespace. */
function selections(objects: readonly KubeObject[]): { manifest: Manifest; labels: Labels }[] {
  const services = ofKind(objects, 'Service').map((manifest) => {
    return { manifest, labels: (manifest.spec as unknown as ServiceSpec).selector ?? {} };
  });
  const budgets = ofKind(objects, 'PodDisruptionBudget').map((manifest) => {
    return { manifest, labels: (manifest.spec as unknown as { selector: Selector }).selector.matchLabels ?? {} };
  });
  const policies = ofKind(objects, 'NetworkPolicy')
    .map((manifest) => ({ manifest, labels: (manifest.spec as unknown as PolicySpec).podSelector.matchLabels ?? {} }))
    .filter(({ labels }) => Object.keys(labels).length > 0);
  return [...services, ...budgets, ...policies];
}

/** Pods of ours on a port of theirs. */
interface Reached {
  readonly pods: Workload;
  readonly port: number;
}

/** Pods of ours that a policy lets somebody reach, or reaches, and on which port. */
function reaches(policy: Manifest, workloads: readonly Workload[]): Reached[] {
  const { spec, metadata } = policy;
  const { egress = [] } = spec as unknown as PolicySpec;
  const dialled = egress.flatMap(({ ports, to = [] }) =>
    to.flatMap((peer) => {
      const namespace = namespaceOf(peer) ?? metadata.namespace;
      return onPorts(podsWith(workloads, namespace, peer.podSelector?.matchLabels ?? { '': '' }), ports);
    }),
  );
  return [...letIn(policy, workloads), ...dialled];
}

/** Its own pods that a policy lets somebody dial, and on which port. */
function letIn({ spec, metadata }: Manifest, workloads: readonly Workload[]): Reached[] {
  const { podSelector, ingress = [] } = spec as unknown as PolicySpec;
  const own = podsWith(workloads, metadata.namespace, podSelector.matchLabels ?? {});
  return ingress.flatMap(({ ports }) => onPorts(own, ports));
}

function onPorts(targets: readonly Workload[], ports: readonly { port?: number }[] = []): Reached[] {
  return targets.flatMap((pods) => ports.flatMap(({ port }) => (port === undefined ? [] : [{ pods, port }])));
}

function namespaceOf({ namespaceSelector }: Peer): string | undefined {
  return namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'];
}

function portsOf(workload: Workload): NonNullable<Container['ports']> {
  return containersOf(workload).flatMap(({ ports }) => ports ?? []);
}

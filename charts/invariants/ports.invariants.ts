import { type Manifest, nameOf } from '../objects/kube-object';
import type { Invariant } from './invariant';
import { type Container, containersOf, type Labels, ofKind, podsWith, type Workload, workloadsOf } from './workload';

export const portInvariants: Invariant[] = [
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
    // A kubelet may always dial the pods of its own node: what a probe asks needs no policy.
    name: 'a container opens no port that nobody may dial',
    test: (objects) => {
      const workloads = workloadsOf(objects);
      const open = ofKind(objects, 'NetworkPolicy').flatMap((policy) => letIn(policy, workloads));
      return workloads.flatMap((pods) =>
        containersOf(pods).flatMap((container) =>
          opened(container)
            .filter((port) => !isProbed(container, port))
            .filter((port) => !open.some((each) => each.pods === pods && each.port === port))
            .map((port) => `${pods.name}, container ${container.name}: no policy lets anybody dial ${port}`),
        ),
      );
    },
  },
];

interface ServiceSpec {
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
  readonly ingress?: readonly { ports?: readonly { port?: number }[] }[];
  readonly egress?: readonly { to?: readonly Peer[]; ports?: readonly { port?: number }[] }[];
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

/** Ports that a container names, or is told to listen on for everybody. */
function opened({ ports = [], command = [] }: Container): number[] {
  const told = command.flatMap((word) => /^0\.0\.0\.0:(\d+)$/.exec(word)?.[1] ?? []).map(Number);
  return [...new Set([...ports.map(({ containerPort }) => containerPort), ...told])];
}

function isProbed({ ports = [], startupProbe, readinessProbe, livenessProbe }: Container, port: number): boolean {
  const named = ports.find(({ containerPort }) => containerPort === port)?.name;
  return [startupProbe, readinessProbe, livenessProbe].some(
    (probe) => probe?.httpGet && [named, port].includes(probe.httpGet.port),
  );
}

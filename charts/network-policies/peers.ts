import { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../model/bakery';
import { type ComponentName, components } from '../../model/components';
import type { Caller, Flow, Outside } from '../../model/flows';
import { internet, outsideBlock } from './internet';

/** One side of a flow that is pods of ours. */
export interface Pods {
  readonly component: ComponentName;
  readonly instance?: string;
}

/** The far end of a flow that is pods of ours. */
export type ComponentPort = Extract<Flow['to'], { readonly component: ComponentName }>;

type End = Pods | { readonly outside: Outside | Caller };

/**
 * `baker-to-sentry-p2p`, `sentry-from-baker-p2p`, `sentry-to-internet-p2p`, `baker-to-dns`. A port that the name of the
 * pods behind it says already is not said again: `baker-to-signer-gateway`.
 */
export function policyName(own: Pods, way: 'to' | 'from', other: End, { to }: Flow): string {
  const words = [instanceOf(own), way, 'outside' in other ? other.outside : instanceOf(other)];
  const isSaid = 'port' in to && to.component.split('-').includes(to.port);
  const isNamed = 'component' in other || ('number' in to && to.number !== undefined); // one of several from there
  if (isNamed && 'port' in to && !isSaid) words.push(to.port);
  return words.join('-');
}

function instanceOf({ component, instance }: Pods): string {
  return instance ?? component;
}

/** Whom the pods may dial, and on which ports. */
export function egressOf(bakery: Bakery, own: Pods, { to }: Flow): k8s.NetworkPolicyEgressRule[] {
  if ('component' in to) return [{ to: [podsPeer(bakery, own, to)], ports: portsOf(to) }];
  const outside = [{ ipBlock: internet(bakery) }];
  switch (to.outside) {
    case 'dns':
      return [{ to: dnsPeers, ports: ['UDP', 'TCP'].map((protocol) => port(53, protocol)) }];
    case 'metadata':
      return metadataRules;
    case 'internet-https':
      return [{ to: outside, ports: [port(443)] }];
    case 'internet-p2p':
      return [{ to: outside, ports: [{ protocol: 'TCP' }] }]; // peers choose their ports
    case 'smtp':
      return [{ to: outside, ports: [port(465), port(587)] }];
    case 'kube-api':
      // The Service `kubernetes` has an address of its own, but policies see what it leads to.
      return [{ to: [{ ipBlock: { cidr: bakery.settings.google.ranges.controlPlane } }], ports: [port(443)] }];
    case 'kubelets':
      // No `to`: on Dataplane V2 no ipBlock ever matches a node (cilium#46571). Pods of ours listen on no such port.
      return [{ ports: [port(10250)] }];
  }
}

/** Who may dial the pods. */
export function sourcesOf(bakery: Bakery, own: Pods, { from, sourceRanges }: Flow): k8s.NetworkPolicyPeer[] {
  if ('component' in from) return [podsPeer(bakery, own, from)];
  const { operator } = bakery.settings.monitoring;
  if (from.outside === 'operator' && operator) return [{ namespaceSelector: namespaceNamed(operator.namespace) }];
  return (sourceRanges ?? ['0.0.0.0/0']).map((range) => ({ ipBlock: outsideBlock(bakery, range) }));
}

function podsPeer(bakery: Bakery, own: Pods, other: Pods): k8s.NetworkPolicyPeer {
  const podSelector = { matchLabels: bakery.selector(other.component, other.instance) };
  const [here, there] = [own, other].map(({ component }) => components[component].namespace);
  if (here === there) return { podSelector };
  return { namespaceSelector: namespaceNamed(bakery.namespace(there)), podSelector };
}

function namespaceNamed(name: string): k8s.LabelSelector {
  return { matchLabels: { 'kubernetes.io/metadata.name': name } };
}

/** Every way by which GKE resolves names. A cluster uses one of them; no pod selector matches the addresses. */
const dnsPeers: k8s.NetworkPolicyPeer[] = [
  ...['kube-dns', 'node-local-dns'].map((app) => ({
    namespaceSelector: namespaceNamed('kube-system'),
    podSelector: { matchLabels: { 'k8s-app': app } },
  })),
  { ipBlock: { cidr: '169.254.20.10/32' } }, // NodeLocal DNSCache
  { ipBlock: { cidr: '169.254.169.254/32' } }, // Cloud DNS; the metadata server has the same address, on other ports
];

/**
 * GKE's metadata server: its address on Dataplane V2, and the one that Calico sees of the same connection (GKE,
 * "Authenticate to Google Cloud APIs from GKE workloads": network policies).
 */
const metadataRules: k8s.NetworkPolicyEgressRule[] = [
  { to: [{ ipBlock: { cidr: '169.254.169.254/32' } }], ports: [port(80), port(8080)] },
  { to: [{ ipBlock: { cidr: '169.254.169.252/32' } }], ports: [port(988), port(987)] },
];

/** Ports are numbers: an ipBlock has no pod to look a name up on. */
export function portsOf({ component, port: name, number }: ComponentPort): k8s.NetworkPolicyPort[] {
  const ports: Readonly<Record<string, number>> = components[component].ports;
  return [port(number ?? ports[name])];
}

function port(number: number, protocol = 'TCP'): k8s.NetworkPolicyPort {
  return { protocol, port: k8s.IntOrString.fromNumber(number) };
}

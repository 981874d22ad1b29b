import type { Bakery } from './bakery';
import type { PoolRole } from './google/pools';
import type { PriorityName } from './priorities';
import type { DaemonName } from './tezos/daemons';

/** The namespaces of a bakery, before its name is put in front. */
export const namespaceRoles = ['baking', 'payouts', 'monitoring'] as const;
export type NamespaceRole = (typeof namespaceRoles)[number];

interface Component {
  /** Decides its pool too: see {@link poolOf}. */
  readonly namespace: NamespaceRole;
  /** Whose place its pods take when nodes are short, and who takes theirs. */
  readonly priority: PriorityName;
  /** Whether a bakery has it. Whoever asks says `bakery.has('endorser')`. */
  readonly presentIn: (bakery: Bakery) => boolean;
  /** Numbers of its ports, by name. Prometheus scrapes `metrics`. */
  readonly ports: Readonly<Record<string, number>>;
  /** The Services of ports that are not on the Service with the name of the component, or of its instance. */
  readonly services?: Readonly<Record<string, string>>;
}

/** Whether the bakery runs that daemon, and not beside the private node. */
const hasOwnPod = (daemon: DaemonName) => (bakery: Bakery) => bakery.daemon(daemon)?.runsWith === 'own-pod';

/** Whether the bakery brings its own Prometheus. */
const monitorsItself = ({ settings }: Bakery) => settings.monitoring.own !== undefined;

/** Whether its heartbeat is an object in a bucket. */
const beatsInBucket = ({ settings }: Bakery) => settings.monitoring.own?.heartbeat?.bucket !== undefined;
/** Whether it pays delegators, and the key of a wallet is known. */
const paysDelegators = ({ wallets }: Bakery) => wallets.length > 0;
/** Whether it tells them what it has paid. */
const showsPayouts = (bakery: Bakery) => bakery.site !== undefined && paysDelegators(bakery);

/**
 * Every component: whether a bakery has it, the namespace it lives in, its named ports. What components know of each
 * other is written here and in flows.ts; they never import each other.
 */
export const components = {
  /** A public node. */
  sentry: {
    namespace: 'baking',
    priority: 'sentries',
    presentIn: ({ settings }) => settings.sentries.length > 0,
    ports: { p2p: 9732, rpc: 8733, 'rpc-follow': 8735, metrics: 9932 },
    services: { rpc: 'sentry-rpc' }, // any of them that is synced
  },
  /** The private node and the baker: one pod. */
  baker: {
    namespace: 'baking',
    priority: 'baking',
    presentIn: () => true,
    ports: { rpc: 8733, 'rpc-full': 8734, 'rpc-follow': 8735, metrics: 9932 },
    services: { rpc: 'baker-rpc', 'rpc-full': 'baker-rpc', 'rpc-follow': 'baker-rpc' },
  },
  /**
   * Reports other bakers' double signatures. A pod of its own: one that fails must not take the private node out of its
   * Services.
   */
  accuser: { namespace: 'baking', priority: 'assisting', presentIn: hasOwnPod('accuser'), ports: {} },
  /** The endorser daemon of old chains. */
  endorser: { namespace: 'baking', priority: 'baking', presentIn: hasOwnPod('endorser'), ports: {} },
  /** The DAL attester node. */
  'dal-node': {
    namespace: 'baking',
    priority: 'assisting',
    presentIn: (bakery) => bakery.dal !== undefined,
    ports: { rpc: 10732, p2p: 11732, metrics: 11733 },
    services: { p2p: 'dal-node-p2p' }, // on its reserved address
  },
  /** What the baker dials for signatures from the first day on, whatever the custody. */
  'signer-gateway': {
    namespace: 'baking',
    priority: 'baking',
    presentIn: () => true,
    // octez-signer has no metrics; each signer at home has a port more, which its bakery file names
    ports: { signer: 6732, metrics: 6733 },
  },
  /** Scrapes, remembers and judges. */
  prometheus: { namespace: 'monitoring', priority: 'auxiliary', presentIn: monitorsItself, ports: { web: 9090 } },
  /** Tells people. */
  alertmanager: { namespace: 'monitoring', priority: 'auxiliary', presentIn: monitorsItself, ports: { web: 9093 } },
  /** What Kubernetes knows of pods, jobs and claims, as metrics. */
  'kube-state-metrics': {
    namespace: 'monitoring',
    priority: 'auxiliary',
    presentIn: monitorsItself,
    ports: { metrics: 8080 },
  },
  /** What nobody exports of our bakers and the chain, read from a node; with an operator's Prometheus too. */
  'chain-exporter': {
    namespace: 'monitoring',
    priority: 'auxiliary',
    presentIn: () => true,
    ports: { metrics: 9114 },
  },
  /** Writes an object into a bucket each minute, as long as it sees in Alertmanager that monitoring works. */
  heartbeat: { namespace: 'monitoring', priority: 'auxiliary', presentIn: beatsInBucket, ports: { metrics: 9115 } },
  /** In front of the wallets' keys: signs only what a checked plan says, each row once. */
  'payout-guard': {
    namespace: 'payouts',
    priority: 'auxiliary',
    presentIn: paysDelegators,
    ports: { signer: 6732, rpc: 8732, plan: 6734, records: 8080, metrics: 6733 },
  },
  /** What computes rewards and sends them, by the hour: tezpay or Backerei. One CronJob for each wallet. */
  payouts: { namespace: 'payouts', priority: 'auxiliary', presentIn: paysDelegators, ports: {} },
  /** Makes the payout site of the records, and puts it into its bucket, by the hour. */
  'payout-site': { namespace: 'payouts', priority: 'auxiliary', presentIn: showsPayouts, ports: {} },
} as const satisfies Readonly<Record<string, Component>>;

export type ComponentName = keyof typeof components;
export type PortName<C extends ComponentName> = keyof (typeof components)[C]['ports'] & string;

export const componentNames = Object.keys(components) as ComponentName[];

const rowOf = (component: ComponentName): Component => components[component];

/** The number of a component's named port. */
export function portOf<C extends ComponentName>(component: C, port: PortName<C>): number {
  return rowOf(component).ports[port];
}

/** The Service behind which a port answers; `instance` of a component with several, e.g. sentry-a. */
export function serviceOf<C extends ComponentName>(component: C, port: PortName<C>, instance: string = component) {
  return rowOf(component).services?.[port] ?? instance;
}

/** Who dials, and whom. */
interface Dialled {
  /** Namespace of the pods that dial; the component's own if it is not given. */
  readonly from?: NamespaceRole;
  /** Of a component with several, e.g. sentry-a. */
  readonly instance?: string;
}

/** The URL of a port behind its Service: `http://dal-node:10732`; from elsewhere `http://dal-node.mainnet-baking:10732`. */
export function urlOf<C extends ComponentName>(
  bakery: Bakery,
  component: C,
  port: PortName<C>,
  { from, instance }: Dialled = {},
): string {
  const { namespace } = rowOf(component);
  const service = serviceOf(component, port, instance);
  const host = from === undefined || from === namespace ? service : `${service}.${bakery.namespace(namespace)}`;
  return `http://${host}:${portOf(component, port)}`;
}

/** Where pods of a namespace run: what a block or an attestation needs keeps to itself. */
export function poolOfNamespace(namespace: NamespaceRole): PoolRole {
  return namespace === 'baking' ? 'baking' : 'auxiliary';
}

/** The pool of a component's pods. */
export function poolOf(component: ComponentName): PoolRole {
  return poolOfNamespace(components[component].namespace);
}

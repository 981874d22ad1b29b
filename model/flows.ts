import type { Bakery } from './bakery';
import type { ComponentName, PortName } from './components';
import { payoutNodes } from './payout-nodes';

/** What pods dial that is no pod of ours. */
export type Outside =
  | 'dns'
  | 'internet-p2p'
  | 'internet-https'
  | 'metadata'
  | 'kube-api' // the control plane's own server
  | 'kubelets'
  | 'smtp';

/** Who dials pods that is none. */
export type Caller = 'internet-p2p' | 'homes' | 'operator';

/** Who may talk to whom, on which named port, and why. Everything else is denied, both ways. */
export interface Flow {
  readonly from: { readonly component: ComponentName } | { readonly outside: Caller };
  readonly to:
    | {
        readonly component: ComponentName;
        readonly instance?: string;
        readonly port: string;
        /** Of a port that a bakery file names, and not the component's row. */
        readonly number?: number;
      }
    | { readonly outside: Outside };
  /** For a flow from the internet: who may dial (CIDRs). */
  readonly sourceRanges?: readonly string[];
  readonly why: string;
}

function flow<C extends ComponentName>(from: ComponentName, to: C, port: PortName<C>, why: string): Flow {
  return { from: { component: from }, to: { component: to, port }, why };
}

function outward(from: ComponentName, outside: Outside, why: string): Flow {
  return { from: { component: from }, to: { outside }, why };
}

/** Every flow of a bakery. Policies, and the list of who dials whom, follow from it. */
export function flowsOf(bakery: Bakery): Flow[] {
  const flows = [
    outward('baker', 'dns', 'resolves its peers, the gateway and snapshot providers'),
    flow('baker', 'signer-gateway', 'signer', 'the baker asks for signatures'),
    ...chainFlows(bakery),
    ...publishedSentries(bakery),
    outward('accuser', 'dns', 'resolves the private node'),
    // The private RPCs by which it hands in what it found are in no access list, and it talks to nobody but our node.
    flow('accuser', 'baker', 'rpc-full', 'watches blocks and the mempool, and injects denunciations'),
    outward('endorser', 'dns', 'resolves the private node and the gateway'),
    flow('endorser', 'baker', 'rpc-full', 'watches the mempool and injects endorsements'),
    flow('endorser', 'signer-gateway', 'signer', 'the endorser asks for signatures'),
    ...dalFlows(bakery),
    ...homeFlows(bakery),
    ...kmsFlows(bakery),
    ...scrapeFlows(bakery),
    ...monitoringFlows(bakery),
    ...exporterFlows(bakery),
    ...payoutFlows(bakery),
    ...siteFlows,
  ];
  return flows.filter(({ from, to }) => [from, to].every((end) => !('component' in end) || bakery.has(end.component)));
}

/** Whether any pod may dial that port. */
export function isDialled<C extends ComponentName>(bakery: Bakery, component: C, port: PortName<C>): boolean {
  return flowsOf(bakery).some(({ to }) => 'component' in to && to.component === component && to.port === port);
}

/** Whether the pods of a component call the Kubernetes API, and so need a token. */
export function callsKubeApi(bakery: Bakery, component: ComponentName): boolean {
  return flowsOf(bakery).some(
    ({ from, to }) =>
      'component' in from && from.component === component && 'outside' in to && to.outside === 'kube-api',
  );
}

/** How the nodes get their blocks. */
function chainFlows(bakery: Bakery): Flow[] {
  if (!bakery.has('sentry')) {
    return [outward('baker', 'internet-p2p', 'no sentries: the private node peers with the network directly')];
  }
  const downloads = 'downloads what it starts from, and asks public nodes to confirm it';
  return [
    flow('baker', 'sentry', 'p2p', 'the private node peers with the sentries only'),
    ...(bakery.privateNodeDownloads ? [outward('baker', 'internet-https', downloads)] : []),
    outward('sentry', 'dns', 'resolves bootstrap peers and snapshot providers'),
    outward('sentry', 'internet-p2p', 'peers with the network on any port, and downloads its first snapshot'),
  ];
}

function publishedSentries({ sentries }: Bakery): Flow[] {
  return sentries.flatMap(({ instance, settings: { loadBalancer } }) => {
    if (!loadBalancer) return [];
    const { sourceRanges } = loadBalancer;
    const to = { component: 'sentry', instance, port: 'p2p' } as const;
    return [fromInternet(to, sourceRanges, 'peers that list the load balancer by hand dial in')];
  });
}

function dalFlows(bakery: Bakery): Flow[] {
  const { dal } = bakery;
  const peers = fromInternet(
    { component: 'dal-node', port: 'p2p' },
    ['0.0.0.0/0'],
    'DAL peers dial its public address',
  );
  return [
    outward('dal-node', 'dns', 'resolves the node it follows and DAL bootstrap peers'),
    outward('dal-node', 'internet-p2p', 'exchanges shards with the DAL network on any port'),
    ...(dal?.settings.publicAddress ? [peers] : []), // nobody knows another way in
    bakery.has('sentry')
      ? flow(
          'dal-node',
          'sentry',
          'rpc-follow',
          'follows the chain; strangers dial it, so it stays away from what bakes',
        )
      : flow('dal-node', 'baker', 'rpc-follow', 'no sentries: follows the chain from the private node'),
    flow('baker', 'dal-node', 'rpc', 'asks which slots to attest'),
  ];
}

/** Signers at home dial in, and the guard asks every node how high the chain is. */
function homeFlows(bakery: Bakery): Flow[] {
  if (!bakery.settings.custody.homes) return [];
  const asks = 'reads the head of the chain: what may be signed follows from it';
  return [
    outward('signer-gateway', 'dns', 'resolves the nodes'),
    flow('signer-gateway', 'baker', 'rpc', asks),
    flow('signer-gateway', 'sentry', 'rpc', asks),
    ...bakery.signers.map(({ name, port: { name: port, number } }): Flow => {
      const to = { component: 'signer-gateway', port, number } as const;
      // A home has no address of its own: whoever has no key is sent away.
      return { from: { outside: 'homes' }, to, why: `the signer ${name} dials in from wherever it is` };
    }),
  ];
}

/** Google's APIs have no address of their own: the names resolve to any of Google's. */
function kmsFlows({ settings }: Bakery): Flow[] {
  if (!settings.custody.kms) return [];
  return [
    outward('signer-gateway', 'dns', "resolves Google's APIs"),
    outward('signer-gateway', 'metadata', 'asks GKE for the tokens of its service account'),
    outward('signer-gateway', 'internet-https', 'Cloud KMS signs, Firestore keeps what was signed'),
  ];
}

/** Every port with metrics is scraped: by our Prometheus, or by that of an operator in the cluster. */
function scrapeFlows(bakery: Bakery): Flow[] {
  const { operator } = bakery.settings.monitoring;
  const from = operator ? ({ outside: 'operator' } as const) : ({ component: 'prometheus' } as const);
  return scraped.flatMap(({ component, hasMetrics = () => true }) => {
    const to = { component, port: 'metrics' } as const;
    return hasMetrics(bakery) ? [{ from, to, why: 'metrics' }] : [];
  });
}

type WithMetrics = { [C in ComponentName]: 'metrics' extends PortName<C> ? C : never }[ComponentName];

/** Whose metrics there are, and in which bakeries: old releases of Octez serve none, and octez-signer never does. */
const scraped: readonly { readonly component: WithMetrics; readonly hasMetrics?: (bakery: Bakery) => boolean }[] = [
  { component: 'baker', hasMetrics: ({ releases }) => releases.node.hasMetricsServer },
  {
    component: 'sentry', // one policy for all of them: where a single one has none, none is scraped
    hasMetrics: (bakery) => bakery.sentries.every((sentry) => bakery.sentryRelease(sentry).hasMetricsServer),
  },
  { component: 'dal-node' },
  { component: 'signer-gateway', hasMetrics: ({ settings }) => !settings.custody.hot },
  { component: 'kube-state-metrics' },
  { component: 'chain-exporter' },
  { component: 'heartbeat' },
  { component: 'payout-guard' },
];

/** It asks sentries, which are many and bake nothing; where a node has no metrics of its own, that one too. */
function exporterFlows(bakery: Bakery): Flow[] {
  const reads = 'reads blocks, votes and what is told of our bakers';
  const isSilent = !bakery.releases.node.hasMetricsServer;
  return [
    outward('chain-exporter', 'dns', 'resolves the nodes'),
    flow('chain-exporter', 'sentry', 'rpc-follow', reads),
    ...(bakery.has('sentry') && !isSilent ? [] : [flow('chain-exporter', 'baker', 'rpc-follow', reads)]),
  ];
}

function monitoringFlows({ settings }: Bakery): Flow[] {
  const { receivers = [], heartbeat } = settings.monitoring.own ?? {};
  const byMail = receivers.filter(({ to }) => to.email);
  const byWeb = heartbeat?.hosted !== undefined || byMail.length < receivers.length;
  const hears = byWeb || byMail.length > 0;
  return [
    outward('prometheus', 'dns', 'resolves what it scrapes'),
    outward('prometheus', 'kube-api', 'asks which nodes there are'),
    outward('prometheus', 'kubelets', 'reads how full the disks are'),
    flow('prometheus', 'alertmanager', 'web', 'hands alerts over, and scrapes it'),
    outward('kube-state-metrics', 'kube-api', 'watches pods, jobs and claims'),
    ...(hears ? [outward('alertmanager', 'dns', 'resolves the services by which it tells people')] : []),
    ...(byWeb ? [outward('alertmanager', 'internet-https', 'tells people')] : []),
    ...(byMail.length > 0 ? [outward('alertmanager', 'smtp', 'tells people by e-mail')] : []),
    flow('heartbeat', 'alertmanager', 'web', 'asks whether the alert that always fires is there'),
    outward('heartbeat', 'dns', "resolves Alertmanager and Google's APIs"),
    outward('heartbeat', 'metadata', 'asks GKE for the tokens of its service account'),
    outward('heartbeat', 'internet-https', 'writes into Cloud Storage'),
  ];
}

/**
 * The engine reaches nothing else in the cluster than what stands in front of the keys. That asks sentries, which are many
 * and bake nothing: simulations cost a node work.
 */
function payoutFlows(bakery: Bakery): Flow[] {
  const follows = 'follows the wallets, and passes on what the engine asks of the chain';
  return [
    outward('payouts', 'dns', 'resolves payout-guard and the indexer'),
    outward('payouts', 'internet-https', 'reads the indexer, and whether the makers of the engine have stopped it'),
    flow('payouts', 'payout-guard', 'plan', 'says what is to be paid'),
    flow('payouts', 'payout-guard', 'rpc', 'reads the chain, and hands in what was signed'),
    flow('payouts', 'payout-guard', 'signer', 'asks for signatures'),
    outward('payout-guard', 'dns', "resolves the nodes and Google's APIs"),
    payoutNodes(bakery).some(({ component }) => component === 'sentry')
      ? flow('payout-guard', 'sentry', 'rpc-follow', follows)
      : flow('payout-guard', 'baker', 'rpc-follow', `no sentry can: ${follows}, all by the private node`),
    outward('payout-guard', 'metadata', 'asks GKE for the tokens of its service account'),
    outward('payout-guard', 'internet-https', 'Cloud Storage keeps the records, Cloud KMS signs'),
  ];
}

/** It sees what was paid, and nothing of what pays. */
const siteFlows: readonly Flow[] = [
  outward('payout-site', 'dns', "resolves payout-guard and Google's APIs"),
  flow('payout-site', 'payout-guard', 'records', 'reads what was paid'),
  outward('payout-site', 'metadata', 'asks GKE for the tokens of its service account'),
  outward('payout-site', 'internet-https', 'Cloud Storage has older documents and takes the site; a theme is fetched'),
];

function fromInternet(to: Flow['to'], sourceRanges: readonly string[], why: string): Flow {
  return { from: { outside: 'internet-p2p' }, to, sourceRanges, why };
}

/**
 * Which traffic a bakery wants: model/flows.ts told a second time, in words, by hand. A person reviews this list; what
 * the policies allow must equal it, flow by flow. What no line names must be denied: nobody else talks to the metadata
 * server, scrapes metrics or reaches an RPC from elsewhere, and nothing crosses bakeries.
 *
 * A flow is who opens a connection; answers come back on it. Traffic that no policy can stop is not here: a pod and
 * itself, a kubelet and the pods of its own node (probes).
 */
export const wanted: readonly Line[] = [
  // Names. DNS is the pods kube-dns and node-local-dns of kube-system, 169.254.20.10 and 169.254.169.254; the last is
  // the metadata server too, on ports that nobody may reach.
  { from: 'baker', to: 'DNS', on: 'TCP and UDP 53', why: 'resolves peers, the gateway and snapshot providers' },
  { from: 'sentry', to: 'DNS', on: 'TCP and UDP 53', why: 'resolves peers and providers', where: ['has sentries'] },
  { from: 'accuser', to: 'DNS', on: 'TCP and UDP 53', why: 'resolves the private node' },
  { from: 'endorser', to: 'DNS', on: 'TCP and UDP 53', why: 'resolves node and gateway', where: ['has an endorser'] },
  { from: 'dal-node', to: 'DNS', on: 'TCP and UDP 53', why: 'resolves its peers', where: ['has a DAL node'] },

  // The chain. With sentries, the pod that bakes knows nobody else.
  { from: 'sentry', to: 'internet', on: 'any TCP', why: 'peers choose their ports', where: ['has sentries'] },
  { from: 'baker', to: 'sentry', on: 'TCP 9732', why: 'its only peers', where: ['has sentries'] },
  { from: 'baker', to: 'internet', on: 'any TCP', why: 'peers choose their ports', where: ['has no sentries'] },
  {
    from: 'baker',
    to: 'internet',
    on: 'TCP 443',
    why: 'downloads its first state, and asks public nodes which block that must be',
    where: ['has sentries', 'gives the baker pod something to download'],
  },
  {
    from: 'listed callers',
    to: 'sentry with a load balancer',
    on: 'TCP 9732',
    why: 'peers that list its address by hand dial in; its sourceRanges say who',
    where: ['has a sentry with a load balancer'],
  },

  // Signatures. Nobody but these two asks for one.
  { from: 'baker', to: 'signer-gateway', on: 'TCP 6732', why: 'signatures' },
  {
    from: 'endorser',
    to: 'signer-gateway',
    on: 'TCP 6732',
    why: 'signatures',
    where: ['has an endorser'],
  },
  // Signers at home have no address of their own; what keeps strangers out is their key.
  {
    from: 'internet',
    to: 'signer-gateway',
    on: 'TCP, the ports of its signers',
    why: 'signers dial in',
    where: ['has signers at home'],
  },
  {
    from: 'signer-gateway',
    to: 'DNS',
    on: 'TCP and UDP 53',
    why: 'resolves the nodes',
    where: ['has signers at home'],
  },
  { from: 'signer-gateway', to: 'baker', on: 'TCP 8733', why: 'reads the head', where: ['has signers at home'] },
  {
    from: 'signer-gateway',
    to: 'sentry',
    on: 'TCP 8733',
    why: 'reads the head',
    where: ['has signers at home', 'has sentries'],
  },
  // What signs with keys in Cloud KMS asks Google, and first of all who it is. Port 53 of the metadata server is Cloud DNS.
  { from: 'signer-gateway', to: 'DNS', on: 'TCP and UDP 53', why: "Google's APIs", where: ['signs with Cloud KMS'] },
  { from: 'signer-gateway', to: 'internet', on: 'TCP 443', why: "Google's APIs", where: ['signs with Cloud KMS'] },
  {
    from: 'signer-gateway',
    to: 'metadata server',
    on: 'TCP 80 and 8080',
    why: 'tokens of its service account, on Dataplane V2',
    where: ['signs with Cloud KMS'],
  },
  {
    from: 'signer-gateway',
    to: 'metadata server of Calico clusters',
    on: 'TCP 988 and 987',
    why: 'the same, where Calico carries the policies',
    where: ['signs with Cloud KMS'],
  },

  // Beside the node. 8734 is the RPC with everything a baking daemon needs.
  { from: 'accuser', to: 'baker', on: 'TCP 8734', why: 'follows and injects' },
  { from: 'endorser', to: 'baker', on: 'TCP 8734', why: 'follows and injects', where: ['has an endorser'] },
  // Strangers dial the DAL node: it stays away from the node that bakes, where there is another one.
  {
    from: 'dal-node',
    to: 'sentry',
    on: 'TCP 8735',
    why: 'follows the chain',
    where: ['has a DAL node', 'has sentries'],
  },
  {
    from: 'dal-node',
    to: 'baker',
    on: 'TCP 8735',
    why: 'follows the chain',
    where: ['has a DAL node', 'has no sentries'],
  },
  { from: 'baker', to: 'dal-node', on: 'TCP 10732', why: 'asks which slots to attest', where: ['has a DAL node'] },
  { from: 'dal-node', to: 'internet', on: 'any TCP', why: 'peers choose their ports', where: ['has a DAL node'] },
  { from: 'internet', to: 'dal-node', on: 'TCP 11732', why: 'peers dial in', where: ['tells DAL peers an address'] },

  // What watches reads metrics, and nothing of what signs or tells of the chain.
  { from: 'prometheus', to: 'DNS', on: 'TCP and UDP 53', why: 'resolves what it scrapes', where: ['watches itself'] },
  {
    from: 'prometheus',
    to: 'baker',
    on: 'TCP 9932',
    why: 'metrics',
    where: ['watches itself', 'has nodes with metrics'],
  },
  {
    from: 'prometheus',
    to: 'sentry',
    on: 'TCP 9932',
    why: 'metrics',
    where: ['watches itself', 'has nodes with metrics', 'has sentries'],
  },
  { from: 'prometheus', to: 'dal-node', on: 'TCP 11733', why: 'metrics', where: ['watches itself', 'has a DAL node'] },
  {
    from: 'prometheus',
    to: 'signer-gateway',
    on: 'TCP 6733',
    why: 'metrics, those of homes too; octez-signer has none',
    where: ['watches itself', 'does not sign by octez-signer'],
  },
  { from: 'prometheus', to: 'kube-state-metrics', on: 'TCP 8080', why: 'metrics', where: ['watches itself'] },
  { from: 'prometheus', to: 'alertmanager', on: 'TCP 9093', why: 'alerts, and its metrics', where: ['watches itself'] },
  { from: 'prometheus', to: 'control plane', on: 'TCP 443', why: 'which nodes there are', where: ['watches itself'] },
  // No policy of Dataplane V2 can name nodes: the port is open towards everybody, and nobody but kubelets has it.
  { from: 'prometheus', to: 'everybody', on: 'TCP 10250', why: 'how full disks are', where: ['watches itself'] },
  {
    from: 'kube-state-metrics',
    to: 'control plane',
    on: 'TCP 443',
    why: 'watches pods, jobs and claims',
    where: ['watches itself'],
  },
  { from: 'chain-exporter', to: 'DNS', on: 'TCP and UDP 53', why: 'resolves the nodes' },
  { from: 'chain-exporter', to: 'sentry', on: 'TCP 8735', why: 'reads blocks', where: ['has sentries'] },
  { from: 'chain-exporter', to: 'baker', on: 'TCP 8735', why: 'reads blocks', where: ['has no sentries'] },
  {
    from: 'chain-exporter',
    to: 'baker',
    on: 'TCP 8735',
    why: 'its node has no metrics of its own',
    where: ['has nodes without metrics'],
  },
  { from: 'prometheus', to: 'chain-exporter', on: 'TCP 9114', why: 'metrics', where: ['watches itself'] },

  // Payouts. Who pays reaches the indexer, and in the cluster nothing but what stands in front of the wallet's key.
  { from: 'payouts', to: 'DNS', on: 'TCP and UDP 53', why: 'resolves the indexer', where: ['pays delegators'] },
  { from: 'payouts', to: 'internet', on: 'TCP 443', why: 'the indexer', where: ['pays delegators'] },
  { from: 'payouts', to: 'payout-guard', on: 'TCP 6732', why: 'signatures', where: ['pays delegators'] },
  { from: 'payouts', to: 'payout-guard', on: 'TCP 6734', why: 'plans', where: ['pays delegators'] },
  {
    from: 'payouts',
    to: 'payout-guard',
    on: 'TCP 8732',
    why: 'the chain, as far as it may',
    where: ['pays delegators'],
  },
  { from: 'payout-guard', to: 'DNS', on: 'TCP and UDP 53', why: 'resolves the nodes', where: ['pays delegators'] },
  {
    from: 'payout-guard',
    to: 'sentry',
    on: 'TCP 8735',
    why: 'follows its wallets on nodes that do not bake',
    where: ['pays delegators', 'has sentries that payouts can ask'],
  },
  {
    from: 'payout-guard',
    to: 'baker',
    on: 'TCP 8735',
    why: 'follows its wallets on the one node that there is, or that keeps every state',
    where: ['pays delegators', 'has no sentries that payouts can ask'],
  },
  {
    from: 'payout-guard',
    to: 'internet',
    on: 'TCP 443',
    why: 'Cloud Storage keeps records, Cloud KMS signs',
    where: ['pays delegators'],
  },
  {
    from: 'payout-guard',
    to: 'metadata server',
    on: 'TCP 80 and 8080',
    why: 'tokens of its service account, on Dataplane V2',
    where: ['pays delegators'],
  },
  {
    from: 'payout-guard',
    to: 'metadata server of Calico clusters',
    on: 'TCP 988 and 987',
    why: 'the same, where Calico carries the policies',
    where: ['pays delegators'],
  },
  {
    from: 'prometheus',
    to: 'payout-guard',
    on: 'TCP 6733',
    why: 'metrics',
    where: ['watches itself', 'pays delegators'],
  },

  // The site is made of the records, and goes to Google's storage; a theme comes from wherever it is.
  { from: 'payout-site', to: 'payout-guard', on: 'TCP 8080', why: 'what was paid', where: ['shows payouts'] },
  { from: 'payout-site', to: 'DNS', on: 'TCP and UDP 53', why: 'payout-guard, Google', where: ['shows payouts'] },
  { from: 'payout-site', to: 'internet', on: 'TCP 443', why: 'Cloud Storage, a theme', where: ['shows payouts'] },
  {
    from: 'payout-site',
    to: 'metadata server',
    on: 'TCP 80 and 8080',
    why: 'tokens of its service account, on Dataplane V2',
    where: ['shows payouts'],
  },
  {
    from: 'payout-site',
    to: 'metadata server of Calico clusters',
    on: 'TCP 988 and 987',
    why: 'the same, where Calico carries the policies',
    where: ['shows payouts'],
  },

  { from: 'alertmanager', to: 'DNS', on: 'TCP and UDP 53', why: 'resolves services', where: ['tells people'] },
  { from: 'alertmanager', to: 'internet', on: 'TCP 443', why: 'tells people', where: ['tells people by the web'] },
  {
    from: 'alertmanager',
    to: 'internet',
    on: 'TCP 465 and 587',
    why: 'tells people by e-mail',
    where: ['tells people by e-mail'],
  },
  // It asks Alertmanager, then Google, and first of all who it is: as what signs with Cloud KMS does.
  { from: 'heartbeat', to: 'alertmanager', on: 'TCP 9093', why: 'is the alert there?', where: ['writes a heartbeat'] },
  { from: 'heartbeat', to: 'DNS', on: 'TCP and UDP 53', why: 'Alertmanager, Google', where: ['writes a heartbeat'] },
  { from: 'heartbeat', to: 'internet', on: 'TCP 443', why: 'Cloud Storage', where: ['writes a heartbeat'] },
  {
    from: 'heartbeat',
    to: 'metadata server',
    on: 'TCP 80 and 8080',
    why: 'tokens of its service account, on Dataplane V2',
    where: ['writes a heartbeat'],
  },
  {
    from: 'heartbeat',
    to: 'metadata server of Calico clusters',
    on: 'TCP 988 and 987',
    why: 'the same, where Calico carries the policies',
    where: ['writes a heartbeat'],
  },
  { from: 'prometheus', to: 'heartbeat', on: 'TCP 9115', why: 'metrics', where: ['writes a heartbeat'] },
];

/** The internet is every IPv4 address but these and the ranges of the bakery's own cluster. */
export const notInternet: Readonly<Record<string, string>> = {
  '0.0.0.0/8': 'this network',
  '10.0.0.0/8': 'private network',
  '100.64.0.0/10': 'carrier-grade NAT, where clusters also take pod addresses from',
  '127.0.0.0/8': 'loopback',
  '169.254.0.0/16': 'link local: the metadata server and its credentials',
  '172.16.0.0/12': 'private network',
  '192.0.0.0/24': 'protocol assignments',
  '192.0.2.0/24': 'documentation',
  '192.168.0.0/16': 'private network',
  '198.18.0.0/15': 'benchmarking',
  '198.51.100.0/24': 'documentation',
  '203.0.113.0/24': 'documentation',
  '224.0.0.0/4': 'multicast',
  '240.0.0.0/4': 'reserved, broadcast',
};

/** One thing that may happen, in every bakery of which all of `where` is true. */
export interface Line {
  readonly from: Who;
  readonly to: Who;
  readonly on:
    | `TCP ${number}`
    | `TCP ${number} and ${number}`
    | `TCP and UDP ${number}`
    | 'any TCP'
    | 'TCP, the ports of its signers';
  readonly why: string;
  readonly where?: readonly Trait[];
}

/** Pods of this bakery by their component label (`baker`: private node and baker), or what stands outside. */
export type Who =
  | (typeof components)[number]
  | 'sentry with a load balancer'
  | 'listed callers'
  | 'internet'
  | 'DNS'
  | 'metadata server'
  | 'metadata server of Calico clusters'
  | 'control plane'
  | 'everybody';

export const components = [
  ...(['baker', 'sentry', 'accuser', 'endorser', 'dal-node', 'signer-gateway'] as const),
  ...(['prometheus', 'alertmanager', 'kube-state-metrics', 'chain-exporter', 'heartbeat'] as const),
  ...(['payout-guard', 'payouts', 'payout-site'] as const),
] as const;

export type Trait =
  | 'has sentries'
  | 'has no sentries'
  | 'has a sentry with a load balancer'
  | 'has a DAL node'
  | 'tells DAL peers an address'
  | 'has an endorser'
  | 'has signers at home'
  | 'signs with Cloud KMS'
  | 'gives the baker pod something to download'
  | 'has nodes with metrics'
  | 'has nodes without metrics'
  | 'does not sign by octez-signer'
  | 'watches itself'
  | 'writes a heartbeat'
  | 'pays delegators'
  | 'shows payouts'
  | 'has sentries that payouts can ask'
  | 'has no sentries that payouts can ask'
  | 'tells people'
  | 'tells people by the web'
  | 'tells people by e-mail';

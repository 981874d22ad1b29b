import fc from 'fast-check';
import { workloadsOf } from '../../charts/invariants/workload';
import { renderCharts } from '../../charts/main';
import type { Bakery } from '../../model/bakery';
import { flowsOf } from '../../model/flows';
import { addressText, contains, containsAddress, overlaps, parseCidr, privateRanges } from '../../model/google/cidr';
import type { Edit } from '../../model/rules/rule';
import { publishingMainnet } from '../kit/paying';
import { changedExample, exampleBakeries, find, manifestsOf } from '../kit/rendered';

const { mainnet, bakingnet, carthagenet } = exampleBakeries();

/** Conversations of what bakes and signs; those of monitoring have a test of their own. */
const unwatched = (lines: readonly string[]) =>
  lines.filter((line) => !/prometheus|alertmanager|kube-state|chain-exporter/.test(line));

/**
 * A reading of the policies that knows nothing of how they were made: who reaches which port of whom. Each side must
 * say the same: if one is gone or edited away, the other still holds.
 */
function conversations(bakery: Bakery): string[] {
  const [dialled, answered] = [conversationsBy(bakery, 'egress'), conversationsBy(bakery, 'ingress')];
  expect(dialled).toEqual(answered);
  return dialled;
}

function conversationsBy(bakery: Bakery, way: 'egress' | 'ingress'): string[] {
  const { objects } = renderCharts(bakery);
  const policies: any[] = objects.map(({ manifest }) => manifest).filter(({ kind }) => kind === 'NetworkPolicy');
  const pods = workloadsOf(objects).map(({ manifest, namespace, labels, pod }) => {
    const ports = (pod.containers ?? []).flatMap((container) => container.ports ?? []);
    return { name: manifest.metadata.name, namespace, labels, ports };
  });
  type Pods = (typeof pods)[number];
  const carries = (labels: any, wanted: any = {}) =>
    Object.entries(wanted).every(([key, value]) => labels[key] === value);
  const rules = (of: Pods) =>
    policies
      .filter(
        ({ metadata, spec }) => metadata.namespace === of.namespace && carries(of.labels, spec.podSelector.matchLabels),
      )
      .flatMap(({ spec }) => spec[way] ?? []);
  const isPeer = (own: Pods, other: Pods, peer: any) =>
    !peer.ipBlock &&
    (peer.namespaceSelector?.matchLabels['kubernetes.io/metadata.name'] ?? own.namespace) === other.namespace &&
    carries(other.labels, peer.podSelector?.matchLabels);
  const allows = (rule: any, side: 'from' | 'to', own: Pods, other: Pods, port: number) =>
    (rule[side] === undefined || rule[side].some((peer: any) => isPeer(own, other, peer))) &&
    rule.ports.some((each: any) => each.port === undefined || each.port === port);
  return pods.flatMap((from) =>
    pods.flatMap((to) =>
      to.ports
        .filter(({ containerPort }) =>
          way === 'egress'
            ? rules(from).some((rule) => allows(rule, 'to', from, to, containerPort))
            : rules(to).some((rule) => allows(rule, 'from', to, from, containerPort)),
        )
        .map(({ name }) => `${from.name} -> ${to.name} ${name}`),
    ),
  );
}

test('with sentries, DAL and signers at home, these conversations are possible and no others', () => {
  expect(unwatched(conversations(mainnet)).sort()).toEqual([
    'accuser -> baker rpc-full',
    'baker -> dal-node rpc',
    'baker -> sentry-a p2p',
    'baker -> sentry-b p2p',
    'baker -> signer-gateway signer',
    'dal-node -> sentry-a rpc-follow',
    'dal-node -> sentry-b rpc-follow',
    'signer-gateway -> baker rpc',
    'signer-gateway -> sentry-a rpc',
    'signer-gateway -> sentry-b rpc',
  ]);
});

test('with a key in the cluster, the baker alone reaches the signer', () => {
  expect(unwatched(conversations(bakingnet))).toEqual(['baker -> signer-gateway signer', 'accuser -> baker rpc-full']);
});

test('what watches dials metrics, Alertmanager and what of a node may be followed, nothing that signs, and nobody dials it', () => {
  const watching = (bakery: Bakery) =>
    conversations(bakery)
      .filter((line) => unwatched([line]).length === 0)
      .sort();
  expect(watching(mainnet)).toEqual([
    'chain-exporter -> sentry-a rpc-follow',
    'chain-exporter -> sentry-b rpc-follow',
    'prometheus -> alertmanager web',
    'prometheus -> baker metrics',
    'prometheus -> chain-exporter metrics',
    'prometheus -> dal-node metrics',
    'prometheus -> kube-state-metrics metrics',
    'prometheus -> sentry-a metrics',
    'prometheus -> sentry-b metrics',
    'prometheus -> signer-gateway metrics',
  ]);
  expect(watching(carthagenet)).toEqual([
    'chain-exporter -> baker rpc-follow', // these nodes tell nothing by themselves
    'chain-exporter -> sentry-a rpc-follow',
    'chain-exporter -> sentry-b rpc-follow',
    'prometheus -> alertmanager web',
    'prometheus -> chain-exporter metrics',
    'prometheus -> kube-state-metrics metrics',
    'prometheus -> signer-gateway metrics',
  ]);
});

test('what writes the heartbeat asks Alertmanager, and of the world Google; nobody but Prometheus dials it', () => {
  const beating = changedExample('bakingnet', [[['monitoring'], { own: { heartbeat: 'bucket' } }]]);
  const said = conversations(beating).filter((line) => line.includes('heartbeat'));
  expect(said.sort()).toEqual(['heartbeat -> alertmanager web', 'prometheus -> heartbeat metrics']);
  expect(portsToInternet(beating, 'heartbeat')).toEqual([443]);
  const [onDataplane] = find(manifestsOf(beating), 'NetworkPolicy', 'heartbeat-to-metadata').spec.egress;
  expect(onDataplane.to).toEqual([{ ipBlock: { cidr: '169.254.169.254/32' } }]);
  expect(portsToInternet(beating, 'alertmanager')).toEqual([]);
});

test('an operator that runs in the cluster already scrapes from its own namespace; nothing of ours watches beside it', () => {
  const operated = changedExample('mainnet', [[['monitoring'], { operator: { namespace: 'prometheus' } }]]);
  expect(conversations(operated).filter((line) => unwatched([line]).length === 0)).toEqual([
    'chain-exporter -> sentry-a rpc-follow',
    'chain-exporter -> sentry-b rpc-follow',
  ]);
  const { ingress } = find(manifestsOf(operated), 'NetworkPolicy', 'sentry-from-operator').spec;
  expect(ingress).toEqual([
    {
      from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'prometheus' } } }],
      ports: [{ port: 9932, protocol: 'TCP' }],
    },
  ]);
});

test('who tells people reaches web services and mail servers only where a receiver needs them', () => {
  const mail = { email: { to: 'a@b.org', from: 'c@b.org', server: 'mail.b.org:587', user: 'c' } };
  const told = (receivers: unknown[]) =>
    portsToInternet(changedExample('bakingnet', [[['monitoring'], { own: { receivers } }]]), 'alertmanager');
  expect(told([])).toEqual([]);
  expect(told([{ name: 'mail', to: mail }])).toEqual([465, 587]);
  expect(told([{ name: 'oncall', to: 'pagerduty' }])).toEqual([443]);
});

test('signers at home reach their tunnel from wherever they are, and nothing else of the gateway', () => {
  const { ingress } = find(manifestsOf(mainnet), 'NetworkPolicy', 'signer-gateway-from-homes-ssh-22001').spec;
  expect(ingress).toEqual([
    { ports: [{ port: 22001, protocol: 'TCP' }], from: [{ ipBlock: expect.objectContaining({ cidr: '0.0.0.0/0' }) }] },
  ]);
  const own = manifestsOf(mainnet).filter(({ metadata }) => /^signer-gateway-from/.test(metadata.name));
  expect(own.map(({ metadata }) => metadata.name).sort()).toEqual([
    'signer-gateway-from-baker',
    'signer-gateway-from-homes-ssh-22001',
    'signer-gateway-from-homes-ssh-22002',
    'signer-gateway-from-prometheus-metrics',
  ]);
});

describe('with keys in Cloud KMS', () => {
  const kms = changedExample('bakingnet', [[['custody'], { kms: {} }]]);
  const rulesOf = (name: string) => find(manifestsOf(kms), 'NetworkPolicy', name).spec.egress;

  test('the baker alone reaches what signs', () => {
    expect(unwatched(conversations(kms))).toEqual(['baker -> signer-gateway signer', 'accuser -> baker rpc-full']);
  });

  test("that reaches Google's APIs, and the metadata server on the ports that each of its addresses has", () => {
    expect(portsToInternet(kms, 'signer-gateway')).toEqual([443]);
    const rules = rulesOf('signer-gateway-to-metadata').map(({ to, ports }: any) => [
      to.map(({ ipBlock }: any) => ipBlock.cidr),
      ports.map(({ protocol, port }: any) => `${protocol} ${port}`),
    ]);
    expect(rules).toEqual([
      [['169.254.169.254/32'], ['TCP 80', 'TCP 8080']],
      [['169.254.169.252/32'], ['TCP 988', 'TCP 987']],
    ]);
  });

  test('nobody else has a way to the metadata server, and with other custodies nobody at all', () => {
    const named = (bakery: Bakery) =>
      manifestsOf(bakery).filter(({ metadata }) => /-to-metadata$/.test(metadata.name)).length;
    expect([kms, bakingnet, mainnet].map(named)).toEqual([1, 0, 0]);
  });
});

test('on old chains the endorser reaches the private node and the signer', () => {
  const hot = changedExample('carthagenet', [[['custody'], { hot: { secret: 'signing-keys' } }]]);
  expect(conversations(hot).filter((line) => line.startsWith('endorser'))).toEqual([
    'endorser -> baker rpc-full',
    'endorser -> signer-gateway signer',
  ]);
});

test('what shows payouts reaches the records, and nothing of what pays; nobody reaches it', () => {
  const ofSite = conversations(publishingMainnet()).filter((line) => line.includes('payout-site'));
  expect(ofSite).toEqual(['payout-site -> payout-guard records']);
});

test('every namespace denies both ways what is not allowed', () => {
  for (const role of ['baking', 'payouts', 'monitoring']) {
    const denies = manifestsOf(mainnet).filter(({ kind, metadata }) => {
      return kind === 'NetworkPolicy' && metadata.name === 'deny-all' && metadata.namespace === `mainnet-${role}`;
    });
    expect(denies.map(({ spec }) => spec)).toEqual([{ podSelector: {}, policyTypes: ['Ingress', 'Egress'] }]);
  }
});

test('every flow is one policy on each side that is ours, named for it, with its reason', () => {
  const policies = manifestsOf(mainnet).filter(
    ({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name !== 'deny-all',
  );
  expect(policies.map(({ metadata }) => metadata.name)).toEqual(
    expect.arrayContaining([
      'baker-to-dns',
      'baker-to-sentry-p2p',
      'sentry-from-baker-p2p',
      'sentry-a-from-internet-p2p',
      'baker-to-signer-gateway',
    ]),
  );
  const stutters = (name: string) => name.split('-').some((word, i, words) => words.indexOf(word) < i);
  expect(policies.map(({ metadata }) => metadata.name.replace('kube-state', 'state')).filter(stutters)).toEqual([]);
  const sides = flowsOf(mainnet)
    .flatMap(({ from, to }) => [from, to])
    .filter((side) => 'component' in side);
  expect(policies).toHaveLength(sides.length);
  expect(policies.every(({ metadata }) => metadata.annotations?.['tezos-bakery/why'])).toBe(true);
});

test('a component that the bakery does not have has no policy', () => {
  const names = manifestsOf(carthagenet)
    .filter(({ kind }) => kind === 'NetworkPolicy')
    .map(({ metadata }) => metadata.name);
  expect(names.filter((name) => /dal-node/.test(name))).toEqual([]);
});

test('a flow of a component that the bakery lacks is left out, whichever side it is', () => {
  const named = (bakery: Bakery) =>
    new Set(
      flowsOf(bakery).flatMap((each) =>
        [each.from, each.to].flatMap((end) => ('component' in end ? [end.component] : [])),
      ),
    );
  const watching = ['prometheus', 'alertmanager', 'kube-state-metrics', 'chain-exporter'];
  expect(named(bakingnet)).toEqual(new Set(['baker', 'accuser', 'signer-gateway', ...watching]));
  expect(named(carthagenet)).toEqual(
    new Set(['baker', 'sentry', 'accuser', 'endorser', 'signer-gateway', ...watching]),
  );
});

test('names are resolved by kube-dns, NodeLocal DNSCache or Cloud DNS, and by nobody else', () => {
  const [{ to, ports }] = find(manifestsOf(mainnet), 'NetworkPolicy', 'baker-to-dns').spec.egress;
  expect(ports).toEqual([
    { port: 53, protocol: 'UDP' },
    { port: 53, protocol: 'TCP' },
  ]);
  expect(to.map((peer: any) => peer.podSelector?.matchLabels['k8s-app'] ?? peer.ipBlock.cidr)).toEqual([
    'kube-dns',
    'node-local-dns',
    '169.254.20.10/32',
    '169.254.169.254/32',
  ]);
  const namespaces = to.filter((peer: any) => peer.podSelector).map((peer: any) => peer.namespaceSelector.matchLabels);
  expect(namespaces).toEqual([
    { 'kubernetes.io/metadata.name': 'kube-system' },
    { 'kubernetes.io/metadata.name': 'kube-system' },
  ]);
});

test('the internet is TCP: any port for peers, 443 for downloads', () => {
  const portsOf = (name: string) => find(manifestsOf(mainnet), 'NetworkPolicy', name).spec.egress[0].ports;
  expect(portsOf('sentry-to-internet-p2p')).toEqual([{ protocol: 'TCP' }]);
  expect(portsOf('baker-to-internet-https')).toEqual([{ port: 443, protocol: 'TCP' }]);
});

/** Ports on which policies let a pod dial addresses of the internet; `any` where a rule names none. */
function portsToInternet(bakery: Bakery, set: string): unknown[] {
  const manifests: any[] = manifestsOf(bakery);
  const { metadata, spec } = find(manifests, 'StatefulSet', set);
  const { labels } = spec.template.metadata;
  const policies = manifests.filter((each) => {
    if (each.kind !== 'NetworkPolicy' || each.metadata.namespace !== metadata.namespace) return false;
    return Object.entries(each.spec.podSelector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  });
  const linkLocal = parseCidr('169.254.0.0/16'); // resolvers on the node itself
  const isInternet = ({ ipBlock }: any) => ipBlock && !contains(linkLocal, parseCidr(ipBlock.cidr));
  return policies
    .flatMap((policy) => policy.spec.egress ?? [])
    .filter(({ to }) => to === undefined || to.some(isInternet))
    .flatMap(({ ports }) => (ports ?? [{}]).map(({ port }: any) => port ?? 'any'));
}

describe('the private node', () => {
  const archive: Edit = [[['privateNode', 'historyMode'], 'archive']];

  test('behind sentries dials no address of the internet except on port 443, to download', () => {
    expect(mainnet.privateNodeDownloads).toBe(true);
    expect(portsToInternet(mainnet, 'baker')).toEqual([443]);
    for (const bakery of [mainnet, carthagenet]) {
      expect(portsToInternet(bakery, 'baker').filter((port) => port !== 443)).toEqual([]);
    }
  });

  test('behind sentries and without downloads dials none at all', () => {
    const full = changedExample('mainnet', archive);
    expect(full.privateNodeDownloads).toBe(false);
    expect(portsToInternet(full, 'baker')).toEqual([]);
    expect(portsToInternet(full, 'sentry-a')).toEqual(['any']); // as the sentries do for it
  });

  test('dials none when its downloads are closed, and no pod restarts for that', () => {
    const closed = changedExample('mainnet', [[['privateNode', 'downloads'], 'closed']]);
    expect(portsToInternet(closed, 'baker')).toEqual([]);
    expect(portsToInternet(closed, 'sentry-a')).toEqual(['any']);
    const gone = manifestsOf(mainnet).filter(({ metadata }) => metadata.name !== 'baker-to-internet-https');
    expect(manifestsOf(closed)).toEqual(gone);
  });

  test('without sentries peers with the network itself, on any port', () => {
    expect(portsToInternet(bakingnet, 'baker')).toEqual(['any']);
  });
});

/** Ranges of a cluster on public addresses: nothing but the policy's own exceptions keeps its pods out. */
const publicRanges = {
  nodes: '34.0.0.0/24',
  pods: '35.0.0.0/18',
  services: '36.0.0.0/22',
  controlPlane: '172.16.0.0/28',
};
const onPublicRanges = changedExample('mainnet', [
  [['google', 'ranges'], publicRanges],
  [['dal', 'publicAddress'], '37.0.0.1'],
]);

test('"the internet" holds neither private networks nor the cluster, in either direction', () => {
  const manifests = manifestsOf(onPublicRanges);
  const blocks = [
    find(manifests, 'NetworkPolicy', 'sentry-to-internet-p2p').spec.egress[0].to[0].ipBlock,
    find(manifests, 'NetworkPolicy', 'dal-node-from-internet-p2p').spec.ingress[0].from[0].ipBlock,
  ];
  const closed = [...privateRanges.map(({ cidr }) => cidr), ...Object.values(publicRanges)].map(parseCidr);
  for (const { cidr, except } of blocks) {
    expect(cidr).toBe('0.0.0.0/0');
    fc.assert(
      fc.property(fc.nat(0xffffffff).map(addressText), (address) => {
        const excepted = except.some((hole: string) => containsAddress(parseCidr(hole), address));
        expect(excepted).toBe(closed.some((range) => containsAddress(range, address)));
      }),
      { examples: [...closed.map(({ first }) => [addressText(first)] as [string]), ['1.1.1.1'], ['34.0.1.0']] },
    );
  }
});

test.each([
  ['on private ranges', mainnet],
  ['on public ranges', onPublicRanges],
])('no exception repeats another: a cluster %s', (_, bakery) => {
  const { except } = find(manifestsOf(bakery), 'NetworkPolicy', 'sentry-to-internet-p2p').spec.egress[0].to[0].ipBlock;
  const holes = except.map(parseCidr);
  for (const [i, hole] of holes.entries()) {
    expect(holes.slice(i + 1).filter((other: any) => overlaps(hole, other))).toEqual([]);
  }
});

test('who may dial a sentry is what the file says, with exceptions that lie inside it only (the API server refuses others)', () => {
  const ranges = ['198.51.100.0/24', '10.0.0.0/8', '0.0.0.0/0'];
  const bakery = changedExample('mainnet', [[['sentries', 0, 'loadBalancer', 'sourceRanges'], ranges]]);
  const [{ from }] = find(manifestsOf(bakery), 'NetworkPolicy', 'sentry-a-from-internet-p2p').spec.ingress;
  const [peers, vpn, everyone] = from.map(({ ipBlock }: any) => ipBlock);
  expect(peers).toEqual({ cidr: '198.51.100.0/24' });
  expect(vpn).toEqual({ cidr: '10.0.0.0/8', except: ['10.10.0.0/24', '10.11.0.0/18', '10.12.0.0/22'] });
  expect(everyone.except).toContain('10.0.0.0/8');
});

import fc from 'fast-check';
import { stringify } from 'yaml';
import type { BakeryFile } from '../../model/reading/bakery-file';
import { type KeyKind, madeKey, madeSshKey } from './made-keys';

/** Chains with a release that runs them and what they allow. */
const chains = [
  {
    network: 'mainnet',
    node: '25.2',
    vote: true,
    dal: true,
    kinds: ['tz1', 'tz2', 'tz3', 'tz4'],
    hot: false,
    kms: true,
    diskGiB: 4000,
  },
  {
    network: 'bakingnet',
    node: '25.1',
    vote: true,
    dal: true,
    kinds: ['tz1', 'tz2', 'tz3', 'tz4'],
    hot: true,
    kms: true,
    diskGiB: 200,
  },
  {
    network: 'shadownet',
    node: '25.2',
    vote: true,
    dal: true,
    kinds: ['tz1', 'tz2', 'tz3', 'tz4'],
    hot: true,
    kms: true,
    diskGiB: 200,
  },
  {
    network: 'carthagenet',
    node: '7.5',
    vote: false,
    dal: false,
    kinds: ['tz1', 'tz2', 'tz3'],
    hot: true,
    kms: false,
    diskGiB: 200,
  },
] as const;

const places = [
  { region: 'europe-west4', zones: ['europe-west4-a', 'europe-west4-b'] },
  { region: 'us-central1', zones: ['us-central1-c', 'us-central1-f'] },
  { region: 'europe-west1', zones: ['europe-west1-b', 'europe-west1-d'] },
] as const;

/** What is drawn for one bakery. */
interface Random {
  chain: (typeof chains)[number];
  place: (typeof places)[number];
  cluster: string;
  custody: string;
  bakers: { kind: string; consensus: boolean }[];
  homes: { uplinks: number; away: boolean; isNew: boolean; ups: boolean }[];
  keySeed: string;
  sentries: { historyMode: string; balanced: boolean; cpus: number; tries: boolean }[];
  dal?: { publicAddress?: string };
  historyMode: string;
  machine: string;
  storage: string;
  vote: string;
  created: boolean;
  spot: boolean;
  block: boolean;
  closed: boolean;
  told: readonly (keyof typeof receivers)[];
  operated: boolean;
  shows?: { place: 'cloudDns' | 'elsewhere' | 'bucketOnly'; history: boolean };
  pays?: { kms: boolean; dryRun: boolean; known: boolean; byDelegators: boolean };
}

/** Ways to tell people. */
const receivers = {
  slack: { slack: { channel: '#bakery' } },
  pagerduty: 'pagerduty',
  email: {
    email: { to: 'oncall@example.org', from: 'bakery@example.org', server: 'mail.example.org:587', user: 'bakery' },
  },
  webhook: 'webhook',
  telegram: { telegram: { chat: -1001234567890 } },
  discord: 'discord',
} as const;

const historyMode = fc.constantFrom('rolling', 'full', 'archive');
const seed = fc.integer({ min: 0, max: 1_000_000 }).map(String);

/** A valid bakery file: whatever it holds, rules and invariants must be content with it. */
export const randomBakeryFile: fc.Arbitrary<BakeryFile> = fc
  .record({
    name: fc
      .stringMatching(/^[a-z][a-z0-9]{0,6}(-[a-z0-9]{1,5})?$/)
      .filter((name) => !['mainnet', 'bakingnet', 'carthagenet'].includes(name)),
    chain: fc.constantFrom(...chains),
    place: fc.constantFrom(...places),
    cluster: fc.constantFrom('regional', 'zonal', 'existing'),
    custody: fc.constantFrom('ledger', 'tcp', 'http', 'software', 'kms', 'hot'),
    bakers: fc.array(fc.record({ kind: fc.constantFrom('tz1', 'tz2', 'tz3', 'tz4'), consensus: fc.boolean() }), {
      minLength: 1,
      maxLength: 4,
    }),
    homes: fc.array(
      fc.record({
        uplinks: fc.integer({ min: 1, max: 3 }),
        away: fc.boolean(),
        isNew: fc.boolean(),
        ups: fc.boolean(),
      }),
      {
        minLength: 1,
        maxLength: 3,
      },
    ),
    keySeed: seed,
    sentries: fc.oneof(
      fc.constant<Random['sentries']>([]),
      fc.array(
        fc.record({ historyMode, balanced: fc.boolean(), cpus: fc.constantFrom(0.5, 1, 2), tries: fc.boolean() }),
        {
          minLength: 2,
          maxLength: 4,
        },
      ),
    ),
    dal: fc.option(fc.record({ publicAddress: fc.option(fc.constant('34.90.1.2'), { nil: undefined }) }), {
      nil: undefined,
    }),
    historyMode,
    machine: fc.constantFrom('e2-standard-16', 'n2-highmem-16', 'n2d-standard-16', 'n1-highmem-16'),
    storage: fc.constantFrom('pd-balanced', 'pd-ssd', 'pd-standard'),
    vote: fc.constantFrom('on', 'off', 'pass'),
    created: fc.boolean(),
    spot: fc.boolean(),
    block: fc.boolean(),
    closed: fc.boolean(),
    told: fc.uniqueArray(fc.constantFrom(...(Object.keys(receivers) as (keyof typeof receivers)[])), { minLength: 1 }),
    operated: fc.boolean(),
    shows: fc.option(
      fc.record({ place: fc.constantFrom('cloudDns', 'elsewhere', 'bucketOnly'), history: fc.boolean() }),
      { nil: undefined },
    ),
    pays: fc.option(
      fc.record({ kms: fc.boolean(), dryRun: fc.boolean(), known: fc.boolean(), byDelegators: fc.boolean() }),
      { nil: undefined },
    ),
  })
  .map(({ name, ...random }) => ({
    name,
    path: `bakeries/${name}.yaml`,
    text: stringify(settings(withEveryBlock(random)), { aliasDuplicateObjects: false }),
  }));

function settings(random: Random) {
  const { chain, storage } = random;
  const custody = custodyFor(random);
  // On mainnet strangers dial a DAL node that follows sentries, or none.
  const isHidden = chain.network === 'mainnet' && random.sentries.length === 0;
  const dal = chain.dal ? random.dal && (isHidden ? {} : random.dal) : undefined;
  return {
    network: chain.network,
    octez: { node: chain.node },
    ...(chain.vote ? { liquidityBakingVote: random.vote } : {}),
    bakers: random.bakers.map((baker, i) =>
      bakerOf(baker, { chain, custody, dal: dal !== undefined, seed: `${random.keySeed}-${i}`, i }),
    ),
    custody: custodyOf(custody, random),
    google: googleOf(random),
    cluster: clusterOf(random),
    storage: { type: storage },
    privateNode: {
      historyMode: random.historyMode,
      diskGiB: chain.diskGiB,
      ...(random.closed && random.sentries.length > 0 ? { downloads: 'closed' } : {}),
    },
    sentries: random.sentries.map((sentry, i) => ({
      name: String.fromCharCode(97 + i),
      historyMode: sentry.historyMode,
      ...(sentry.tries && chain.node.startsWith('25.') ? { octez: '25.3' } : {}),
      cpus: sentry.cpus,
      memoryGiB: 4,
      diskGiB: chain.diskGiB,
      // The last one keeps out of the public: one must.
      ...(sentry.balanced && i < random.sentries.length - 1 ? { loadBalancer: { sourceRanges: ['0.0.0.0/0'] } } : {}),
    })),
    monitoring: monitoringOf(random),
    ...payoutsOf(random),
    ...siteOf(random),
    ...(dal ? { dal: { diskGiB: 200, ...dal } } : {}),
    ...(pinsBlock(random)
      ? { bringUp: { block: { hash: 'BLockGenesisGenesisGenesisGenesisGenesisf79b5d1CoW2' } } }
      : {}),
  };
}

/** Backerei wants an archive, and pays on no chain of these; nobody pays on mainnet from nodes that Google may take. */
function payoutsOf({ pays, chain, bakers, keySeed, historyMode: own, spot }: Random) {
  if (!pays) return {};
  const isOld = chain.network === 'carthagenet';
  if (isOld && own !== 'archive') return {};
  const { kms, dryRun, known, byDelegators } = pays;
  const wallets = bakers.map((_, i) => ({
    baker: `baker${i}`,
    ...(known || i > 0 ? { key: madeKey(kms ? 'tz3' : 'tz1', `${keySeed}-${i} wallet`) } : {}),
    feePercent: 5 * i,
    maxTezPerCycle: 100 + i,
  }));
  const custody = kms ? 'kms' : { hot: { secret: 'wallets' } };
  if (isOld) return { payouts: { backerei: { firstCycle: 100, custody, wallets } } };
  const isDry = dryRun || (chain.network === 'mainnet' && spot);
  const feesPaidBy = byDelegators ? { delegators: { feeWindowMutez: 70_000 } } : 'baker';
  const tezpay = { firstCycle: 900, dryRun: isDry, custody, donatePercent: 5, analytics: dryRun, feesPaidBy, wallets };
  return { payouts: { tezpay } };
}

/** There is nothing to show where nobody is paid. */
function siteOf(random: Random) {
  const { shows, keySeed } = random;
  if (!shows || !('payouts' in payoutsOf(random))) return {};
  const history = shows.history ? [{ baker: 'baker0', from: { backerei: { object: 'payouts.json' } } }] : [];
  if (shows.place === 'bucketOnly') return { site: { bucketOnly: { history } } };
  return { site: { domain: { name: `payouts${keySeed}.example.org`, dns: shows.place, history } } };
}

/** The last receiver hears of warnings of the first baker alone. */
function monitoringOf({ told, operated }: Random) {
  const boards = told.length % 2 === 1 ? { dashboards: 'grafana' } : {};
  if (operated) return { operator: { namespace: 'monitoring', labels: { release: 'prometheus' }, ...boards } };
  return {
    own: {
      receivers: told.map((name, i) => ({
        name,
        to: receivers[name],
        ...(i > 0 && i === told.length - 1 ? { severities: ['warning'], bakers: ['baker0'] } : {}),
      })),
      ...(told.length % 2 === 0 ? { quietHours: { fromUtc: '22:00', toUtc: '06:30' } } : {}),
      heartbeat: told.length % 3 === 0 ? { bucket: { readers: ['user:tower@example.org'] } } : 'hosted',
      ...boards,
    },
  };
}

/** A private node that begins at genesis, because its chain has no snapshots or an archive takes none, needs every block. */
function withEveryBlock(random: Random): Random {
  if (random.historyMode !== 'archive' && random.chain.network !== 'carthagenet') return random;
  const kept = (mode: string) => (mode === 'rolling' ? 'full' : mode);
  return { ...random, sentries: random.sentries.map((each) => ({ ...each, historyMode: kept(each.historyMode) })) };
}

/** One block is of one kind of snapshot: only where all nodes that import have the same history mode. */
function pinsBlock({ block, historyMode: own, sentries }: Random): boolean {
  const modes = new Set([own, ...sentries.map((sentry) => sentry.historyMode)].filter((mode) => mode !== 'archive'));
  return block && modes.size === 1;
}

function bakerOf(
  { kind, consensus }: { kind: string; consensus: boolean },
  {
    chain,
    custody,
    dal,
    seed: text,
    i,
  }: { chain: (typeof chains)[number]; custody: string; dal: boolean; seed: string; i: number },
) {
  const signable: Record<string, KeyKind[]> = { ledger: ['tz1', 'tz2', 'tz3'], kms: ['tz2', 'tz3'] };
  const can = (signable[custody] ?? ['tz1', 'tz2', 'tz3', 'tz4']).filter((each) =>
    (chain.kinds as readonly string[]).includes(each),
  );
  const signing = can.includes(kind as KeyKind) ? (kind as KeyKind) : can[0];
  const withConsensus = consensus && chain.network !== 'carthagenet';
  return {
    name: `baker${i}`,
    ...madeKey(withConsensus ? 'tz1' : signing, `${text} delegate`),
    ...(withConsensus ? { consensusKey: madeKey(signing, `${text} consensus`) } : {}),
    ...(dal && signing === 'tz4' ? { companionKey: madeKey('tz4', `${text} companion`) } : {}),
  };
}

/** What the chain has no signer for becomes what it has one for. */
function custodyFor({ custody, chain }: Random): string {
  if (custody === 'hot' && !chain.hot) return 'kms';
  if (custody === 'software' && chain.network === 'mainnet') return 'ledger';
  return custody === 'kms' && !chain.kms ? 'hot' : custody;
}

function custodyOf(custody: string, { bakers, homes }: Random) {
  if (custody === 'hot') return { hot: { secret: 'signing-keys' } };
  if (custody === 'kms') return 'kms';
  const names = bakers.map((_, i) => `baker${i}`);
  // A Ledger holds one key: one for each baker, and of each as many as there are homes.
  const held = custody === 'ledger' ? names.map((name) => [name]) : [names];
  const signers = homes.flatMap((home) => held.map((keys) => ({ ...home, keys })));
  return {
    homes: {
      signers: signers.map(({ keys, uplinks, away, isNew, ups }, i) => ({
        name: `home${i}`,
        device: devices[custody],
        keys,
        port: 22001 + i,
        ...(isNew ? {} : { sshKey: madeSshKey(`${names} ${i}`) }),
        uplinks: ['cable', 'mobile', 'dish'].slice(0, uplinks).map((name, j) => uplinkOf(name, j)),
        ...(ups ? { ups: 'x728' } : {}),
        ...(away && i >= held.length ? { away: 'being repaired' } : {}), // the first of each is there
      })),
    },
  };
}

const devices: Readonly<Record<string, unknown>> = {
  ledger: 'ledger',
  tcp: { tcp: { url: 'tcp://169.254.1.1:7732', link: { interface: 'usb0', address: '169.254.1.2/30' } } },
  http: { http: { url: 'http://127.0.0.1:20090' } },
  software: 'software',
};

/** The third one has an address of its own. */
function uplinkOf(name: string, i: number) {
  const byHand = { address: '192.168.9.20/24', gateway: '192.168.9.1', nameServers: ['192.168.9.1'] };
  return { name, interface: `eth${i}`, ...(i === 2 ? { static: byHand } : {}) };
}

function googleOf({ created, cluster, place }: Random) {
  const billing = { billingAccount: '012345-6789AB-CDEF01', parent: { folder: { id: '123' } } };
  return {
    project:
      created && cluster !== 'existing'
        ? { create: { id: 'made-project', ...billing } }
        : { existing: { id: 'some-project' } },
    region: place.region,
    state: { bucket: 'some-state' },
  };
}

function clusterOf({ cluster, place, machine, spot }: Random) {
  const pools = { baking: { machineType: machine }, auxiliary: { machineType: 'e2-standard-4', spot } };
  if (cluster === 'regional') return { regional: { zones: place.zones, ...pools } };
  if (cluster === 'zonal') return { zonal: { zone: place.zones[0], ...pools } };
  return { existing: { context: 'some-context', zones: place.zones, ...pools } };
}

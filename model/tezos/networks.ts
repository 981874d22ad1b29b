import { chainIdOfGenesis } from './keys';
import type { OctezRelease } from './octez';
import { type Protocol, protocolNamed } from './protocols';
import { hostOf, parsedUrl } from './witnesses';

/** Facts of the chains to bake on. A `custom` network of a bakery file is one of these too. */
export interface TezosNetwork {
  readonly name: string;
  readonly chainId: string;
  /** The node's own name of the chain, e.g. TEZOS_MAINNET; snapshots carry it. Unknown for custom networks. */
  readonly chainName?: string;
  /** What it was called once; nodes still take the data of both names for one chain. */
  readonly oldChainName?: string;
  /** What the chain runs now: the name in protocols.ts. */
  readonly protocol: string;
  /** How a node is told which chain it is on. Given alias and URL, the alias counts where the release has it. */
  readonly config: NetworkConfig;
  /** host, host:port or host:port#peer-id; the port is 9732 where none is given. */
  readonly bootstrapPeers: readonly string[];
  /** DAL nodes get these from their node; listed for whoever opens the firewall. The port is 11732 where none is given. */
  readonly dalBootstrapPeers: readonly string[];
  /** Tried in order; none: sync from genesis. */
  readonly snapshots: readonly SnapshotProvider[];
  /** Confirm which block a snapshot holds: two of different operators must agree. */
  readonly publicRpcs: readonly PublicRpc[];
  /** The TzKT indexer of Baking Bad, for payouts and links. */
  readonly tzkt?: { readonly api: string; readonly explorer: string };
  /** Where the chain differs from mainnet under the same protocol. */
  readonly constants?: Partial<ChainConstants>;
}

export interface NetworkConfig {
  readonly alias?: { readonly name: string };
  readonly url?: { readonly url: string };
  /** The object that `network` holds in the node's config.json. */
  readonly inline?: { readonly [key: string]: unknown };
}

export interface SnapshotProvider {
  readonly operator: string;
  /** `{mode}` stands for rolling or full. */
  readonly url: string;
}

export interface PublicRpc {
  readonly operator: string;
  /** Base of a node's RPC; or, with `{level}` in it, what answers with the block of that level (its hash in quotes). */
  readonly url: string;
}

export type ChainConstants = Pick<Protocol, 'blockSeconds' | 'blocksPerCycle' | 'consensusRightsDelayCycles'>;

/** The only provider that Octez' documentation names (docs/user/snapshots.rst); availability unverified. */
const tzinit = (network: string) => ({
  operator: 'tzinit',
  url: `https://snapshots.tzinit.org/${network}/{mode}`,
});

/** index.ts of tacoinfra/teztnets makes these for each of its networks. */
const teztnets = (network: string) => ({
  config: { url: { url: `https://teztnets.com/${network}` } },
  bootstrapPeers: [`${network}.teztnets.com`, `${network}.tzinit.org`],
  dalBootstrapPeers: [`dal.${network}.teztnets.com:11732`, `${network}.bootstrap.dal.nomadic-labs.com:11732`],
  rpc: { operator: 'teztnets', url: `https://rpc.${network}.teztnets.com` },
});

const mainnet: TezosNetwork = {
  name: 'mainnet',
  chainId: 'NetXdQprcVkpaWU', // computed from the genesis block in config_file.ml
  chainName: 'TEZOS_MAINNET', // config_file.ml
  oldChainName: 'TEZOS_BETANET_2018-06-30T16:07:32Z', // config_file.ml
  protocol: 'ushuaia', // since level 13857889, 2026-06-30
  config: { alias: { name: 'mainnet' } },
  bootstrapPeers: ['boot.tzinit.org', 'boot.tzboot.net', 'boot.tzbeta.net'], // config_file.ml
  dalBootstrapPeers: [
    'dalboot.mainnet.tzinit.org',
    'dalboot.mainnet.tzboot.net',
    'mainnet.bootstrap.dal.nomadic-labs.com',
  ], // config_file.ml
  snapshots: [tzinit('mainnet')],
  publicRpcs: [
    { operator: 'Tezos Foundation', url: 'https://rpc.tzbeta.net' }, // docs/rpc_nodes.md of taquito
    { operator: 'Baking Bad', url: 'https://rpc.tzkt.io/mainnet' }, // default of many wallets; no page of its operator found
    { operator: 'SmartPy', url: 'https://mainnet.smartpy.io' }, // docs/rpc_nodes.md of taquito
    { operator: 'ECAD Labs', url: 'https://mainnet.tezos.ecadinfra.com' }, // used by taquito's tools; its docs had mainnet.ecadinfra.com
  ],
  tzkt: { api: 'https://api.tzkt.io', explorer: 'https://tzkt.io' },
};

const bakingnet: TezosNetwork = {
  name: 'bakingnet',
  chainId: 'NetXvNVUNbWHxGt', // computed from the chain name, and seen in several clients
  chainName: 'TEZOS_BAKINGNET_2026-04-08T20:00:00Z', // networks/bakingnet/values.yaml of teztnets
  protocol: 'ushuaia', // switches a week before mainnet; seen with Ushuaia in 2026-08
  config: teztnets('bakingnet').config, // no release has an alias for it
  bootstrapPeers: teztnets('bakingnet').bootstrapPeers,
  dalBootstrapPeers: teztnets('bakingnet').dalBootstrapPeers, // by teztnets' rule; unverified
  snapshots: [tzinit('bakingnet')],
  // No second operator's node was found; the indexer of Baking Bad is run by others and knows every block.
  publicRpcs: [
    teztnets('bakingnet').rpc,
    { operator: 'Baking Bad', url: 'https://api.bakingnet.tzkt.io/v1/blocks/{level}' },
  ],
  tzkt: { api: 'https://api.bakingnet.tzkt.io', explorer: 'https://bakingnet.tzkt.io' },
  constants: { blocksPerCycle: 3600 }, // values.yaml of teztnets; level 1995151 in cycle 554 agrees
};

const shadownet: TezosNetwork = {
  name: 'shadownet',
  chainId: 'NetXsqzbfFenSTS', // computed from the chain name
  chainName: 'TEZOS_SHADOWNET_2025-08-07T20:00:00Z', // networks/shadownet/values.yaml of teztnets
  protocol: 'ushuaia', // switches shortly after mainnet
  config: { alias: { name: 'shadownet' }, ...teztnets('shadownet').config },
  bootstrapPeers: teztnets('shadownet').bootstrapPeers,
  dalBootstrapPeers: teztnets('shadownet').dalBootstrapPeers, // the first one: also on the network's page
  snapshots: [tzinit('shadownet')],
  publicRpcs: [
    teztnets('shadownet').rpc,
    { operator: 'Baking Bad', url: 'https://rpc.tzkt.io/shadownet' }, // default of many wallets; no page of its operator found
    { operator: 'ECAD Labs', url: 'https://shadownet.tezos.ecadinfra.com' }, // documentation of taquito (wallet connect)
    { operator: 'SmartPy', url: 'https://shadownet.smartpy.io' }, // used by several clients; no page of its operator found
  ],
  tzkt: { api: 'https://api.shadownet.tzkt.io', explorer: 'https://shadownet.tzkt.io' },
};

/** Dead since 2020-12-12 (version-8.rst): kept because Octez 7.5 still starts on it, and old chains are tested with it. */
const carthagenet: TezosNetwork = {
  name: 'carthagenet',
  chainId: 'NetXjD3HPJJjmcd', // computed from the genesis block in node_config_file.ml of the 7.x tree
  chainName: 'TEZOS_ALPHANET_CARTHAGE_2019-11-28T13:02:13Z', // node_config_file.ml of the 7.x tree
  protocol: 'carthage',
  config: { alias: { name: 'carthagenet' } },
  bootstrapPeers: ['34.76.169.218', '34.90.24.160', 'carthagenet.kaml.fr', '104.248.136.94'], // ditto; all gone
  dalBootstrapPeers: [],
  snapshots: [],
  publicRpcs: [],
  // docs/introduction/test_networks.rst of the 7.x tree: time_between_blocks, blocks_per_cycle, preserved_cycles
  constants: { blockSeconds: 30, blocksPerCycle: 2048, consensusRightsDelayCycles: 3 },
};

export const tezosNetworks: { readonly [name: string]: TezosNetwork } = { mainnet, bakingnet, shadownet, carthagenet };

type BuiltIn = 'mainnet' | 'bakingnet' | 'shadownet' | 'carthagenet';

/** The network that a bakery file chooses: one of ours by name, or its own. */
export function networkOf(settings: {
  readonly network: { readonly [name in BuiltIn]?: object } & { readonly custom?: TezosNetwork };
}): TezosNetwork {
  const { custom, ...builtIn } = settings.network;
  return custom ?? tezosNetworks[Object.keys(builtIn)[0]];
}

/** Whether the settings bake on mainnet, by whatever name. */
export function isMainnet(settings: Parameters<typeof networkOf>[0]): boolean {
  return builtInTwin(networkOf(settings)) === tezosNetworks.mainnet;
}

/** Whether two networks may be one and the same chain: by what they say of themselves, or because one only its file knows. */
export function maybeSameChain(a: TezosNetwork, b: TezosNetwork): boolean {
  const known = (network: TezosNetwork) => Object.values(tezosNetworks).includes(network);
  return a.chainId === b.chainId || !known(a) || !known(b);
}

/** The same of two chain ids: one that is none of ours is only what a file says. */
export function maybeSameChainId(a: string, b: string): boolean {
  const known = (id: string) => Object.values(tezosNetworks).some(({ chainId }) => chainId === id);
  return a === b || !known(a) || !known(b);
}

/**
 * The network of ours that a custom one really is, whatever it says of itself elsewhere. Its file may say one of ours in
 * more than one place; the one that a node would run counts first.
 */
export function builtInTwin(custom: TezosNetwork): TezosNetwork | undefined {
  const ours = Object.values(tezosNetworks);
  if (ours.includes(custom)) return custom;
  const { alias, url, inline } = custom.config;
  // --network takes any of them: a name, or where else the configuration lies.
  const words = [alias?.name, url?.url].flatMap((word) => (word === undefined ? [] : networkWord(word)));
  const genesis = chainIdOfGenesis(String((inline?.genesis as { block?: unknown } | undefined)?.block));
  const names = [inline?.chain_name, inline?.old_chain_name].map((name) => String(name).trim().toUpperCase());
  return (
    ours.find(({ name, config }) => {
      const own = [name, config.alias?.name, config.url?.url];
      return own.some((word) => word !== undefined && words.includes(networkWord(word)));
    }) ??
    ours.find(({ chainId, chainName, oldChainName }) => {
      return chainId === genesis || [chainName, oldChainName].some((name) => name && names.includes(name));
    }) ??
    ours.find(({ chainId }) => chainId === custom.chainId) ??
    ours.find((network) => placesOf(network).some((place) => isAmong(place, custom)))
  );
}

/** What leads to a network of ours and to no other: its name, its peers, and where its blocks are to be had. */
function placesOf({ name, config, bootstrapPeers, dalBootstrapPeers, snapshots, publicRpcs }: TezosNetwork): string[] {
  const urls = [...(config.url ? [config.url] : []), ...snapshots, ...publicRpcs].map(({ url }) => networkWord(url));
  return [name, ...urls, ...[...bootstrapPeers, ...dalBootstrapPeers].map(peerHost)];
}

/** Whether a custom network has that place among its own, or a whole word of a host or a path that is this name. */
function isAmong(place: string, custom: TezosNetwork): boolean {
  const own = placesOf(custom);
  const words = own.flatMap((each) => (each === custom.name ? [] : each.split(/[^a-z0-9]+/)));
  return own.includes(place) || own.some((each) => each.startsWith(`${place}/`)) || words.includes(place);
}

/** The host of `host:port#peer-id`. */
function peerHost(peer: string): string {
  return hostOf(`https://${peer.replace(/[:#].*$/, '')}/`);
}

/** What `--network` takes, as Octez compares it: names in lower case, URLs by what they lead to. */
function networkWord(word: string): string {
  const text = word.trim().toLowerCase();
  const url = parsedUrl(text);
  return url ? `${hostOf(text).replace(/^www\./, '')}${plainPath(url.pathname)}` : text;
}

function plainPath(path: string): string {
  const slashes = (text: string) => text.replace(/\/+/g, '/').replace(/\/$/, '');
  try {
    return slashes(decodeURIComponent(path).toLowerCase().replace(/\s+/g, ''));
  } catch {
    return slashes(path); // no text behind its percent signs
  }
}

/** Networks that people still ask for, and what to write instead. */
export const retiredNetworks: { readonly [name: string]: { readonly instead: string; readonly why: string } } = {
  ghostnet: {
    instead: 'bakingnet',
    why: 'ghostnet was shut down on 2026-05-11; bakingnet is the long-running network for bakers', // log of teztnets
  },
};

/** Block time and cycle of a chain: its protocol's, unless the chain has its own. */
export function chainConstants(network: TezosNetwork): ChainConstants | undefined {
  const protocol = protocolNamed(network.protocol);
  if (!protocol) return undefined;
  const { blockSeconds, blocksPerCycle, consensusRightsDelayCycles } = protocol;
  return { blockSeconds, blocksPerCycle, consensusRightsDelayCycles, ...network.constants };
}

const DAY_SECONDS = 86_400;

/** How long a cycle takes; of a network that says nothing of it, a day. */
export function cycleSeconds(network: TezosNetwork): number {
  const constants = chainConstants(network);
  return constants ? constants.blockSeconds * constants.blocksPerCycle : DAY_SECONDS;
}

/** How many cycles end in a day, at most. */
export function cyclesPerDay(network: TezosNetwork): number {
  return Math.ceil(DAY_SECONDS / cycleSeconds(network));
}

/** What a node of this release is told: the alias if it knows it (it then updates peers with the release), else the rest. */
export function networkConfigFor(network: TezosNetwork, release: OctezRelease): NetworkConfig {
  const { alias, url, inline } = network.config;
  const otherwise = inline ? { inline } : url && { url };
  if (alias && (release.networkAliases.includes(alias.name) || !otherwise)) return { alias };
  return otherwise ?? {};
}

import { existsSync, readFileSync } from 'node:fs';
import { genesisHash } from '../chain/chain-context';
import { decode, encode, PREFIX } from '../kit/base58';
import { blake2b } from '../kit/blake2b';
import { ask } from '../kit/http-client';
import { Exit } from '../kit/program';
import type { Release } from '../kit/release';

/** What `network` of config.json says, resolved. */
export interface Network {
  /** As in config.json: an alias, or an object. */
  readonly written: string | object;
  readonly chainName: string;
  readonly chainId: string;
  readonly bootstrapPeers: readonly string[];
}

interface Known {
  readonly chainName: string;
  readonly chainId: string;
  readonly peers: readonly string[];
}

/** octez.md 4. The two of teztnets.com have no alias: what their URL answers is baked in, since nothing here does TLS. */
const known: Readonly<Record<string, Known>> = {
  mainnet: {
    chainName: 'TEZOS_MAINNET',
    chainId: 'NetXdQprcVkpaWU',
    peers: ['boot.tzinit.org', 'boot.tzboot.net', 'boot.tzbeta.net'],
  },
  shadownet: {
    chainName: 'TEZOS_SHADOWNET_2025-08-07T20:00:00Z',
    chainId: 'NetXsqzbfFenSTS',
    peers: ['shadownet.teztnets.com', 'shadownet.tzinit.org'],
  },
  'https://teztnets.com/shadownet': {
    chainName: 'TEZOS_SHADOWNET_2025-08-07T20:00:00Z',
    chainId: 'NetXsqzbfFenSTS',
    peers: ['shadownet.teztnets.com', 'shadownet.tzinit.org'],
  },
  'https://teztnets.com/bakingnet': {
    chainName: 'TEZOS_BAKINGNET_2026-04-08T20:00:00Z',
    chainId: 'NetXvNVUNbWHxGt',
    peers: ['bakingnet.teztnets.com', 'bakingnet.tzinit.org'],
  },
  ghostnet: { chainName: 'TEZOS_ITHACANET_2022-01-25T15:00:00Z', chainId: 'NetXnHfVqm9iesp', peers: [] },
  carthagenet: {
    chainName: 'TEZOS_ALPHANET_CARTHAGE_2019-11-28T13:02:13Z',
    chainId: 'NetXjD3HPJJjmcd',
    peers: ['34.76.169.218', '34.90.24.160', 'carthagenet.kaml.fr', '104.248.136.94'],
  },
  sandbox: { chainName: 'TEZOS', chainId: 'NetXLH1uAxK7CCh', peers: [] },
};

/** Of a chain that is known by name; others say theirs. */
export const knownChainId = (chainName: string): string | undefined =>
  Object.values(known).find((each) => each.chainName === chainName)?.chainId;

/** The chain id is the first bytes of the hash of the genesis block's hash (octez.md 4, "computed"). */
function chainIdOf(genesis: string): string {
  return encode(PREFIX.chainId, blake2b(decode(PREFIX.block, genesis)).subarray(0, 4));
}

export function readNetwork(written: string | object, release: Release): Network {
  if (typeof written === 'string') {
    const { chainName, chainId, peers } = known[aliasOf(written, release)];
    return { written, chainName, chainId, bootstrapPeers: peers };
  }
  const { chain_name, genesis, default_bootstrap_peers, chain_id } = written as Record<string, any>;
  if (typeof chain_name !== 'string') throw new Exit(1, 'Error: Invalid network configuration: no chain_name');
  return {
    written,
    chainName: chain_name,
    // Ours: `chain_id` may say it, since history here is made of the name and not of the real genesis block.
    chainId: chain_id ?? chainIdOf(genesis?.block ?? genesisHash(chain_name)),
    bootstrapPeers: default_bootstrap_peers ?? [],
  };
}

function aliasOf(name: string, { networks }: Release): string {
  const alias = name.toLowerCase();
  if (!networks.includes(alias)) throw new Exit(1, `Error: unknown network: ${name} (known: ${networks.join(', ')})`);
  return alias;
}

/** What `--network NAME|URL|FILE` freezes into config.json. */
export async function fetchNetwork(word: string, release: Release): Promise<string | object> {
  if (release.networks.includes(word.toLowerCase())) return word.toLowerCase();
  if (/^https:/.test(word) && known[word]) {
    const { chainName, chainId, peers } = known[word];
    return { chain_name: chainName, chain_id: chainId, default_bootstrap_peers: peers };
  }
  if (/^http:/.test(word)) {
    const { status, text } = await ask(word);
    if (status !== 200) throw new Exit(1, `Error: cannot fetch the network configuration: ${word}: HTTP ${status}`);
    return JSON.parse(text) as object;
  }
  if (existsSync(word)) return JSON.parse(readFileSync(word, 'utf8')) as object;
  const expected = 'not an alias, a URL or a file';
  throw new Exit(124, `${release.prefix}-node: option '--network': invalid value '${word}', ${expected}`);
}

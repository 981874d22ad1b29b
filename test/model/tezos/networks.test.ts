import { blockHashProblem, chainIdProblem } from '../../../model/tezos/keys';
import {
  builtInTwin,
  chainConstants,
  isMainnet,
  type NetworkConfig,
  networkConfigFor,
  networkOf,
  retiredNetworks,
  type TezosNetwork,
  tezosNetworks,
} from '../../../model/tezos/networks';
import { octezRelease } from '../../../model/tezos/octez';
import { protocolNamed } from '../../../model/tezos/protocols';

const networks = Object.entries(tezosNetworks);

test.each(networks)('%s has a valid chain id and a known protocol', (name, network) => {
  expect(network.name).toBe(name);
  expect(chainIdProblem(network.chainId)).toBeUndefined();
  expect(blockHashProblem(network.chainId)).toBeDefined();
  expect(protocolNamed(network.protocol)).toBeDefined();
});

test('mainnet and shadownet have public nodes of several operators', () => {
  for (const { publicRpcs } of [tezosNetworks.mainnet, tezosNetworks.shadownet]) {
    expect(new Set(publicRpcs.map(({ operator }) => operator)).size).toBeGreaterThanOrEqual(2);
  }
});

test('every URL is https, and no operator is listed twice', () => {
  for (const [, { snapshots, publicRpcs, config }] of networks) {
    const urls = [...snapshots, ...publicRpcs, ...(config.url ? [config.url] : [])].map(({ url }) => url);
    expect(urls.filter((url) => !url.startsWith('https://'))).toEqual([]);
    expect(new Set(publicRpcs.map(({ operator }) => operator)).size).toBe(publicRpcs.length);
  }
});

test('a node is told an alias only if its release knows it', () => {
  const { shadownet, bakingnet, mainnet, carthagenet } = tezosNetworks;
  expect(networkConfigFor(shadownet, octezRelease('25.2')!)).toEqual({ alias: { name: 'shadownet' } });
  expect(networkConfigFor(shadownet, octezRelease('23.3')!)).toEqual({
    url: { url: 'https://teztnets.com/shadownet' },
  });
  expect(networkConfigFor(bakingnet, octezRelease('25.2')!)).toEqual({
    url: { url: 'https://teztnets.com/bakingnet' },
  });
  expect(networkConfigFor(mainnet, octezRelease('25.3')!)).toEqual({ alias: { name: 'mainnet' } });
  expect(networkConfigFor(carthagenet, octezRelease('7.5')!)).toEqual({ alias: { name: 'carthagenet' } });
});

test("a custom network is told what its file says, also an alias that we don't know", () => {
  const custom = { ...tezosNetworks.bakingnet, name: 'mine' };
  const release = octezRelease('25.2')!;
  expect(networkConfigFor({ ...custom, config: { alias: { name: 'weeklynet' } } }, release)).toEqual({
    alias: { name: 'weeklynet' },
  });
  expect(networkConfigFor({ ...custom, config: { inline: { chain_name: 'X' } } }, release)).toEqual({
    inline: { chain_name: 'X' },
  });
});

test('the network of a bakery file is ours by name, or its own', () => {
  expect(networkOf({ network: { shadownet: {} } })).toBe(tezosNetworks.shadownet);
  const custom = { ...tezosNetworks.bakingnet, name: 'mine' };
  expect(networkOf({ network: { custom } })).toBe(custom);
});

describe('what a custom network really is', () => {
  const { mainnet, bakingnet, shadownet } = tezosNetworks;
  const mine: TezosNetwork = {
    name: 'mine',
    chainId: 'NetXXWAHLEvre9b',
    protocol: 'ushuaia',
    config: { inline: { chain_name: 'MINE' } },
    bootstrapPeers: ['peer.example.org'],
    dalBootstrapPeers: [],
    snapshots: [],
    publicRpcs: [],
  };
  const genesis = (block: unknown) => ({ inline: { chain_name: 'MINE', genesis: { block } } });

  test.each<[string, NetworkConfig]>([
    ['an alias', { alias: { name: 'mainnet' } }],
    ['an alias in another case', { alias: { name: 'MainNet' } }],
    ['a chain name', { inline: { chain_name: 'TEZOS_MAINNET' } }],
    ['its old chain name', { inline: { chain_name: 'TEZOS_BETANET_2018-06-30T16:07:32Z' } }],
    [
      'its old chain name beside another',
      { inline: { chain_name: 'MINE', old_chain_name: 'TEZOS_BETANET_2018-06-30T16:07:32Z' } },
    ],
    ['a genesis block', genesis('BLockGenesisGenesisGenesisGenesisGenesisf79b5d1CoW2')],
  ])('is mainnet by %s, whatever its chain id', (_, config) => {
    for (const chainId of [mine.chainId, shadownet.chainId]) {
      const custom = { ...mine, chainId, config };
      expect(builtInTwin(custom)).toBe(mainnet);
      expect(isMainnet({ network: { custom } })).toBe(true);
    }
  });

  test.each<[string, NetworkConfig]>([
    ['an alias of its own', { alias: { name: 'mainnet2' } }],
    ['a URL of its own', { url: { url: 'https://teztnets.com/weeklynet' } }],
    ['a longer word', { url: { url: 'https://example.org/bakingnet2' } }],
    ['a name of its own', { inline: { chain_name: 'TEZOS_MINE' } }],
    ['another genesis', genesis('BLockGenesisGenesisGenesisGenesisGenesisFFFFFgtaC8G')],
    ['a genesis that is none', genesis(['BLock'])],
    ['nothing', { inline: {} }],
    ['a URL with a stray percent sign', { url: { url: 'https://example.org/%' } }],
  ])('is nobody of ours by %s', (_, config) => {
    expect(builtInTwin({ ...mine, config })).toBeUndefined();
    expect(isMainnet({ network: { custom: { ...mine, config } } })).toBe(false);
  });

  const url = (text: string): Partial<TezosNetwork> => ({ config: { url: { url: text } } });
  const peers = (...bootstrapPeers: string[]): Partial<TezosNetwork> => ({ bootstrapPeers });
  const rpc = (text: string): Partial<TezosNetwork> => ({ publicRpcs: [{ operator: 'x', url: text }] });
  const snapshot = (text: string): Partial<TezosNetwork> => ({ snapshots: [{ operator: 'x', url: text }] });

  test.each<[string, Partial<TezosNetwork>, TezosNetwork]>([
    ['its name', { name: 'mainnet' }, mainnet],
    ['a URL with its name', url('https://teztnets.com/mainnet'), mainnet],
    ['a URL of another host with its name', url('https://example.org/Mainnet.json'), mainnet],
    ['a URL with a space', url('https://teztnets.com/bakingnet%20'), bakingnet],
    ['a URL with www', url('https://www.teztnets.com/bakingnet'), bakingnet],
    ['a peer of ours', peers('peer.example.org', 'Boot.tzinit.org.:9732'), mainnet],
    ['a DAL peer of ours', { dalBootstrapPeers: ['dalboot.mainnet.tzboot.net:11732'] }, mainnet],
    ['a peer with its name', peers('eu.mainnet.example.org'), mainnet],
    ['a snapshot of ours', snapshot('https://snapshots.tzinit.org/mainnet/{mode}'), mainnet],
    ['a snapshot of another kind', snapshot('https://snapshots.tzinit.org/shadownet/full'), shadownet],
    ['a public node of ours', rpc('https://rpc.tzkt.io/mainnet'), mainnet],
    ['a public node that serves no other', rpc('https://rpc.tzbeta.net'), mainnet],
    ['a path of a public node', rpc('https://rpc.tzbeta.net/chains/main'), mainnet],
    ['a public node with its name', rpc('https://tezos-mainnet.example.org'), mainnet],
  ])('is one of ours by %s', (_, own, twin) => {
    expect(builtInTwin({ ...mine, ...own })).toBe(twin);
    expect(isMainnet({ network: { custom: { ...mine, ...own } } })).toBe(twin === mainnet);
  });

  test.each<[string, Partial<TezosNetwork>]>([
    ['a name that holds one of ours', { name: 'mainnet-fork' }],
    ['a host that serves several', rpc('https://rpc.tzkt.io/mine')],
    ['another peer of a host', peers('boot2.tzinit.org')],
    ['a word that begins like one', snapshot('https://example.org/mainnets/{mode}')],
  ])('is nobody of ours by %s', (_, own) => {
    expect(builtInTwin({ ...mine, ...own })).toBeUndefined();
  });

  test('one of ours is itself', () => {
    for (const network of Object.values(tezosNetworks)) expect(builtInTwin(network)).toBe(network);
  });
});

test('testnets have their own cycles', () => {
  expect(chainConstants(tezosNetworks.mainnet)).toEqual({
    blockSeconds: 6,
    blocksPerCycle: 14400,
    consensusRightsDelayCycles: 2,
  });
  expect(chainConstants(tezosNetworks.bakingnet)?.blocksPerCycle).toBe(3600);
  expect(chainConstants(tezosNetworks.carthagenet)).toEqual({
    blockSeconds: 30,
    blocksPerCycle: 2048,
    consensusRightsDelayCycles: 3,
  });
});

test('a retired network points to one that exists', () => {
  for (const { instead } of Object.values(retiredNetworks)) expect(tezosNetworks[instead]).toBeDefined();
});

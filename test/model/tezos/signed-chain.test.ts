import type { TezosNetwork } from '../../../model/tezos/networks';
import { tezosNetworks } from '../../../model/tezos/networks';
import { octezRelease } from '../../../model/tezos/octez';
import { signedChain } from '../../../model/tezos/signed-chain';

const { mainnet } = tezosNetworks;
const release = (version: string) => octezRelease(version)!;
const custom = (more: Partial<TezosNetwork>): TezosNetwork => ({ ...mainnet, chainName: undefined, ...more });

test('a protocol that the release can run next counts before the chain switches to it', () => {
  const before = { ...mainnet, protocol: 'rio' }; // 8 s
  expect(signedChain(before, [release('22.1')]).blockMs).toBe(8000);
  expect(signedChain({ ...mainnet, protocol: 'seoul' }, [release('24.0')]).blockMs).toBe(6000); // it has Tallinn too
});

test('what the chain has left behind does not count', () => {
  expect(signedChain({ ...mainnet, protocol: 'hangzhou' }, [release('25.1')]).firstBytes).toContain(0x01);
  expect(signedChain(mainnet, [release('25.1')]).firstBytes).toEqual([0x11, 0x12, 0x13]);
});

test('a chain that is faster than mainnet is taken at its word, also for the protocols to come', () => {
  expect(signedChain(custom({ constants: { blockSeconds: 1 } }), [release('25.1')]).blockMs).toBe(1000);
  const next = custom({ protocol: 'seoul', constants: { blockSeconds: 2 } });
  expect(signedChain(next, [release('24.0')]).blockMs).toBe(2000);
});

test('rounds grow as slowly as those of any protocol to come, and of a test chain nothing more is taken for granted than a second', () => {
  const growth = (network: TezosNetwork, version: string) => signedChain(network, [release(version)]).roundGrowthMs;
  expect(growth(mainnet, '25.1')).toBe(3000);
  expect(growth({ ...mainnet, protocol: 'seoul' }, '24.0')).toBe(3000); // it has Tallinn too
  expect(growth(tezosNetworks.bakingnet, '25.1')).toBe(1000);
  expect(growth(custom({ constants: { blockSeconds: 2 } }), '25.1')).toBe(0);
});

test('a chain begins where its name or its genesis says, or no earlier than the first of all', () => {
  const start = (network: TezosNetwork) => new Date(signedChain(network, [release('25.1')]).startMs).toISOString();
  expect(start(tezosNetworks.bakingnet)).toBe('2026-04-08T20:00:00.000Z');
  expect(start(custom({ config: { inline: { genesis: { time: '2026-01-02T03:04:05Z' } } } }))).toBe(
    '2026-01-02T03:04:05.000Z',
  );
  expect(start(custom({}))).toBe('2018-06-30T16:07:32.000Z');
});

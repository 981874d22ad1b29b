import { b58DecodeAndCheckPrefix, PrefixV2 } from '@taquito/utils';
import { protocolNamed, protocolNames, protocols } from '../../../model/tezos/protocols';

test('every protocol hash passes its checksum', () => {
  for (const { hash } of protocols) expect(() => b58DecodeAndCheckPrefix(hash, [PrefixV2.ProtocolHash])).not.toThrow();
});

test('numbers run from 006 to 025 without a gap, and names are unique', () => {
  expect(protocols.map(({ number }) => Number(number))).toEqual(Array.from({ length: 20 }, (_, i) => i + 6));
  expect(new Set(protocolNames).size).toBe(protocols.length);
});

test('names of binaries carry the prefix of the hash', () => {
  expect(protocolNamed('carthage')?.hashPrefix).toBe('PsCARTHA');
  expect(protocolNamed('ushuaia')?.hashPrefix).toBe('PsUshuai');
  expect(protocolNamed('babylon')).toBeUndefined();
});

test('what a signer may sign changes with the consensus, at Ithaca', () => {
  expect(protocolNamed('hangzhou')?.magicBytes).toEqual(['0x01', '0x02']);
  expect(protocolNamed('ithaca')?.magicBytes).toEqual(['0x11', '0x12', '0x13']);
});

test('what was once switched on stays on', () => {
  const firstWith = (has: (p: (typeof protocols)[number]) => boolean) => {
    const first = protocols.findIndex(has);
    expect(protocols.slice(first).every(has)).toBe(true);
    return protocols[first].name;
  };
  expect(firstWith((p) => p.consensus === 'tenderbake')).toBe('ithaca');
  expect(firstWith((p) => p.liquidityBakingVote === 'toggle')).toBe('jakarta');
  expect(firstWith((p) => p.liquidityBakingVote !== 'none')).toBe('granada');
  expect(firstWith((p) => p.hasDal)).toBe('paris');
  expect(firstWith((p) => p.allowsTz4Delegates)).toBe('seoul');
});

test('a cycle lasts what it should: about three days up to Quebec, one day since Rio', () => {
  const days = ({ blockSeconds, blocksPerCycle }: (typeof protocols)[number]) =>
    (blockSeconds * blocksPerCycle) / 86_400;
  for (const protocol of protocols) expect(days(protocol)).toBeCloseTo(Number(protocol.number) < 22 ? 2.84 : 1, 1);
});

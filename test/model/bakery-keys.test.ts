import { keysOf, signingKeysOf } from '../../model/bakery-keys';

const key = (address: string) => ({ address, publicKey: `${address} public` });
const bakers = [
  { name: 'alice', ...key('tz4a'), consensusKey: key('tz4b'), companionKey: key('tz4c') },
  { name: 'bob', ...key('tz1d') },
];

test('a key has the alias of its baker and of its role, and the section that it stands in', () => {
  expect(keysOf({ bakers }).map(({ alias, address, setting }) => [alias, address, setting])).toEqual([
    ['alice', 'tz4a', ['bakers', 0]],
    ['alice-consensus', 'tz4b', ['bakers', 0, 'consensusKey']],
    ['alice-companion', 'tz4c', ['bakers', 0, 'companionKey']],
    ['bob', 'tz1d', ['bakers', 1]],
  ]);
});

test("a delegate with a consensus key does not sign with its own; the companion's signs too", () => {
  expect(signingKeysOf({ bakers }).map(({ alias }) => alias)).toEqual(['alice-consensus', 'alice-companion', 'bob']);
});

import { hostOf, independentWitnesses, spelledAlike } from '../../../model/tezos/witnesses';

test('no node is no witness, and two are two that differ in host and operator', () => {
  expect(independentWitnesses([])).toBe(0);
  const a = { operator: 'A', url: 'https://rpc.a.example' };
  expect(independentWitnesses([a])).toBe(1);
  expect(independentWitnesses([a, { operator: 'B', url: 'https://rpc.b.example' }])).toBe(2);
});

test('the script is told each host and each operator in one spelling', () => {
  expect(
    spelledAlike([
      { operator: 'Én  Node', url: 'https://bücher.example/x/{level}' },
      { operator: 'én node ', url: 'https://BÜCHER.example.:443/y' },
      { operator: 'Other', url: 'https://rpc.example' },
    ]),
  ).toEqual([
    { operator: 'Én Node', url: 'https://xn--bcher-kva.example/x/{level}' },
    { operator: 'Én Node', url: 'https://xn--bcher-kva.example/y' },
    { operator: 'Other', url: 'https://rpc.example' },
  ]);
});

test('a host beyond ASCII has one name, however often it is asked for', () => {
  const names = new Set(Array.from({ length: 50_000 }, () => hostOf('https://B\u00fccher.example:443/x')));
  expect([...names]).toEqual(['xn--bcher-kva.example']);
});

import { hostOf, independentWitnesses, spelledAlike } from '../../../model/tezos/witnesses';

test('no node is no witness, and two are two that differ in host and operator', () => {
  expect(independentWitnesses([])).toBe(0);
  const a = { operator: 'A', url: 'https://rpc.a.example' };
  expect(independentWitnesses([a])).toBe(1);
  expect(independentWitnesses([a, { operator: 'B', url: 'https://rpc.b.example' }])).toBe(2);
});

test.each([
  ['Baking Bad', 'BakingBad'],
  ['Baking Bad', 'baking-bad'],
  ['a', 'a.'],
  ['Baking', 'B\u0430king'], // Cyrillic
  ['TEZOS', '\u03a4\u0395\u0396\u039fS'], // Greek
  ['Baking', 'B\u00e4king'],
  ['Istanbul', '\u0130stanbul'],
  ['Strasse', 'Stra\u00dfe'],
  ['Node O', 'Node 0'],
  ...['\u2800', '\u3164', '\ufe0f', '\u034f', '\u200b', '\u00ad'].map((unseen) => ['a', `a${unseen}`]),
])('operators that look alike are one: %j and %j', (one, other) => {
  const rpcs = [
    { operator: one, url: 'https://rpc.a.example' },
    { operator: other, url: 'https://rpc.b.example' },
  ];
  expect(independentWitnesses(rpcs)).toBe(1);
  expect(new Set(spelledAlike(rpcs).map(({ operator }) => operator)).size).toBe(1);
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

import fc from 'fast-check';
import { parse, parseAllDocuments } from 'yaml';
import { type Plain, yamlDocuments, yamlText } from '../../../charts/objects/yaml';

/** Words, numbers, dates and edges that some YAML reads as something other than text. */
const tricky = [
  'yes',
  'No',
  'ON',
  'off',
  'y',
  'N',
  'true',
  'False',
  'null',
  'Null',
  '~',
  '',
  ' ',
  ' a',
  'a ',
  '0',
  '010',
  '0o17',
  '0x11',
  '0b1',
  '1e3',
  '12e03',
  'e0',
  '-E5',
  'e-3',
  '-1',
  '+1',
  '1_000',
  '1.5',
  '.5',
  '.inf',
  '-.INF',
  '.nan',
  '1:20',
  '12:30:45',
  '2026-11-21',
  '2026-11-21T00:00:00Z',
  '=',
  '<<',
  '-',
  '--',
  '---',
  '- a',
  '-a',
  '--flag',
  '...',
  '?',
  ': ',
  'a: b',
  'a:',
  'a:b',
  '#',
  'a #b',
  'a#b',
  '{',
  '}',
  '[',
  ']',
  '{}',
  '[]',
  ',',
  '&a',
  '*a',
  '!a',
  '!!str a',
  '|',
  '>',
  '%a',
  '@a',
  '`a`',
  '"',
  "'",
  '"a"',
  "'a'",
  'a"b',
  'a\\b',
  '\\n',
  '\t',
  'a\tb',
  'é',
  'ü: x',
  '—',
  '😀',
  '\u0085',
  '\u2028',
  '\ufeff',
  '\u0000',
  '\r',
  'a\r\nb',
  '\n',
  '\n\n',
  'a\n',
  'a\n\n',
  'a\nb',
  '\na',
  ' a\nb',
  'a\n b',
  'a\n  \nb',
  'a\n ',
  'a\n\t\n',
  '\ta\nb',
  'a\n---\nb',
  'a\n...\n',
  '#!/bin/sh\nset -eu\n',
  'a: |\n  b\n',
  '10Gi',
  '100m',
  '10.0.0.0/8',
  '1.2.3.4',
  '1.2',
  '1.2.3',
  'http://a:1',
  '$(VAR)',
  '/bin/sh',
  '_',
  'O\n',
  'a\n\n\nb\n\n\n',
  'a'.repeat(200),
]; // prettier-ignore

const text = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...tricky) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 20 }) },
  { weight: 2, arbitrary: fc.string({ unit: fc.constantFrom(...'a1 :#-\n\t.|>"\'{}[]é0xe+_'), maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary-ascii', maxLength: 10 }) },
);
const key = text.filter((name) => name !== '__proto__');
const number = fc
  .oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))
  .map((n) => (n === 0 ? 0 : n));

const { plain } = fc.letrec<{ plain: Plain; map: Plain }>((tie) => ({
  plain: fc.oneof(
    { maxDepth: 5 },
    text,
    fc.oneof(fc.constant(null), fc.boolean(), number),
    fc.array(tie('plain'), { maxLength: 4 }),
    tie('map'),
  ),
  map: fc.dictionary(key, tie('plain'), { maxKeys: 4, noNullPrototype: true }),
}));

test('whatever JSON goes in comes out again, for readers of YAML 1.2 and 1.1', () => {
  fc.assert(
    fc.property(plain, (value) => {
      const written = yamlText({ value });
      expect(parse(written)).toEqual({ value });
      expect(parse(written, { version: '1.1' })).toEqual({ value });
    }),
    { numRuns: 3000 },
  );
});

test.each(tricky)('as a value, in a list and as a key, %j stays the text it is', (word) => {
  const value = { key: word, list: [word, [word]], map: { [word]: word, last: 1 } };
  for (const version of ['1.1', '1.2'] as const) expect(parse(yamlText(value), { version })).toEqual(value);
});

test('several objects are several documents, in the order given', () => {
  fc.assert(
    fc.property(
      fc.array(fc.dictionary(key, plain, { noNullPrototype: true }), { minLength: 1, maxLength: 4 }),
      (objects) => {
        expect(parseAllDocuments(yamlDocuments(objects as never)).map((document) => document.toJS())).toEqual(objects);
      },
    ),
    { numRuns: 200 },
  );
});

test('a script is a block that a reviewer can read', () => {
  const script = '#!/bin/sh\nset -eu\n\n# why: "quotes"\necho "$1"\n';
  expect(yamlText({ data: { 'run.sh': script } })).toBe(
    'data:\n  run.sh: |\n    #!/bin/sh\n    set -eu\n\n    # why: "quotes"\n    echo "$1"\n',
  );
});

test('apiVersion, kind and metadata lead; the rest keeps its order, and what is undefined is left out', () => {
  const object = { spec: { b: 1, a: 2 }, kind: 'Pod', data: undefined, metadata: { name: 'x' }, apiVersion: 'v1' };
  expect(yamlText(object)).toBe('apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\nspec:\n  b: 1\n  a: 2\n');
});

test('a pod is read from top to bottom: what it is, then what runs before it, then what runs, then its volumes', () => {
  const spec = { containers: [1], initContainers: [0], nodeSelector: {}, tolerations: [], volumes: [2] };
  const keys = (text: string) => [...text.matchAll(/^ *(\w+):/gm)].map(([, key]) => key);
  expect(keys(yamlText({ spec }))).toEqual([
    'spec',
    'nodeSelector',
    'tolerations',
    'initContainers',
    'containers',
    'volumes',
  ]);
  expect(keys(yamlText({ volumeMounts: 1, command: 2, livenessProbe: 3, startupProbe: 4, name: 5, ports: 6 }))).toEqual(
    ['name', 'command', 'ports', 'startupProbe', 'livenessProbe', 'volumeMounts'],
  );
  expect(keys(yamlText({ egress: 1, podSelector: 2, policyTypes: 3 }))).toEqual([
    'podSelector',
    'policyTypes',
    'egress',
  ]);
});

test('a file mode is the same number for every reader, and a comment says it in octal', () => {
  const text = yamlText({ secret: { defaultMode: 0o440 } });
  expect(text).toBe('secret:\n  defaultMode: 288 # 0440\n');
  for (const version of ['1.1', '1.2'] as const)
    expect(parse(text, { version })).toEqual({ secret: { defaultMode: 288 } });
});

test('ordinary words of manifests are not quoted', () => {
  const words = [
    'http://baker-rpc:8734',
    '--endpoint',
    '/usr/local/bin/octez-node',
    '10.0.0.0/8',
    '10Gi',
    '250m',
    'ReadWriteOncePod',
  ];
  expect(yamlText({ words })).toBe(`words:\n${words.map((word) => `  - ${word}\n`).join('')}`);
});

test('a number that JSON cannot hold is refused', () => {
  expect(() => yamlText({ a: Number.NaN })).toThrow('no NaN');
});

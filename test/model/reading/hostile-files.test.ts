import { sentence } from '../../../model/messages/problems';
import { findProblems } from '../../../model/reading/check';
import type { Edit } from '../../../model/rules/rule';
import { smallestFile } from '../../kit/bakeries';

const answers = (text: string, path = 'bakeries/smallest.yaml') =>
  findProblems([{ name: 'smallest', path, text }]).map(sentence);
const answersTo = (edits: Edit) => answers(smallestFile(edits).text);
const small = smallestFile().text;
const repeat = (count: number, part: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => part(i)).join('');

describe('every problem of a file is told in one go', () => {
  test('unknown names of one section are a problem each, on its line', () => {
    expect(answers(`${small}colour: red\nprivatNode: {}\nx: 1\n`)).toEqual([
      expect.stringMatching(/yaml:31: "colour" is not a setting here \(known/),
      expect.stringMatching(/yaml:32: "privatNode" is not a setting here; did you mean privateNode\?/),
      expect.stringMatching(/yaml:33: "x" is not a setting here/),
    ]);
  });

  test('an empty item of a list hides no other mistake, and makes none', () => {
    const found = answersTo([
      [['maintenance'], { hours: 2, exclusions: [{}] }],
      [['google', 'region'], 'nowhere'],
      [['privateNode'], { cpus: 'many' }],
    ]);
    expect(found.map((line) => line.replace(/^\S+ /, '').split(': ')[0])).toEqual([
      'google.region',
      'maintenance.hours',
      ...['name', 'from', 'to', 'scope'].map((key) => `maintenance.exclusions[0].${key}`),
      'privateNode.cpus',
    ]);
  });

  test('several wrong items of a list are told, and what is right among them is judged', () => {
    const window = { from: '2027-01-02T00:00:00Z', to: '2027-01-03T00:00:00Z', scope: 'NO_UPGRADES' };
    const exclusions = [{}, { ...window, name: 'a' }, 5, { ...window, name: 'BAD' }, {}];
    const found = answersTo([[['maintenance'], { exclusions }]]);
    const settings = found.map((line) => /exclusions\[(\d)\]/.exec(line)?.[1]);
    expect(settings).toEqual(['0', '0', '0', '0', '2', '3', '4', '4', '4', '4']);
  });
});

describe('a message is one line that moves no cursor', () => {
  const odd = '\u001b[31m\u202e\u0000\u0085\u2028';
  test.each<[string, string[]]>([
    ['a value', answersTo([[['google', 'region'], `a${odd}`]])],
    ['a name', answersTo([[[`a${odd}`], 1]])],
    ['a label', answersTo([[['google', 'labels'], { [`a${odd}`]: 'x' }]])],
    ['the name of a file', answers('', `bakeries/a${odd}.yaml`)],
    ['an alias', answers(`a: *b\u001b[31m\n`)],
    ['a directive', answers(`%A\u001b[31m\n---\na: 1\n`)],
  ])('%s', (_, found) => {
    expect(found.length).toBeGreaterThan(0);
    for (const line of found) expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
  });

  test.each([
    ['an operator', [['bringUp'], { publicRpcs: [{ operator: 'a\u001b[31m', url: 'https://a.example' }] }]],
    ['an operator over lines', [['bringUp'], { publicRpcs: [{ operator: 'a\nb', url: 'https://a.example' }] }]],
    ['a path', [['bringUp'], { publicRpcs: [{ operator: 'a', url: 'https://a.example/\u202e' }] }]],
  ] as [string, Edit[number]][])('no text setting holds letters that nobody sees: %s', (_, edit) => {
    expect(answersTo([edit]).join('\n')).toMatch(/nobody sees|is not valid/);
  });
});

test.each([
  ['no', 'liquidityBakingVote', undefined],
  ['of', 'liquidityBakingVote', 'off'],
  ['OFF', 'liquidityBakingVote', 'off'],
  ['pas', 'liquidityBakingVote', 'pass'],
  ['kns', 'custody', undefined],
  ['ksm', 'custody', 'kms'],
  ['hott', 'custody', 'hot'],
])('a short word is not taken for its contrary: %s', (value, setting, meant) => {
  const [said] = answersTo([[[setting], value]]);
  if (meant) expect(said).toContain(`did you mean ${meant}?`);
  else expect(said).not.toContain('did you mean');
});

test.each([
  ['a file in another encoding', small.replace('bakers', 'b\ufffdkers'), 'is not UTF-8; save it in that encoding'],
  ['an old version of YAML', `%YAML 1.1\n---\n${small}`, 'a line that starts with % would change how the file is read'],
  ['a directive behind comments', `# a\n\n%TAG ! x\n---\n${small}`, 'a line that starts with % would change'],
  ['a large number', `${small}privateNode: {diskGiB: 9007199254740993}\n`, 'has more than 15 digits'],
  ['a long fraction', `${small}privateNode: {cpus: 1.00000000000000001}\n`, 'has more than 15 digits'],
  ['an endless number', `${small}privateNode: {cpus: 1e999}\n`, 'is no number that can be written down'],
  ['an octal number', `${small}privateNode: {diskGiB: 0100}\n`, 'has a zero before its digits'],
  ['a name twice', `${small}dal: {}\ndal: {}\n`, 'stands twice in its section'],
  ['the name of a prototype', `${small}__proto__: {}\n`, '"__proto__" is no setting'],
  [
    'the name of a prototype among labels',
    small.replace('google:', 'google:\n  labels: {__proto__: x}'),
    '"__proto__" is no setting',
  ],
])('what would change in silence is an error: %s', (_, text, words) => {
  expect(answers(text)).toContainEqual(expect.stringContaining(words));
});

describe('what the parser objects to is said without a word of the file', () => {
  test.each([
    ['an escape', 'x: "\\Uhunter2pwX!"\n', 'behind a backslash in double quotes'],
    ['another escape', 'x: "\\uhunter2"\n', 'behind a backslash in double quotes'],
    ['a short escape', 'x: "\\xhunter2"\n', 'behind a backslash in double quotes'],
    ['an escape of one letter', 'x: "\\hunter2"\n', 'behind a backslash in double quotes'],
    ['a tag', 'x: !hunter2 y\n', 'tags (!) are not read'],
    ['a tag between marks', 'x: !<hunter2> y\n', 'tags (!) are not read'],
    ['an alias', 'x: *hunter2\n', 'YAML aliases are not read'],
    ['a header of a text', 'x: |hunter2\n  y\n', 'the file is not YAML: something stands where it cannot'],
    ['a text at a sign', 'x: @hunter2\n', 'a text begins with a letter that means something'],
    ['a second document', 'x: 1\n---\nhunter2: 1\n', 'a line --- begins a second document'],
    ['a tab', 'x:\n\thunter2: 1\n', 'a tab'],
    ['a missing quote', 'x: "hunter2\n', 'a colon, comma, dash, quote, bracket or space is missing'],
    ['a missing bracket', 'x: [hunter2\n', 'the file is not YAML'],
    ['a section behind a colon', 'x: y: hunter2\n', 'a section or list begins behind a colon'],
    ['a directive', '%hunter2\n---\nx: 1\n', 'a line that starts with %'],
  ])('%s', (_, text, words) => {
    const found = answers(text).join('\n');
    expect(found).toContain(words);
    for (let length = 4; length <= 'hunter2'.length; length++) expect(found).not.toContain('hunter2'.slice(0, length));
    expect(found).not.toMatch(/parseAllDocuments|YAML\./);
  });
});

test('a file with a byte order mark, or with the line ends of Windows, is read', () => {
  expect(answers(`\ufeff${small}`)).toEqual([]);
  expect(answers(small.replaceAll('\n', '\r\n'))).toEqual([]);
});

describe('a word of the language is a word like any other', () => {
  const words = ['constructor', 'toString', 'hasOwnProperty', 'valueOf', 'default'];
  const edits: [string, (word: string) => Edit, RegExp][] = [
    ['a setting', (word) => [[[word], {}]], /is not a setting here/],
    ['a setting of a section', (word) => [[['google', word], 'x']], /is not a setting here/],
    ['a network', (word) => [[['network'], word]], /must be one of/],
    ['a choice', (word) => [[['network'], { [word]: {} }]], /is not a setting here|is empty/],
    ['a vote', (word) => [[['liquidityBakingVote'], word]], /must be one of/],
    ['a machine', (word) => [[['cluster', 'zonal', 'baking', 'machineType'], word]], /is not a machine type/],
    ['a region', (word) => [[['google', 'region'], word]], /is not valid/],
    ['a key', (word) => [[['bakers', 0, 'publicKey'], word]], /is not a public key/],
  ];
  test.each(edits)('%s', (_, edit, expected) => {
    for (const word of words) {
      const found = answersTo(edit(word));
      expect(found[0]).toMatch(expected);
      expect(found.join('\n')).not.toContain('did you mean');
    }
  });
});

/** They took minutes, or did not end. Of the processor's time; on a busy machine two seconds are more. */
const MOST_MICROSECONDS = 6_000_000;

describe('whatever a megabyte holds, it is answered soon', () => {
  test.each([
    ['20,000 unknown names', small + repeat(20_000, (i) => `unknown${i}: 1\n`)],
    ['nested lists', `a: ${'['.repeat(490_000)}`],
    ['nested sections', `a: ${'{a: '.repeat(200_000)}`],
    ['nested dashes', `a:\n${'- '.repeat(400_000)}x\n`],
    ['steps', repeat(1300, (i) => `${' '.repeat(i)}a:\n`)],
    ['a long list', `sentries: [${'1, '.repeat(300_000)}]\n`],
    [
      'many wrong items',
      `${small}sentries:\n${repeat(100, () => `  - {name: BAD, loadBalancer: {sourceRanges: [${'x, '.repeat(250)}]}}\n`)}`,
    ],
    ['one name again and again', repeat(29_000, () => 'a: 1\n')],
    ['a long line', `${small}# ${'eyJ'.repeat(320_000)}\n`],
    ['a line of beginnings of URLs', `${small}# ${'://a:'.repeat(190_000)}\n`],
    ['a long machine type', smallestFile([[['cluster', 'zonal', 'baking', 'machineType'], 'e'.repeat(980_000)]]).text],
    [
      'a long size of a machine',
      smallestFile([[['cluster', 'zonal', 'baking', 'machineType'], `e2-${'9'.repeat(980_000)}`]]).text,
    ],
    ['a long word', smallestFile([[['liquidityBakingVote'], 'o'.repeat(980_000)]]).text],
    ['a long region', smallestFile([[['google', 'region'], `europe-west${'4'.repeat(980_000)}`]]).text],
    ['a long address', smallestFile([[['bakers', 0, 'address'], `tz1${'a'.repeat(980_000)}`]]).text],
    ['a long public key', smallestFile([[['bakers', 0, 'publicKey'], `edpk${'a'.repeat(980_000)}`]]).text],
    ['a long name', `${small}${'k'.repeat(900_000)}: 1\n`],
    [
      'hundreds of secrets in each value',
      `${small}acknowledge:\n${repeat(46, (i) => `  - "${repeat(760, (j) => `edsk${i}${'aB3'.repeat(6)}${j} `)}"\n`)}`,
    ],
    ['many secrets', small + repeat(15_000, (i) => `k${i}: edsk${String(i).padStart(50, 'a')}\n`)],
    [
      'aliases of aliases',
      `a: &a [x]\n${repeat(40, (i) => `b${i}: &b${i} [${(i ? `*b${i - 1}, ` : '*a, ').repeat(9)}]\n`)}`,
    ],
    [
      'wrong keys',
      small.replace(
        /bakers:[\s\S]*?\ncustody/,
        `bakers:\n${repeat(900, (i) => `  - {name: b${i}, address: tz1WpEr7bNfYDCoSuCGJyzKLqn64xAfdjG6V, publicKey: edpk1}\n`)}custody`,
      ),
    ],
    ['escapes that are none', `x: "${'\\q'.repeat(480_000)}"\n`],
    ['brackets in many lines', `a:\n${repeat(900, () => ` - ${'['.repeat(480)}${']'.repeat(480)}\n`)}`],
    ['braces in many lines', `a:\n${repeat(900, () => ` - ${'{'.repeat(480)}${'}'.repeat(480)}\n`)}`],
    ['brackets that close nothing', ']'.repeat(900_000)],
    ...['!t 1', '&a 1', '*a', '@a', '"a" b', "'a", '|a', 'a: b', '1#'].map((value): [string, string] => [
      `29,000 times ${value}`,
      repeat(29_000, (i) => `k${i}: ${value}\n`),
    ]),
    ...['""', '"a"', "''", '! ', '& ', '* '].map((part): [string, string] => [
      `a value of ${part}`,
      `x: ${part.repeat(300_000)}\n`,
    ]),
    ...[
      'abandon about ',
      'zoo act add zoo ',
      'only must such very then they main other cannot also once upon ',
      '0123456789abcdef',
      'aB1/',
      "'",
      '-----BEGIN ',
      '://a:',
    ].flatMap((part): [string, string][] => [
      [`long names of ${part}`, small + repeat(900, (i) => `"${part.repeat(1000 / part.length)}${i}": 1\n`)],
      [`long comments of ${part}`, small + repeat(46, () => `# ${part.repeat(19_900 / part.length)}\n`)],
    ]),
    ['tabs', repeat(29_000, (i) => `\tk${i}: 1\n`)],
    ['the line ends of an old Mac', 'a: 1\r'.repeat(180_000)],
    ['more than a megabyte', small + '#'.repeat(1_000_000)],
  ])(
    '%s',
    (_, text) => {
      const started = process.cpuUsage();
      const found = answers(text);
      const { user, system } = process.cpuUsage(started);
      expect(user + system).toBeLessThan(MOST_MICROSECONDS);
      expect(found.length).toBeLessThanOrEqual(200);
    },
    180_000,
  );
});

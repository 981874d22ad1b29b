import { sentence } from '../../../model/messages/problems';
import { findProblems } from '../../../model/reading/check';
import type { Edit } from '../../../model/rules/rule';
import { smallestFile } from '../../kit/bakeries';

const answers = (text: string) =>
  findProblems([{ name: 'smallest', path: 'bakeries/smallest.yaml', text }]).map(sentence);
const answersTo = (edits: Edit) => answers(smallestFile(edits).text);

test.each<[string, Edit, string]>([
  [
    'an unknown key is answered with the nearest one',
    [[['privatNode'], {}]],
    '"privatNode" is not a setting here; did you mean privateNode?',
  ],
  [
    'an unknown key deep inside',
    [[['google', 'ranges'], { pod: '10.0.0.0/8' }]],
    'google.ranges: "pod" is not a setting here; did you mean pods?',
  ],
  [
    'a misspelled setting, whose default would not fit the machine',
    [
      [['cluster', 'zonal', 'baking', 'machineType'], 'e2-standard-4'],
      [['baker'], { memoryGiB: 2 }],
      [['privateNode'], { memoryGib: 7 }],
    ],
    'privateNode: "memoryGib" is not a setting here; did you mean memoryGiB?',
  ],
  [
    'a missing setting',
    [[['google', 'region'], undefined]],
    'google.region: is missing; write a region, e.g. europe-west4',
  ],
  ['a missing section', [[['google'], undefined]], 'google: is missing; write a section with: project, region, state'],
  ['a missing choice', [[['custody'], undefined]], 'custody: is missing; write one of: homes, kms, hot'],
  [
    'a word that is no option',
    [[['custody'], 'hott']],
    'custody: "hott" must be one of: homes, kms, hot; did you mean hot?',
  ],
  [
    'two options at once',
    [[['custody'], { hot: { secret: 'x' }, kms: {} }]],
    'custody: holds kms and hot; keep exactly one of them',
  ],
  [
    'an option with nothing behind it',
    [[['custody'], { kms: null }]],
    'custody: has nothing behind kms: ; write the word alone: kms',
  ],
  ['a network that is gone', [[['network'], 'ghostnet']], 'network: "ghostnet" is gone; write bakingnet'],
  ['a version without quotes', [[['octez', 'node'], 25.2]], 'octez.node: 25.2 must be an Octez release in quotes'],
  [
    'a number that is too large',
    [[['privateNode'], { cpus: 1000 }]],
    'privateNode.cpus: 1000 is too large; write a number of cores from 0.25 to 64',
  ],
  [
    'a word of the wrong kind',
    [[['privateNode'], { memoryGiB: '4' }]],
    'privateNode.memoryGiB: "4" must be a number of GiB from 1 to 512',
  ],
  ['a list that is none', [[['sentries'], {}]], 'sentries: must be a list of sentries'],
  ['a flag that is none', [[['google', 'ownsProject'], 'yes']], 'google.ownsProject: "yes" must be true or false'],
  [
    'a download from a port that policies close',
    [[['bringUp'], { snapshots: [{ operator: 'x', url: 'https://snap.example:8443/{mode}' }] }]],
    'bringUp.snapshots[0].url: "https://snap.example:8443/{mode}" is not valid; write an https URL on port 443',
  ],
  ['an empty list', [[['bakers'], []]], 'bakers: must list at least 1 of bakers'],
  [
    'a wrong setting in the option that was chosen',
    [[['custody'], { hot: { secret: 'Sign_Keys' } }]],
    'custody.hot.secret: a text of 9 characters is not valid; write the name of the Kubernetes Secret',
  ],
  [
    'one zone for a regional cluster',
    [[['cluster'], { regional: { zones: ['europe-west4-a'], baking: { machineType: 'e2-standard-8' } } }]],
    'cluster.regional.zones: must list at least 2 of zones',
  ],
  [
    'the only item of a list that needs one',
    [
      [['sentries'], ['a', 'b'].map((name) => ({ name, memoryGiB: 2 }))],
      [['sentries', 0, 'loadBalancer'], { sourceRanges: ['::/0'] }],
    ],
    'sentries[0].loadBalancer.sourceRanges[0]: "::/0" is not valid; write a CIDR',
  ],
  [
    'a number that is too small and no whole one',
    [[['privateNode'], { memoryGiB: 4, diskGiB: 9.5 }]],
    'privateNode.diskGiB: 9.5 is too small',
  ],
  [
    'a word of the language itself',
    [[['network'], 'toString']],
    'network: a text of 8 characters must be one of: mainnet',
  ],
  ['a word of the language as an address', [[['bakers', 0, 'address'], 'constructor']], "is not a baker's address"],
])('%s', (_, edits, words) => {
  const [first, ...others] = answersTo(edits);
  expect(first).toContain(words);
  expect(others).toEqual([]);
});

test('every problem of a file is told in one go, with its line, in the order of the lines', () => {
  const text = smallestFile()
    .text.replace('tz1Wp', 'tz1Wq')
    .replace('region: europe-west4', 'regoin: europe-west4')
    .replace('pass', 'yes');
  const found = answers(text);
  expect(found.map((line) => line.split(': ')[1])).toEqual([
    'liquidityBakingVote',
    'bakers[0].address',
    'google.region',
    'google',
  ]);
  const lines = found.map((line) => Number(line.split(':')[1]));
  expect([...lines].sort((a, b) => a - b)).toEqual(lines);
  expect(text.split('\n')[lines[1] - 1]).toContain('address: tz1Wq');
});

test.each([
  ['a name that stands twice', 'octez:\n  node: "25.2"\n  node: "25.1"\n'],
  ['an alias', 'octez:\n  node: *release\n'],
  ['a tag', 'octez:\n  node: !!str 25.2\n'],
  ['a number that no number keeps', 'octez:\n  node: 12345678901234567890\n'],
])('%s hides no other problem, and is told once', (_, octez) => {
  const text = smallestFile()
    .text.replace(/octez:\n {2}node: "25.2"\n/, octez)
    .replace('pass', 'yes')
    .concat('maintenance:\n  hours: 2\n');
  expect(answers(text)).toEqual([
    expect.stringMatching(
      /:\d+: (the name of this setting stands twice|has more than 15 digits|YAML (aliases|tags) are not read)/,
    ),
    expect.stringContaining('liquidityBakingVote: "yes" must be'),
    expect.stringContaining('maintenance.hours: 2 is shorter'),
  ]);
});

test('every problem of every file is told in one go', () => {
  const files = ['one', 'two'].map((name) => ({
    ...smallestFile([], name),
    text: smallestFile().text.replace('pass', 'yes'),
  }));
  const found = findProblems(files).map(sentence);
  for (const name of ['one', 'two'])
    expect(
      found.some((line) => line.startsWith(`bakeries/${name}.yaml:`) && line.includes('liquidityBakingVote')),
    ).toBe(true);
});

test('what stands behind a wrong item of a list keeps its place', () => {
  const sentries = [{ name: 'BAD' }, { name: 'b', loadBalancer: { sourceRanges: ['1.2.3.4/24'] } }];
  expect(answersTo([[['sentries'], sentries]])).toEqual([
    expect.stringContaining('sentries[0].name: "BAD" is not valid'),
    expect.stringContaining('sentries[1].loadBalancer.sourceRanges[0]: "1.2.3.4/24" has bits set'),
  ]);
  const networks = [5, { name: 'all', cidr: '0.0.0.0/0' }];
  expect(answersTo([[['google', 'authorizedNetworks'], networks]])).toEqual([
    expect.stringContaining('google.authorizedNetworks[0]: 5 must be a section'),
  ]);
});

test('two options are told although one of them is wrong', () => {
  const found = answersTo([[['custody'], { homes: { device: 'x' }, hot: { secret: 'x' } }]]);
  expect(found).toContainEqual(expect.stringContaining('custody: holds homes and hot'));
});

test('a rule still speaks when another setting cannot be read', () => {
  const found = answersTo([
    [['maintenance'], { hours: 2 }],
    [['google', 'region'], undefined],
  ]);
  expect(found.some((line) => line.includes('is shorter than GKE accepts'))).toBe(true);
});

test('a rule is silent while a setting it reads cannot be read', () => {
  expect(answersTo([[['bakers', 0, 'address'], 12]])).toEqual([
    expect.stringContaining('bakers[0].address: 12 must be'),
  ]);
});

test('a file that is not YAML, or empty, says so', () => {
  expect(answers('a: [')[0]).toContain('the file is not YAML');
  expect(answers('')[0]).toContain('the file is empty; start from a copy of an example');
  expect(answers('- a')[0]).toContain('the file must be a section of settings');
  const warned = jest.spyOn(process, 'emitWarning');
  expect(answers('? [a, b]\n: c')).toEqual([expect.stringContaining('a list or a section cannot be the name')]);
  expect(warned).not.toHaveBeenCalled();
});

test('a setting of an option that has none is not one', () => {
  expect(answersTo([[['custody'], { kms: { signers: [] } }]])).toContain(
    'bakeries/smallest.yaml:11: custody.kms: "signers" is not a setting here; there is none: take it out',
  );
});

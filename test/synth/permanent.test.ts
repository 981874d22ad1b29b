import { BakeryFileError } from '../../model/messages/problems';
import type { Edit } from '../../model/rules/rule';
import { render } from '../../synth/render';
import { smallestFile } from '../kit/bakeries';

const before = new Map([
  ['smallest', linesOf(render([smallestFile()], new Map()).files.get('permanent/smallest.txt') ?? '')],
]);
const pdSsd: Edit = [[['storage'], { type: 'pd-ssd' }]];

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

function problemsOf(edits: Edit): string[] {
  try {
    return render([smallestFile(edits)], before).warnings.map(({ message }) => message);
  } catch (error) {
    if (error instanceof BakeryFileError) return error.problems.map(({ message }) => message);
    throw error;
  }
}

test('the list names claims, StatefulSets, selectors, Services, storage classes and Terraform ids', () => {
  const lines = before.get('smallest') ?? [];
  for (const word of ['claim', 'StatefulSet', 'Service', 'storage class', 'terraform google_container_cluster.']) {
    expect(lines.some((line) => line.toLowerCase().startsWith(word.toLowerCase()))).toBe(true);
  }
  expect(lines.some((line) => line.includes('app.kubernetes.io/name'))).toBe(true);
  expect([...lines].sort()).toEqual(lines);
});

test.each<[string, Edit]>([
  ['another chain', [[['network'], 'shadownet']]],
  ['another project', [[['google', 'project'], { existing: { id: 'another-project' } }]]],
  ['another state', [[['google', 'state', 'bucket'], 'another-state']]],
  ['another range', [[['google', 'ranges'], { services: '10.20.0.0/22' }]]],
  ['another history mode', [[['privateNode'], { historyMode: 'full' }]]],
])('%s stops the synthesis', (_, edits) => {
  const messages = problemsOf(edits);
  expect(messages.some((message) => message.includes('would change or vanish'))).toBe(true);
});

test('a key may come and go', () => {
  const key = {
    address: 'tz2Kk8Ej1zuULjpgv2HtnWxiPm4D1THvis1c',
    publicKey: 'sppk7ZNS9KaHKGQ5A32ZVQiqPCdhccZ7Eno6jTjUCrJS3zQyb3bGx91',
  };
  expect(problemsOf([[['bakers', 0], { name: 'baker', ...key }]])).toEqual([]);
});

test('an unchanged bakery passes', () => {
  expect(problemsOf([])).toEqual([]);
});

test('a name that would change stops the synthesis and says how to go on', () => {
  const [message] = problemsOf(pdSsd);
  expect(message).toContain('would change or vanish');
  expect(message).toContain('add under acknowledge in bakeries/smallest.yaml');
});

test('an acknowledged change passes, and is asked to be taken out once it is done', () => {
  const lines = (before.get('smallest') ?? []).filter((line) => line.includes('pd-balanced'));
  expect(lines.length).toBeGreaterThan(0);
  const acknowledge: Edit = [
    [['acknowledge'], lines.map((line) => ({ line, reason: 'faster disks, data moved by hand' }))],
  ];
  expect(problemsOf([...pdSsd, ...acknowledge])).toEqual([]);
  expect(problemsOf(acknowledge)).toEqual(lines.map(() => 'is done with, or never was a permanent name; take it out'));
});

test('a disk may grow, and never shrinks', () => {
  expect(problemsOf([[['privateNode'], { diskGiB: 300 }]])).toEqual([]);
  const edited = smallestFile([[['privateNode'], { diskGiB: 100 }]]);
  const line = edited.text.split('\n').findIndex((each) => each.includes('diskGiB')) + 1;
  expect(() => render([edited], before)).toThrow(
    new BakeryFileError([
      {
        severity: 'error',
        file: edited.path,
        line,
        setting: ['privateNode', 'diskGiB'],
        value: 100,
        message: 'would shrink the disk of baker-node-data, which no disk can; write at least 150',
      },
    ]),
  );
});

test('a new name needs no acknowledgement', () => {
  expect(problemsOf([[['dal'], {}]])).toEqual([]);
});

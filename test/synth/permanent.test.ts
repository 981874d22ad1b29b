import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BakeryFileError, sentence } from '../../model/messages/problems';
import { readPermanentFile } from '../../model/permanent-line';
import { type BakeryFile, parseBakeryFile } from '../../model/reading/bakery-file';
import { customNetwork, regionalCluster } from '../../model/rules/edits';
import type { Edit } from '../../model/rules/rule';
import { tezosNetworks } from '../../model/tezos/networks';
import { firstSynthesisProblems } from '../../synth/first-synthesis';
import { type Rendered, render } from '../../synth/render';
import type { Lists } from '../../synth/second-lives';
import { existing } from '../infra/terraform';
import { fixtureFiles, smallestFile } from '../kit/bakeries';
import { madeKey } from '../kit/made-keys';
import { changedExample } from '../kit/rendered';
import { ROOT } from '../kit/root';

/** The lists that a synthesis leaves, by bakery. */
function listsOf({ files }: Rendered): Lists {
  return new Map(
    [...files].flatMap(([path, text]) => {
      const name = /^permanent\/(.*)\.txt$/.exec(path)?.[1];
      return name === undefined ? [] : [[name, readPermanentFile(name, text) as string[]]];
    }),
  );
}

const before = listsOf(render([smallestFile()], new Map()));
const signer = ['custody', 'homes', 'signers', 0];
const pdSsd: Edit = [[['storage'], { type: 'pd-ssd' }]];

/** What is said of these files after a synthesis that left these lists. */
function messagesOf(files: readonly BakeryFile[], lists: Lists): string[] {
  try {
    return render(files, lists).warnings.map(sentence);
  } catch (error) {
    if (error instanceof BakeryFileError) return error.problems.map(sentence);
    throw error;
  }
}

/** The lists after syntheses of these files, one after the other; each must pass. */
function listsAfter(...steps: readonly (readonly BakeryFile[])[]): Lists {
  return steps.reduce<Lists>((lists, files) => listsOf(render(files, lists)), new Map());
}

function problemsOf(edits: Edit): string[] {
  try {
    return render([smallestFile(edits)], before).warnings.map(({ message }) => message);
  } catch (error) {
    if (error instanceof BakeryFileError) return error.problems.map(({ message }) => message);
    throw error;
  }
}

test('a signer that goes asks for a word that its device is off', () => {
  const [message] = problemsOf([[['custody'], { hot: { secret: 'signing-keys' } }]]).filter((each) =>
    /"signer /.test(each),
  );
  expect(message).toContain(
    'it is your word that its device is off, and stays off until no guard runs that started with it',
  );
});

test('the list names claims, StatefulSets, selectors, Services, storage classes and Terraform ids', () => {
  const lines = listsAfter([smallestFile([[['custody'], { hot: { secret: 'signing-keys' } }]])]).get('smallest') ?? [];
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
  [
    'another machine under the name of a signer',
    [[[...signer, 'sshKey'], 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGTMOWZA+unW6HOO8qqn5y8pqtnKFiqzfz4Jt1W4Q+2V']],
  ],
  ['a signer whose ssh key goes', [[[...signer, 'sshKey'], undefined]]],
  ['another name of a signer', [[[...signer, 'name'], 'attic']]],
  ['spot nodes in place of others', [[['cluster', 'zonal', 'auxiliary'], { spot: true }]]],
  ['another custody', [[['custody'], { hot: { secret: 'signing-keys' } }]]],
  ['another history mode', [[['privateNode'], { historyMode: 'full' }]]],
])('%s stops the synthesis', (_, edits) => {
  const messages = problemsOf(edits);
  expect(messages.some((message) => message.includes('would change or vanish'))).toBe(true);
});

test('what to do about another history mode is what the import asks for: no reimport where a node drops by itself', () => {
  const [said] = problemsOf([[['privateNode'], { historyMode: 'full' }]]);
  expect(said).toMatch(
    /keep less drops the rest .* for good.* for full it takes a new word in reimport .* archive an empty/,
  );
});

describe('another description of a custom network stops the synthesis, whatever its chain id', () => {
  const on = (config: object, more: object = {}) =>
    smallestFile([
      [['network'], { custom: { ...customNetwork('ushuaia'), config, bootstrapPeers: ['a.example'], ...more } }],
    ]);
  const genesis = {
    time: '2026-01-01T00:00:00Z',
    block: 'BLockGenesisGenesisGenesisGenesisGenesisFFFFFgtaC8G',
    protocol: 'PtYuensgYBb3G3x1hLLbCmcav8ue8Kyd2khADcL5LsT5R1hcXex',
  };
  const before = on({ inline: { chain_name: 'MINE "1"', genesis } });
  const gone = expect.stringContaining('the permanent name "network ');

  test.each<[string, BakeryFile, BakeryFile]>([
    ['a URL', on({ url: { url: 'https://a.example/one' } }), on({ url: { url: 'https://a.example/two' } })],
    ['an alias', on({ alias: { name: 'one' } }), on({ alias: { name: 'two' } })],
    ['an alias becomes a URL', on({ alias: { name: 'one' } }), on({ url: { url: 'https://a.example/one' } })],
    ['a chain name', before, on({ inline: { chain_name: 'OTHER', genesis } })],
    [
      'a genesis',
      before,
      on({ inline: { chain_name: 'MINE "1"', genesis: { ...genesis, time: '2026-02-01T00:00:00Z' } } }),
    ],
  ])('%s', (_, old, edited) => {
    const lists = listsAfter([old]);
    expect(messagesOf([edited], lists)).toEqual([gone]);
    expect(messagesOf([old], lists)).toEqual([]);
  });

  test('but not its peers, its providers or the order of what a config says', () => {
    const { time, block, protocol } = genesis;
    const same = {
      genesis: { protocol, block, time },
      chain_name: 'MINE "1"',
      default_bootstrap_peers: ['b.example'],
    };
    expect(messagesOf([on({ inline: same }, { bootstrapPeers: ['b.example'] })], listsAfter([before]))).toEqual([]);
  });
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
  const done = listsOf(render([smallestFile([...pdSsd, ...acknowledge])], before));
  const said = messagesOf([smallestFile([...pdSsd, ...acknowledge])], done);
  expect(said).toEqual(
    lines.map(() => expect.stringMatching(/ warning: acknowledge\[\d\]\.line: .*is done with; take it out$/)),
  );
});

test('nothing is permitted in advance: an entry whose change is not there stops the synthesis', () => {
  const lines = [...(before.get('smallest') ?? []), 'key tz1WpEr7bNfYDCoSuCGJyzKLqn64xAfdjG6V left other', 'x'];
  const early = smallestFile([[['acknowledge'], lines.map((line) => ({ line, reason: 'some day' }))]]);
  for (const lists of [before, new Map()]) {
    const said = messagesOf([early], lists);
    expect(said).toEqual(lines.map(() => expect.stringContaining('permits nothing that changes now')));
    expect(() => render([early], lists)).toThrow(BakeryFileError);
  }
});

test.each<[string, Edit, RegExp]>([
  [
    'another kind of disk',
    [[['cluster'], regionalCluster]],
    /claim smallest-baking\/baker-base-dir .*the new disk is empty/,
  ],
  [
    'another zone',
    [[['cluster', 'zonal', 'zone'], 'europe-west4-b']],
    /claim smallest-baking\/baker-base-dir .*the new disk is empty/,
  ],
  [
    'another region',
    [
      [['google', 'region'], 'europe-west1'],
      [['cluster', 'zonal', 'zone'], 'europe-west1-b'],
    ],
    /region .*another cluster has new disks/,
  ],
  ['another project', [[['google', 'project', 'existing', 'id'], 'other-project']], /project .*without watermarks/],
  ['another range', [[['google', 'ranges'], { services: '10.20.0.0/22' }]], /range .*without watermarks/],
])('%s takes the watermarks away, and the answer says what comes first', (_, edits, words) => {
  const hot: Edit = [[['custody'], { hot: { secret: 'signing-keys' } }]];
  const lists = listsAfter([smallestFile(hot)]);
  const messages = messagesOf([smallestFile([...hot, ...edits])], lists);
  expect(messages).toContainEqual(expect.stringMatching(words));
  for (const message of messages.filter((each) => /"claim \S+(-base-dir|-watermarks) /.test(each)))
    expect(message).toContain('First stop what signs, for good');
});

describe('what exists once per project', () => {
  const owns = (ownsProject: boolean): Edit => [[['google', 'ownsProject'], ownsProject]];
  const perProject: Edit = [
    [['google', 'logRetentionDays'], 90],
    [['google', 'budget'], { perMonth: 900, billingAccount: 'AAAAAA-BBBBBB-CCCCCC' }],
  ];
  const second = (edits: Edit) =>
    smallestFile([[['bakers', 0], { name: 'baker', ...madeKey('tz1', 'b') }], ...edits], 'second');
  const before = listsAfter([smallestFile([...owns(true), ...perProject]), second([])]);
  const guide = readFileSync(join(ROOT, 'docs/operating.md'), 'utf8');

  test('is handed over by the steps that each message names, which take all of it out of the state', () => {
    const messages = messagesOf([smallestFile(), second([...owns(true), ...perProject])], before);
    const types = messages.map((message) => /"terraform (google_\w+)\./.exec(message)?.[1]);
    expect([...new Set(types)].sort()).toEqual([
      'google_billing_budget',
      'google_binary_authorization_policy',
      'google_logging_project_bucket_config',
      'google_project_iam_audit_config',
    ]);
    for (const message of messages) {
      expect(message).toContain(
        'terraform state rm before any deploy; docs/operating.md, Several bakeries in one project',
      );
    }
    const [, chapter] = /\n## Several bakeries in one project\n(.*?)\n##/s.exec(guide) ?? [];
    const [, taken = ''] = /grep -E '\^google_\((.*?)\)/.exec(chapter) ?? [];
    expect(taken.split('|').map((type) => `google_${type}`)).toEqual(expect.arrayContaining(types));
  });

  test('log retention that is taken out says how the days go back', () => {
    const [message, ...others] = messagesOf([smallestFile()], listsAfter([smallestFile([perProject[0]])]));
    expect(others).toEqual([]);
    expect(message).toContain('first deploy google.logRetentionDays: 30');
  });

  test("stays with its owner when a bakery comes on somebody else's cluster, and nothing is asked", () => {
    const [policy] = (before.get('smallest') ?? []).filter((line) =>
      line.includes('google_binary_authorization_policy'),
    );
    const guest = second([...existing]);
    const files = [smallestFile([...owns(true), ...perProject]), guest];
    expect(
      messagesOf(files, listsAfter([smallestFile([...owns(true), ...perProject])])).filter((said) =>
        said.includes('permanent name'),
      ),
    ).toEqual([]);
    expect(listsAfter(files).get('smallest')).toContain(policy);
  });
});

describe('downloads that are closed', () => {
  const behindSentries: Edit = [
    [['privateNode'], { memoryGiB: 4, downloads: 'closed' }],
    [['sentries'], ['a', 'b'].map((name) => ({ name, memoryGiB: 2 }))],
  ];
  const said =
    /^bakeries\/smallest.yaml:\d+: warning: privateNode.downloads: "?closed"? lets the first start download nothing/;

  test('in a bakery that was never rendered leave it without data, which is said once', () => {
    const closed = smallestFile(behindSentries);
    expect(messagesOf([closed], new Map())).toEqual([expect.stringMatching(said)]);
    expect(messagesOf([closed], listsAfter([closed]))).toEqual([]);
  });

  test('are nothing to a node that starts from genesis, on a chain that Octez knows', () => {
    const [file] = fixtureFiles().filter(({ name }) => name === 'mainnet');
    const said = (historyMode: object) => {
      const edits: Edit = [
        [['privateNode', 'downloads'], { closed: {} }],
        [['privateNode', 'historyMode'], historyMode],
      ];
      return firstSynthesisProblems({
        file,
        bakery: changedExample('mainnet', edits),
        lineOf: parseBakeryFile(file).lineOf,
      });
    };
    expect(said({ archive: {} })).toEqual([]);
    expect(said({ full: {} })).toHaveLength(1);
  });
});

test('two zones in another order move the disks of the sentries, and are asked for', () => {
  const zones = (...names: string[]): Edit => [
    [['cluster'], { regional: { zones: names, baking: { machineType: 'e2-standard-8' } } }],
    [['sentries'], ['a', 'b'].map((name) => ({ name }))],
  ];
  const lists = listsAfter([smallestFile(zones('europe-west4-a', 'europe-west4-b'))]);
  const messages = messagesOf([smallestFile(zones('europe-west4-b', 'europe-west4-a'))], lists);
  for (const name of ['a', 'b'])
    expect(messages).toContainEqual(expect.stringContaining(`"claim smallest-baking/sentry-${name}-node-data `));
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

describe('an acknowledgement permits the one change that it names, once', () => {
  const claim = (before.get('smallest') ?? []).find((line) => line.includes('baker-node-data')) as string;
  const smaller: Edit = [[['privateNode'], { diskGiB: 100 }]];

  test('none makes a disk smaller', () => {
    const acknowledge: Edit = [[['acknowledge'], [{ line: claim, reason: 'it is too big' }]]];
    const messages = problemsOf([...smaller, ...acknowledge]);
    expect(messages).toContain('would shrink the disk of baker-node-data, which no disk can; write at least 150');
  });

  test('what permitted a change once permits no second one, and says how to go on', () => {
    const existing = (context: string): Edit => [
      [['cluster'], { existing: { context, zones: ['europe-west4-a'], baking: { machineType: 'e2-standard-8' } } }],
    ];
    const acknowledge: Edit = [[['acknowledge'], [{ line: 'context one', reason: 'shut down' }]]];
    const one = smallestFile(existing('one'));
    const two = smallestFile([...existing('two'), ...acknowledge]);
    const [message, ...others] = messagesOf([smallestFile(existing('two'))], listsAfter([one]));
    expect(message).toContain('the permanent name "context one" would change or vanish');
    expect(message).toContain('first take the bakery down in the old one, for good');
    expect(others).toEqual([]);
    expect(messagesOf([two], listsAfter([one]))).toEqual([]);
    expect(messagesOf([two], listsAfter([one], [two]))).toEqual([
      expect.stringContaining('acknowledge[0].line: "context one" is done with'),
    ]);
    const back = smallestFile([
      ...existing('one'),
      [
        ['acknowledge'],
        [
          { line: 'context one', reason: 'shut down' },
          { line: 'context two', reason: 'too' },
        ],
      ],
    ]);
    const again = listsAfter([one], [two], [two], [back]);
    expect(messagesOf([two], again)).toEqual([
      expect.stringContaining('permitted that once, and no second time: take it out, synthesize, and add it again'),
      expect.stringContaining('acknowledge[0].line: "context one" is done with'),
    ]);
    expect(messagesOf([two], listsOf(render([smallestFile(existing('one'))], again)))).toEqual([]);
  });
});

describe('a disk that went comes back as it was, or bigger: the cluster has it still', () => {
  const sentry = (diskGiB: number): Edit => [[['sentries'], [{ name: 'a', diskGiB }, { name: 'b' }]]];
  const entries = (lines: readonly string[]): Edit =>
    lines.length === 0 ? [] : [[['acknowledge'], lines.map((line) => ({ line, reason: 'no sentries for now' }))]];
  const bigger: Edit = [[['cluster', 'zonal', 'baking', 'machineType'], 'e2-standard-16']];
  const file = (...edits: Edit[]) => smallestFile([...bigger, ...edits.flat()]);
  const first = listsAfter([file(sentry(150))]);
  const own = (first.get('smallest') ?? []).filter((line) => !(before.get('smallest') ?? []).includes(line));
  const claim = own.find((line) => line.startsWith('claim ') && line.includes('-a-')) as string;
  const without = listsOf(render([file(entries(own))], first));
  const forgotten = listsOf(render([file()], without));

  test('with less it is refused, at the setting, also after a while', () => {
    expect(claim).toContain('at-least=150Gi');
    expect(forgotten.get('smallest')).toContain(`former ${claim}`);
    const [message, ...others] = messagesOf([file(sentry(100))], listsOf(render([file()], forgotten)));
    expect(message).toMatch(/sentries\[0\]\.diskGiB: 100 does not fit the disk that /);
    expect(message).toContain('or, when you have deleted it in the cluster');
    expect(message).toContain(`{line: "former ${claim}", reason: ...}`);
    expect(others).toEqual([]);
  });

  test('in another zone it is refused', () => {
    const elsewhere = claim.replace('zone=europe-west4-a', 'zone=europe-west4-b');
    const lines = (forgotten.get('smallest') ?? []).map((line) => line.replace(claim, elsewhere));
    expect(messagesOf([file(sentry(150))], new Map([['smallest', lines]]))).toEqual([
      expect.stringContaining(`{line: "former ${elsewhere}", reason: ...}`),
    ]);
  });

  test('as it was, or bigger, it passes, and is what counts from then on', () => {
    for (const size of [150, 200]) {
      const again = listsOf(render([file(sentry(size))], forgotten));
      expect(again.get('smallest')?.filter((line) => line.startsWith('former claim'))).toEqual([]);
      expect(messagesOf([file(sentry(140))], again)).toEqual([expect.stringContaining('would shrink the disk')]);
    }
  });

  test('when it was deleted, an entry says so, once', () => {
    const entry = entries([`former ${claim}`]);
    const again = listsOf(render([file(sentry(100), entry)], forgotten));
    expect(again.get('smallest')?.filter((line) => line.startsWith('former claim'))).toEqual([]);
    expect(messagesOf([file(sentry(100))], again)).toEqual([]);
  });
});

describe('a key has no second life that nobody acknowledged', () => {
  const [k1, k2, k3] = ['one', 'two', 'three'].map((seed) => madeKey('tz2', seed));
  const project = (id: string): Edit => [[['google', 'project'], { existing: { id: `project-of-${id}` } }]];
  const baker = (key: object): Edit => [[['bakers', 0], { name: 'baker', ...key }]];
  const says = (...lines: string[]): Edit =>
    lines.length === 0 ? [] : [[['acknowledge'], lines.map((line) => ({ line, reason: 'stopped' }))]];
  const file = (name: string, key: object, ...more: Edit[]) =>
    smallestFile([...project(name), ...baker(key), ...more.flat()], name);
  const withOther: Edit = [
    [['bakers', 1], { name: 'other', ...k2 }],
    [[...signer, 'device'], 'software'],
    [[...signer, 'keys', 1], 'other'],
  ];
  const left = (key: { address: string }, name: string) => `key ${key.address} left ${name}`;
  const asks = (lines: string[]) => lines.map((line) => expect.stringContaining(`{line: "${line}", reason: ...}`));

  test('it moves to a new bakery', () => {
    const lists = listsAfter([file('a', k1)]);
    const [message] = messagesOf([file('a', k2), file('c', k1)], lists);
    expect(message).toMatch(
      /^bakeries\/c\.yaml:\d+: bakers\[0\]\.address: "tz2\w+" is, or was, the key of the bakery a /,
    );
    expect(message).toContain('without the old watermarks');
    expect(message).toContain(`{line: "${left(k1, 'a')}", reason: ...}`);
    expect(messagesOf([file('a', k2), file('c', k1, says(left(k1, 'a')))], lists)).toEqual([]);
  });

  test('it moves as a consensus key too', () => {
    const lists = listsAfter([file('a', k1)]);
    const asConsensus: Edit = [[['bakers', 0, 'consensusKey'], k1]];
    expect(messagesOf([file('a', k2), file('c', k3, asConsensus)], lists)).toEqual(asks([left(k1, 'a')]));
  });

  test('two bakeries swap their keys, or their file names', () => {
    const lists = listsAfter([file('a', k1), file('c', k2)]);
    expect(messagesOf([file('a', k2), file('c', k1)], lists)).toEqual(asks([left(k2, 'c'), left(k1, 'a')]));
    const swapped = [file('a', k2, says(left(k2, 'c'))), file('c', k1, says(left(k1, 'a')))];
    expect(messagesOf(swapped, lists)).toEqual([]);
    expect(messagesOf([file('a', k1), file('c', k2)], listsOf(render(swapped, lists)))).toEqual(
      asks([left(k1, 'c'), left(k2, 'a')]),
    );
  });

  test('it is taken out first, and given to another later', () => {
    const lists = listsAfter([file('a', k1)], [file('a', k2)], [file('a', k2)]);
    expect(lists.get('a')).toContain(`former key ${k1.address}`);
    expect(messagesOf([file('a', k2), file('c', k1)], lists)).toEqual(asks([left(k1, 'a')]));
    expect(messagesOf([file('a', k1)], lists)).toEqual([]); // its own disks know it
    const moved = listsOf(render([file('a', k2), file('c', k1, says(left(k1, 'a')))], lists));
    expect(moved.get('a')).not.toContain(`former key ${k1.address}`);
    expect(messagesOf([file('a', k1), file('c', k3)], moved)).toEqual(asks([left(k1, 'c')]));
  });

  test('its bakery goes first, and another gets it later', () => {
    const lists = listsAfter([file('a', k1), file('c', k2)], [file('c', k2)], [file('c', k2)]);
    expect(messagesOf([file('b', k1), file('c', k2)], lists)).toEqual(asks([left(k1, 'a')]));
    expect(messagesOf([file('c', k1)], lists)).toEqual(asks([left(k1, 'a')]));
    const taken = listsOf(render([file('c', k1, says(left(k1, 'a')))], lists));
    expect([...taken.keys()]).toEqual(['c']);
    expect(messagesOf([file('c', k1, says(left(k1, 'a')))], taken)).toEqual([
      expect.stringMatching(/acknowledge\[0\]\.line: .* is done with/),
    ]);
  });

  test('a bakery that comes back under its old name has its old list', () => {
    const existing = (context: string): Edit => [
      [['cluster'], { existing: { context, zones: ['europe-west4-a'], baking: { machineType: 'e2-standard-8' } } }],
    ];
    const lists = listsAfter([file('a', k1, existing('one')), file('c', k2)], [file('c', k2)]);
    expect(messagesOf([file('a', k1, existing('one')), file('c', k2)], lists)).toEqual([]);
    expect(messagesOf([file('a', k1, existing('two')), file('c', k2)], lists)).toEqual(asks(['context one']));
  });

  test('an acknowledgement is of one key of one bakery', () => {
    const lists = listsAfter([file('a', k1), file('b', k2)]);
    const both = withOther;
    const c = file('c', k1, both, says(left(k1, 'a')));
    const messages = messagesOf([file('a', k3), file('b', madeKey('tz2', 'four')), c], lists);
    expect(messages).toEqual(asks([left(k2, 'b')]));
  });

  test('one key on two chains is two lives, until a chain is left', () => {
    const shadow: Edit = [[['network'], 'shadownet']];
    const lists = listsAfter([file('a', k1)]);
    expect(messagesOf([file('a', k1), file('c', k1, shadow)], lists)).toEqual([]);
    const chain = lists.get('a')?.find((line) => line.startsWith('chain ')) as string;
    const moved = listsOf(render([file('a', k1, shadow, says(chain))], lists));
    expect(messagesOf([file('a', k1, shadow), file('c', k1)], moved)).toEqual(asks([left(k1, 'a')]));
  });

  test('of a bakery that is gone each key is acknowledged by itself', () => {
    const both = (...more: Edit[]) => file('c', k1, withOther, ...more);
    const lists = listsAfter([file('a', k1, withOther), file('c', k3)], [file('c', k3)]);
    expect(messagesOf([both()], lists)).toEqual(asks([left(k1, 'a'), left(k2, 'a')]));
    expect(messagesOf([both(says(left(k1, 'a')))], lists)).toEqual(asks([left(k2, 'a')]));
    expect(messagesOf([both(says(left(k1, 'a'), left(k2, 'a')))], lists)).toEqual([]);
  });

  describe('a bakery comes to a chain where another has, or had, its key', () => {
    const on = (network: string): Edit => [[['network'], network]];
    const [here, there] = [on('bakingnet'), on('shadownet')];
    const [chainHere, chainThere] = ['bakingnet', 'shadownet'].map((name) => `chain ${tezosNetworks[name].chainId}`);
    const two = [file('a', k1, here), file('c', k1, there)];
    const c = (...more: Edit[]) => file('c', k1, here, says(chainThere), ...more);
    const asked = asks([left(k1, 'a')]);

    test.each<[string, Lists, readonly BakeryFile[]]>([
      ['which gets another key', listsAfter(two), [file('a', k2, here), c()]],
      ['which got another key before', listsAfter(two, [file('a', k2, here), two[1]]), [file('a', k2, here), c()]],
      ['which is gone', listsAfter(two, [two[1]]), [c()]],
      ['which goes at once', listsAfter(two), [c()]],
    ])('%s', (_, lists, files) => {
      expect(messagesOf(files, lists)).toEqual(asked);
      const acknowledged = file('c', k1, here, says(chainThere, left(k1, 'a')));
      expect(messagesOf([...files.slice(0, -1), acknowledged], lists)).toEqual([]);
    });

    test('and both swap their chains', () => {
      const swapped = [file('a', k1, there, says(chainHere)), c()];
      expect(messagesOf(swapped, listsAfter(two))).toEqual(asks([left(k1, 'c'), left(k1, 'a')]));
    });

    test('and back to one of its own, where its key signed elsewhere meanwhile', () => {
      const apart = [file('c', k1, there, says(chainHere)), file('a', k1, here)];
      const lists = listsAfter([file('c', k1, here)], [apart[0]], [file('c', k1, there)]);
      const meanwhile = listsOf(render([file('c', k1, there), file('a', k1, here, says(left(k1, 'c')))], lists));
      expect(messagesOf([file('a', k2, here), c()], meanwhile)).toEqual(asked);
    });
  });

  test('a hot key whose baker gets another name: the Secret changes with it', () => {
    const hot: Edit = [[['custody'], { hot: { secret: 'signing-keys' } }]];
    const renamed: Edit = [[['bakers', 0, 'name'], 'alice']];
    const line = `alias baker ${k1.address}`;
    const lists = listsAfter([file('a', k1, hot)]);
    const [message, ...others] = messagesOf([file('a', k1, hot, renamed)], lists);
    expect(message).toContain(`{line: "${line}", reason: ...}`);
    expect(message).toContain('the Secret must have the key under its new alias, and under no other');
    expect(others).toEqual([]);
    expect(messagesOf([file('a', k1, hot, renamed, says(line))], lists)).toEqual([]);
    expect(messagesOf([file('a', k2, hot)], lists)).toEqual([]); // the alias goes with its key
    const away = listsOf(render([file('a', k2, hot)], lists));
    expect(messagesOf([file('a', k1, hot, renamed)], away)).toEqual([message]); // and comes back with it
    expect(messagesOf([file('a', k1, hot)], away)).toEqual([]);
    const back = listsOf(render([file('a', k1, hot, renamed, says(line))], away));
    expect(messagesOf([file('a', k1, hot, renamed)], back)).toEqual([]);
    const atHome: Edit = [...renamed, [[...signer, 'keys', 0], 'alice']];
    expect(messagesOf([file('a', k1, atHome)], listsAfter([file('a', k1)]))).toEqual([]); // no Secret knows it
  });
});

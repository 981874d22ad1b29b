import type { Bakery } from '../../model/bakery';
import type { Edit } from '../../model/rules/rule';
import { summary } from '../../synth/summary';
import { smallest } from '../kit/bakeries';
import { changedExample } from '../kit/rendered';

const zones = ['europe-west4-a', 'europe-west4-b'];
const existing = (count: 1 | 2): Edit => [
  [
    ['cluster'],
    { existing: { context: 'theirs', zones: zones.slice(0, count), baking: { machineType: 'e2-standard-8' } } },
  ],
];
const created: Edit = [
  [
    ['google', 'project'],
    { create: { id: 'made-project', billingAccount: '012345-6789AB-CDEF01', parent: { folder: { id: '42' } } } },
  ],
];

const printed = (...bakeries: Bakery[]) =>
  summary({ bakeries, warnings: [], files: new Map(), remembering: new Map() }, { written: [], removed: [] });
const takeovers = (...bakeries: Bakery[]) =>
  printed(...bakeries)
    .split('\n')
    .filter((line) => line.includes('takes over'))
    .map((line) => line.trim());

describe('a project that was there before', () => {
  test('is told what becomes of it', () => {
    expect(takeovers(smallest())).toEqual([
      'the stack takes over in project smallest-project: the Binary Authorization policy (only listed images run), the audit logs (iam, cloudkms, secretmanager, sts), the default service accounts (they lose the role Editor, now and in every later deploy), vulnerability scans of every image that is pushed or mirrored ($0.26 each)',
    ]);
  });

  test("keeps what a cluster of somebody else's in it may need", () => {
    expect(takeovers(smallest(existing(1)))).toEqual([
      'the stack takes over in project smallest-project: the audit logs (iam, cloudkms, secretmanager, sts), vulnerability scans of every image that is pushed or mirrored ($0.26 each)',
    ]);
    const guest = changedExample('bakingnet', [
      ...existing(1),
      [['google', 'project', 'existing', 'id'], 'smallest-project'],
    ]);
    const owner = smallest();
    expect(takeovers(owner, Object.assign(guest, { ownsProject: false }))).toEqual([
      'the stack takes over in project smallest-project: the Binary Authorization policy (only listed images run), the audit logs (iam, cloudkms, secretmanager, sts), vulnerability scans of every image that is pushed or mirrored ($0.26 each)',
    ]);
  });

  test('is not told of a stack that makes its own', () => {
    expect(takeovers(smallest(created))).toEqual([]);
  });
});

describe("a cluster of somebody else's", () => {
  const taint = 'out-of-service taint';
  const disks = 'nodes in europe-west4-a and europe-west4-b that take regional persistent disks: E2, N1, N2 or N2D';

  test('in two zones must take regional disks, and has nobody but a person when a zone is lost', () => {
    const text = printed(changedExample('mainnet', existing(2)));
    expect(text).toContain('a baking pool with label and NoSchedule taint tezos-bakery/pool=mainnet-baking,');
    expect(text).toContain('untainted nodes with label tezos-bakery/pool=mainnet-auxiliary');
    expect(text).toContain(disks);
    expect(text).toContain(taint);
  });

  test('with a key in it, leaves that to the runbook', () => {
    const text = printed(
      changedExample('mainnet', [...existing(2), [['custody'], { hot: { secret: 'signing-keys' } }]]),
    );
    expect(text).toContain(disks);
    expect(text).not.toContain(taint);
  });

  test('must let its nodes pull the images', () => {
    const text = printed(changedExample('bakingnet', existing(1)));
    expect(text).toContain('bakingnet-baking@example-bakery-test.iam.gserviceaccount.com');
    expect(text).toContain('roles/artifactregistry.reader');
    expect(printed(changedExample('bakingnet'))).not.toContain('artifactregistry.reader');
  });

  test('with load balancers must be new enough to make them', () => {
    const wanted = 'GKE 1.33.1-gke.1779000 or newer';
    expect(printed(changedExample('mainnet', existing(2)))).toContain(wanted);
    expect(printed(changedExample('bakingnet', existing(1)))).not.toContain(wanted); // it publishes nothing
    expect(printed(changedExample('mainnet'))).not.toContain(wanted);
  });

  test('in one zone has neither, as has a cluster of our own', () => {
    for (const bakery of [changedExample('bakingnet', existing(1)), changedExample('mainnet')]) {
      expect(printed(bakery)).not.toMatch(/regional persistent disks|out-of-service/);
    }
  });
});

describe('signers at home', () => {
  const signers = ['custody', 'homes', 'signers'];
  const said = (edits: Edit) =>
    printed(changedExample('mainnet', edits))
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => /^(one|the) signer/.test(line));
  const second = { ...changedExample('bakingnet').settings.bakers[0], name: 'bob' };

  test('two for each key are what is meant, and other custody has none: nothing is said', () => {
    expect(said([])).toEqual([]);
    expect(said([[['custody'], 'kms']])).toEqual([]);
  });

  test('one that is alone is told of', () => {
    expect(said([[signers, changedExample('mainnet').settings.custody.homes!.signers.slice(0, 1)]])).toEqual([
      'one signer: when it is gone, nothing signs',
    ]);
  });

  test('one that is alone with the keys of a baker is told of, though there are others', () => {
    const apart: Edit = [
      [['bakers', 1], second],
      [[...signers, 1, 'keys'], ['bob']],
    ];
    expect(said(apart)).toEqual([
      'one signer for example: when attic is gone, it signs nothing',
      'one signer for bob: when cellar is gone, it signs nothing',
    ]);
  });

  test('one that is away is named, with the reason, and counts for nothing', () => {
    expect(said([[[...signers, 0, 'away'], 'being repaired']])).toEqual([
      'the signer attic is away (being repaired): its device stays off until the line is out and one guard runs',
      'one signer: when it is gone, nothing signs',
    ]);
  });
});

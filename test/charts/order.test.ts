import type { Bakery } from '../../model/bakery';
import { customNetwork } from '../../model/rules/edits';
import type { Edit } from '../../model/rules/rule';
import { madeKey } from '../kit/made-keys';
import { changedExample, manifestsOf } from '../kit/rendered';

/** What the kubelet runs, and what it mounts there. */
function podsOf(bakery: Bakery) {
  const run = manifestsOf(bakery).filter(({ kind }) => ['StatefulSet', 'ConfigMap'].includes(kind));
  return new Map(run.map((manifest) => [`${manifest.kind} ${manifest.metadata.name}`, manifest]));
}

/** Renders with the items of a list in one order and in the other. */
function expectSamePods(example: string, [path, items]: Edit[number], edits: Edit = []) {
  const there = podsOf(changedExample(example, [...edits, [path, items]]));
  const back = podsOf(changedExample(example, [...edits, [path, [...(items as unknown[])].reverse()]]));
  expect(back).toEqual(there);
}

const bakers = ['carl', 'anna', 'berta'].map((name) => ({
  name,
  ...madeKey('tz1', name),
  consensusKey: madeKey('tz1', `${name}-consensus`),
}));

test.each(['mainnet', 'bakingnet', 'carthagenet'])('another order of the bakers changes no pod: %s', (example) => {
  expectSamePods(example, [['bakers'], bakers]);
});

test('another order of sentries that say their zone changes no pod', () => {
  const sentries = ['b', 'a', 'c'].map((name, i) => ({
    ...changedExample('mainnet').settings.sentries[0],
    name,
    zone: `europe-west4-${'aba'[i]}`,
  }));
  expectSamePods('mainnet', [['sentries'], sentries]);
});

test('another order of the peers of a custom network changes no pod', () => {
  const custom: Edit = [
    [['network'], { custom: { ...customNetwork('ushuaia'), dalBootstrapPeers: [], snapshots: [], publicRpcs: [] } }],
  ];
  expectSamePods(
    'bakingnet',
    [
      ['network', 'custom', 'bootstrapPeers'],
      ['b.example', 'a.example'],
    ],
    custom,
  );
});

test('another order of the public nodes that confirm a snapshot changes no pod', () => {
  const publicRpcs = [
    { operator: 'One', url: 'https://rpc.one.example' },
    { operator: 'ONE', url: 'https://other.one.example' },
    { operator: 'Two', url: 'https://rpc.two.example' },
  ];
  expectSamePods('bakingnet', [['bringUp', 'publicRpcs'], [...publicRpcs].reverse()], [[['bringUp'], { publicRpcs }]]);
});

test('another order of the keys of an inline config changes no pod', () => {
  const bakery = (inline: object) =>
    changedExample('bakingnet', [[['network'], { custom: { ...customNetwork('ushuaia'), config: { inline } } }]]);
  const there = podsOf(bakery({ genesis: { block: 'B', protocol: 'P' }, chain_name: 'X', list: [2, 1] }));
  const back = podsOf(bakery({ list: [2, 1], chain_name: 'X', genesis: { protocol: 'P', block: 'B' } }));
  expect(back).toEqual(there);
  expect(podsOf(bakery({ genesis: { block: 'B', protocol: 'P' }, chain_name: 'X', list: [1, 2] }))).not.toEqual(there);
});

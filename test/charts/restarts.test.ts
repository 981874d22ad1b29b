import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../../charts/objects/kube-object';
import type { Edit } from '../../model/rules/rule';
import { importTold } from '../kit/import-told';
import { changedExample, find, manifestsOf } from '../kit/rendered';
import { ROOT } from '../kit/root';

/** Every script that runs when a pod starts. */
const scripts = readdirSync(join(ROOT, 'charts'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.sh') && !path.endsWith('run-dal-node.sh')) // which runs as long as its pod
  .map((path) => join(ROOT, 'charts', path));

/** The objects of a bakery, were each script longer by that line. */
function withLine(line: string, name: string): Manifest[] {
  let manifests: Manifest[] = [];
  jest.isolateModules(() => {
    for (const path of scripts)
      jest.doMock(path, () => ({ __esModule: true, default: `${readFileSync(path, 'utf8')}${line}` }));
    const rendered = require('../kit/rendered') as typeof import('../kit/rendered');
    manifests = rendered.manifestsOf(rendered.changedExample(name));
  });
  return manifests;
}

const ofKind = (manifests: readonly Manifest[], kind: string) => manifests.filter((each) => each.kind === kind);
const names = (manifests: readonly Manifest[]) => manifests.map(({ metadata }) => metadata.name);

describe.each(['mainnet', 'bakingnet', 'carthagenet'])('%s', (name) => {
  const [before, after] = [withLine('', name), withLine('# a comment\n', name)];

  test('another comment in a script restarts nothing', () => {
    expect(ofKind(after, 'StatefulSet')).toEqual(ofKind(before, 'StatefulSet'));
  });

  test('the next start runs the new script: each pod mounts its whole folder, which the kubelet keeps up to date', () => {
    const changed = ofKind(after, 'ConfigMap').filter((map) => {
      return JSON.stringify(map) !== JSON.stringify(find(before, 'ConfigMap', map.metadata.name));
    });
    expect(names(changed).length).toBeGreaterThan(0);
    for (const map of names(changed)) {
      const pods = ofKind(after, 'StatefulSet').map(({ spec }: any) => spec.template.spec);
      const users = pods.filter(({ volumes = [] }) => volumes.some(({ configMap }: any) => configMap?.name === map));
      expect(users.length).toBeGreaterThan(0);
      const mounts = users.flatMap(({ initContainers, containers }) => [...initContainers, ...containers]);
      // A file that is mounted by itself stays as it was for as long as the pod lives.
      const single = mounts.flatMap(({ volumeMounts }) => volumeMounts).filter((mount) => mount.name === map);
      expect(single.filter(({ subPath }) => subPath !== undefined)).toEqual([]);
    }
  });

  test('no container that stays has a script of the start: it would run an old one for ever', () => {
    for (const { spec } of ofKind(after, 'StatefulSet') as any[]) {
      for (const { volumeMounts = [] } of spec.template.spec.containers)
        for (const { name: map } of volumeMounts.filter((mount: any) => mount.name.endsWith('-scripts')))
          expect(find(after, 'ConfigMap', map)).toEqual(find(before, 'ConfigMap', map));
    }
  });
});

describe('what an import alone reads restarts nothing', () => {
  const mainnet = (edits: Edit = []) => manifestsOf(changedExample('mainnet', edits));
  const before = mainnet();
  const restarted = (after: readonly Manifest[]) =>
    names(
      ofKind(after, 'StatefulSet').filter(
        (set) => JSON.stringify(set) !== JSON.stringify(find(before, 'StatefulSet', set.metadata.name)),
      ),
    );
  const hostile = `It's "a" \`touch x\` \\ $HOME; exit 1`;
  const provider = { operator: hostile, url: 'https://snapshots.example/{mode}' };
  const witness = { operator: 'Me', url: 'https://rpc.example' };

  test.each<[string, Edit]>([
    ['another provider of snapshots', [[['bringUp', 'snapshots'], [provider]]]],
    [
      'another public node',
      [
        [
          ['bringUp', 'publicRpcs'],
          [witness, { ...witness, url: 'https://b.example' }],
        ],
      ],
    ],
    ['a pinned block', [[['bringUp', 'block'], { hash: 'BLockGenesisGenesisGenesisGenesisGenesisf79b5d1CoW2' }]]],
  ])('%s', (_, edits) => {
    const after = mainnet(edits);
    expect(restarted(after)).toEqual([]);
    for (const name of ['sentry-a', 'sentry-b', 'baker'])
      expect(importTold(after, name)).not.toEqual(importTold(before, name)); // the next import has it
  });

  test('more cycles at a sentry restart that sentry alone, and the private node knows of them at its next import', () => {
    const after = mainnet(
      [0, 1].map((i) => [['sentries', i, 'historyMode'], { rolling: { additionalCycles: 9 } }] as const),
    );
    expect(restarted(after)).toEqual(['sentry-a', 'sentry-b']);
    expect(importTold(after, 'baker').KEPT_SECONDS).toBe(String(10 * 86_400));
  });

  test('another description of a custom network, which a node takes over with an import alone', () => {
    const custom = (inline: object) =>
      mainnet([
        [
          ['network'],
          {
            custom: {
              name: 'own',
              chainId: 'NetXXWAHLEvre9b',
              protocol: 'ushuaia',
              bootstrapPeers: ['p.example.org'],
              config: { inline },
            },
          },
        ],
      ]);
    const [once, then] = [custom({ chain_name: 'OWN' }), custom({ chain_name: 'OWN', user_activated_upgrades: [] })];
    expect(ofKind(then, 'StatefulSet')).toEqual(ofKind(once, 'StatefulSet'));
    expect(find(then, 'ConfigMap', 'octez-scripts').data['network.json']).toContain('user_activated_upgrades');
  });

  test('a new word in reimport restarts the node that it is for', () => {
    expect(restarted(mainnet([[['sentries', 1, 'reimport'], 'july']]))).toEqual(['sentry-b']);
    expect(restarted(mainnet([[['privateNode', 'reimport'], 'july']]))).toEqual(['baker']);
  });

  test('names reach the import as they are, whatever stands in them', () => {
    const after = mainnet([[['bringUp', 'snapshots'], [provider]]]);
    expect(importTold(after, 'baker').PROVIDERS).toBe(`https://snapshots.example/rolling ${hostile}\n`);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../../charts/objects/kube-object';
import { find } from '../kit/rendered';
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
      const users = pods.filter(({ volumes }) => volumes.some(({ configMap }: any) => configMap?.name === map));
      expect(users.length).toBeGreaterThan(0);
      const mounts = users.flatMap(({ initContainers, containers }) => [...initContainers, ...containers]);
      // A file that is mounted by itself stays as it was for as long as the pod lives.
      const single = mounts.flatMap(({ volumeMounts }) => volumeMounts).filter((mount) => mount.name === map);
      expect(single.filter(({ subPath }) => subPath !== undefined)).toEqual([]);
    }
  });

  test('no container that stays has a script of the start: it would run an old one for ever', () => {
    for (const { spec } of ofKind(after, 'StatefulSet') as any[]) {
      for (const { volumeMounts } of spec.template.spec.containers)
        for (const { name: map } of volumeMounts.filter((mount: any) => mount.name.endsWith('-scripts')))
          expect(find(after, 'ConfigMap', map)).toEqual(find(before, 'ConfigMap', map));
    }
  });
});

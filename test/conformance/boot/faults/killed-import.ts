import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../cluster/processes';
import type { Scene } from '../scene';
import type { Fault, Seen } from './fault';
import { imported, markerOf, nothingHalfDone, peerIdOf, privateNodeImports } from './import-state';

/** Killed once while it downloads and once while the node imports; the node has data meanwhile. */
export const killedImport: Fault = {
  name: 'an import that is killed half way starts again cleanly, and the data stays until the new one is complete',
  word: 'killed-import',
  fits: privateNodeImports,
  seconds: 30,
  async run(scene) {
    const before = markerOf(scene);
    const peerId = peerIdOf(scene);
    const edit = [slowProvider(scene), [['privateNode', 'reimport'], 'killed']] as const;
    await scene.applyEdited(edit, 'baker');
    const seen = await killedTwice(scene, () => {
      if (markerOf(scene) !== before || !existsSync(join(volumeOf(scene), 'data')))
        throw new Error('the data was dropped, with room for both, before the new state was complete');
    });
    if (peerIdOf(scene) !== peerId) throw new Error('the node has another identity than before the import');
    await scene.restore();
    return seen;
  },
};

/** On a disk that holds nothing: first nobody has a snapshot, then it is killed twice. */
export const killedFirstImport: Fault = {
  name: 'a first import without a usable provider leaves the volume empty; killed half way it starts again cleanly',
  word: 'killed-first-import',
  fits: privateNodeImports,
  seconds: 38,
  async run(scene) {
    await scene.scale('baker', 0);
    const volume = volumeOf(scene);
    for (const name of readdirSync(volume)) rmSync(join(volume, name), { recursive: true });
    await scene.applyEdited([[['bringUp', 'snapshots'], [scene.outside.snapshotAt('down')]]], 'baker');
    const said = async () => (await scene.log('baker', 'import')).includes('import: the volume holds no data');
    await until('the import gives up', 60, said);
    await nothingHalfDone(scene);
    const neverHeldData = () => {
      const held = readdirSync(volume).filter((name) => name !== 'import');
      if (held.length > 0) throw new Error(`before an import was complete the volume held ${held.join(', ')}`);
    };
    neverHeldData();
    await scene.scale('baker', 0); // what only an import reads restarts no pod
    await scene.applyEdited([slowProvider(scene)], 'baker');
    const seen = await killedTwice(scene, neverHeldData);
    await scene.restore();
    return seen;
  },
};

const slowProvider = ({ outside }: Scene) => [['bringUp', 'snapshots'], [outside.snapshotAt('slow')]] as const;

const volumeOf = (scene: Scene) => join(scene.disk('baker-node-data'), 'node');

/** `check`: what must hold after each kill. */
async function killedTwice(scene: Scene, check: () => void): Promise<Seen> {
  const volume = volumeOf(scene);
  const snapshot = join(volume, 'import/snapshot');
  await killOnce(scene, 'half a snapshot', () => existsSync(snapshot) && statSync(snapshot).size > 0);
  check();
  await killOnce(scene, 'half a store', () => existsSync(join(volume, 'import/data/store')));
  check();
  await imported(scene);
  if (existsSync(join(volume, 'import'))) throw new Error('what the killed imports had begun is still there');
  if (!markerOf(scene).includes(scene.outside.snapshotAt('slow').url))
    throw new Error(`the marker says: ${markerOf(scene)}`);
  const { status } = await scene.pod('baker');
  const { restartCount, lastState } = status.initContainerStatuses.find(({ name }: any) => name === 'import');
  const { reason, exitCode } = lastState.terminated;
  if (exitCode !== 137) throw new Error(`the import ended with ${exitCode}, and was to be killed`);
  return {
    status: `import: restarted ${restartCount} times, the last time ${reason} with exit code ${exitCode}`,
    log: (await scene.log('baker', 'import')).split('\n').at(-1),
  };
}

/** Kills the import as soon as the volume shows that it is half way, and waits for the next one. */
async function killOnce(scene: Scene, what: string, isHalfWay: () => boolean): Promise<void> {
  const runs = async () => {
    const { status } = await scene.pod('baker');
    return status.initContainerStatuses?.find(({ name }: any) => name === 'import')?.restartCount ?? 0;
  };
  const before = await runs();
  await until(`the volume holds ${what}`, 60, async () => isHalfWay());
  await scene.nodes.kill(await scene.pod('baker'), 'import');
  await until(`the import starts again after a kill with ${what}`, 60, async () => (await runs()) > before);
}

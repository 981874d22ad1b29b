import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../cluster/processes';
import type { Scene } from '../scene';
import type { Fault } from './fault';
import { imported, markerOf, privateNodeImports } from './import-state';

/** Killed once while it downloads and once while the node imports. */
export const killedImport: Fault = {
  name: 'an import that is killed half way starts again cleanly',
  word: 'killed-import',
  fits: privateNodeImports,
  seconds: 30,
  async run(scene) {
    const volume = join(scene.disk('baker-node-data'), 'node');
    const edit = [
      [['bringUp', 'snapshots'], [scene.outside.snapshotAt('slow')]],
      [['privateNode', 'reimport'], 'killed'],
    ] as const;
    const before = markerOf(scene);
    await scene.applyEdited(edit, 'baker');
    const snapshot = join(volume, 'import/snapshot');
    await killOnce(scene, 'half a snapshot', () => existsSync(snapshot) && statSync(snapshot).size > 0);
    if (!existsSync(join(volume, 'data'))) throw new Error('the data was dropped before the snapshot was verified');
    await killOnce(scene, 'half a store', () => existsSync(join(volume, 'import/data/store')));
    if (markerOf(scene) !== before || !existsSync(join(volume, 'data')))
      throw new Error('the data was dropped, with room for both, before the new state was complete');
    await imported(scene);
    if (existsSync(join(volume, 'import'))) throw new Error('what the killed imports had begun is still there');
    if (!markerOf(scene).includes(scene.outside.snapshotAt('slow').url))
      throw new Error(`the marker says: ${markerOf(scene)}`);
    const { status } = await scene.pod('baker');
    const { restartCount, lastState } = status.initContainerStatuses.find(({ name }: any) => name === 'import');
    const { reason, exitCode } = lastState.terminated;
    const log = (await scene.log('baker', 'import')).split('\n').at(-1);
    await scene.restore();
    return {
      status: `import: restarted ${restartCount} times, the last time ${reason} with exit code ${exitCode}`,
      log,
    };
  },
};

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

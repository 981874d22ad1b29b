import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../cluster/processes';
import type { Fault } from './fault';

/** The node gets a SIGKILL when half a block is on its disk. */
export const tornWrite: Fault = {
  name: 'a node that is killed in the middle of a write comes back by itself, without an import',
  word: 'torn-write',
  fits: () => true,
  seconds: 20,
  async run(scene) {
    const { head } = await scene.outside.evidence();
    const begin = Date.now();
    const torn = join(scene.disk('baker-node-data'), 'node/data/store/torn');
    // It stops with half a block written, and is killed there; the order reaches it as blocks do.
    await scene.outside.control({ nodeFaults: [{ node: nodeOf(scene.bakery), stopsWriting: head + 4 }] });
    await until('half a block is on the disk', 60, async () => existsSync(torn));
    await scene.nodes.kill(await scene.pod('baker'), 'node');
    const log = await until('the node repairs its store', 60, async () => {
      const lines = (await scene.log('baker', 'node', begin)).split('\n');
      return lines.find((line) => line.includes('restoring consistency'));
    });
    await scene.outside.control({ nodeFaults: [] });
    if (await scene.log('baker', 'import', begin)) throw new Error('the import ran again');
    const status = await until('the pod says that the node was killed', 30, async () => {
      const { containerStatuses } = (await scene.pod('baker')).status;
      const { lastState, restartCount } = containerStatuses.find(({ name }: any) => name === 'node');
      const { reason, exitCode } = lastState.terminated ?? {};
      return exitCode === 137 && `node: restarted ${restartCount} times, ${reason} with exit code ${exitCode}`;
    });
    return { status, log };
  },
};

const nodeOf = ({ settings }: Parameters<Fault['fits']>[0]) => (settings.sentries.length > 0 ? 'private' : 'public');

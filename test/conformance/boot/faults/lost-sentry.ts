import { until } from '../../cluster/processes';
import type { Scene } from '../scene';
import { nodeRpc } from '../whose-peers';
import type { Fault } from './fault';

/** One sentry is gone, and then the baker starts anew. */
export const lostSentry: Fault = {
  name: 'one sentry is gone and the baker restarts: it still bakes',
  word: 'lost-sentry',
  fits: ({ settings }) => settings.sentries.length > 1,
  seconds: 34,
  async run(scene) {
    const gone = scene.nodeWorkloads.at(-1)!;
    const peers = async (): Promise<number> => (await nodeRpc(scene, 'baker', '/network/connections')).length;
    const all = scene.nodeWorkloads.length - 1;
    await until('the private node has all sentries for peers', 60, async () => (await peers()) === all);
    await scene.scale(gone, 0);
    await scene.deletePod('baker');
    await until('the baker is Ready', 90, () => scene.isReady('baker'));
    await scene.bakesOn();
    const fewer = await peers();
    if (fewer !== all - 1) throw new Error(`the private node had ${all} peers, and has ${fewer} without ${gone}`);
    const metric = await connectionsMetric(scene, fewer);
    const status = await scene.line('baker');
    await scene.scale(gone, 1);
    await until(`the private node dials ${gone} again`, 180, async () => (await peers()) === all);
    return {
      status: `${status}; peers of the private node: ${all}, ${fewer} without ${gone}, then ${all} again`,
      metric,
    };
  },
};

/** What Prometheus would be told; releases without metrics tell it nothing. */
async function connectionsMetric(scene: Scene, wanted: number): Promise<string | undefined> {
  if (!scene.bakery.releases.node.hasMetricsServer) return undefined;
  const name = 'octez_p2p_connections_active';
  const value = await scene.metric('baker', name);
  if (value !== wanted) throw new Error(`${name} of the private node is ${value}, not ${wanted}`);
  return `${name} of the private node: ${value}`;
}

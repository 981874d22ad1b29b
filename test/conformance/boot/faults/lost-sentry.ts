import { until } from '../../cluster/processes';
import type { Fault } from './fault';

/** One sentry is gone, and then the baker starts anew. */
export const lostSentry: Fault = {
  name: 'one sentry is gone and the baker restarts: it still bakes',
  word: 'lost-sentry',
  fits: ({ settings, releases }) => settings.sentries.length > 1 && releases.node.hasIsBootstrappedRpc,
  async run(scene) {
    const gone = `sentry-${scene.bakery.settings.sentries.at(-1)!.name}`;
    const scale = scene.path(`statefulsets/${gone}/scale`, 'apis/apps/v1');
    await scene.api.patch(scale, { spec: { replicas: 0 } });
    await until(`${gone} is gone`, 60, async () => (await scene.pod(gone).catch(() => undefined)) === undefined);
    await scene.deletePod('baker');
    await until('the baker is Ready', 90, () => scene.isReady('baker'));
    await scene.bakesOn();
    const name = 'octez_p2p_connections_active';
    const peers = await scene.metric('baker', name);
    await scene.api.patch(scale, { spec: { replicas: 1 } });
    await until(
      'the private node dials the lost sentry again',
      90,
      async () => (await scene.metric('baker', name)) === 2,
    );
    return { metric: `${name} of the private node: ${peers}, then 2` };
  },
};

import { sleep } from '../../cluster/processes';
import type { Fault } from './fault';

const seconds = 60;

/** Nobody can change anything for a minute, nor ask. */
export const lostApiServer: Fault = {
  name: 'the API server goes away for a minute: no vote is missed, nothing restarts',
  word: 'lost-api-server',
  hitsAll: true,
  fits: ({ settings, releases }) => settings.sentries.length > 1 && releases.node.hasIsBootstrappedRpc,
  async run(scene) {
    const before = [...(await scene.restarts())].join('\n');
    let levels: [number, number] = [0, 0];
    await scene.cluster.withoutApiServer(async () => {
      const { head: first } = await scene.outside.evidence();
      await sleep(seconds * 1000);
      const { head: last } = await scene.outside.evidence();
      levels = [first, last];
    });
    const [first, last] = levels;
    const voted = await scene.votedLevels();
    // A vote for the last head may be on its way.
    const missed = Array.from({ length: last - first }, (_, i) => first + i).filter((level) => !voted.has(level));
    if (missed.length > 0) throw new Error(`no vote for levels ${missed.join(', ')}`);
    if (last - first < 5) throw new Error(`the chain made no blocks meanwhile: ${first} to ${last}`);
    await scene.nodes.areReadyAgain();
    const after = [...(await scene.restarts())].join('\n');
    if (after !== before) throw new Error(`restarted, before:\n${before}\nafter:\n${after}`);
    return { status: `kubectl: connection refused; votes for levels ${first} to ${last - 1}, all of them` };
  },
};

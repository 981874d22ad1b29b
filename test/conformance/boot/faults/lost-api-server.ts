import { sleep } from '../../cluster/processes';
import { votesOf } from '../baking';
import type { Scene } from '../scene';
import type { Fault } from './fault';

const seconds = 60;

/** Nobody can change anything for a minute, nor ask. */
export const lostApiServer: Fault = {
  name: 'the API server goes away for a minute: no vote is missed, nothing restarts',
  word: 'lost-api-server',
  hitsAll: true,
  fits: ({ settings, releases }) => settings.sentries.length > 1 && releases.node.hasIsBootstrappedRpc,
  seconds: 74,
  async run(scene, { beside }) {
    const scenes = [scene, ...beside];
    const before = await restartsOf(scenes);
    let [said, first, last] = ['', 0, 0];
    await scene.cluster.withoutApiServer(async () => {
      first = (await scene.outside.evidence()).head;
      const { status, stderr } = await scene.cluster.kubectl(['get', 'pods']);
      if (status === 0) throw new Error('the API server still answers');
      said = stderr.trim().split('\n').at(-1) ?? '';
      await sleep(seconds * 1000);
      last = (await scene.outside.evidence()).head;
    });
    if (last - first < 10) throw new Error(`the chain made no blocks meanwhile: ${first} to ${last}`);
    await everyoneVoted(scene, { first, last });
    await scene.nodes.areReadyAgain();
    const after = await restartsOf(scenes);
    if (after !== before) throw new Error(`restarted, before:\n${before}\nafter:\n${after}`);
    return { status: said, log: `votes for each of the levels ${first} to ${last - 1}` };
  },
};

async function restartsOf(scenes: readonly Scene[]): Promise<string> {
  const maps = await Promise.all(scenes.map((scene) => scene.restarts()));
  return maps.flatMap((map) => [...map]).join('\n');
}

/** A vote for the last head may be on its way. */
async function everyoneVoted(scene: Scene, { first, last }: { first: number; last: number }): Promise<void> {
  const voted = await votesOf(scene.outside);
  const levels = Array.from({ length: last - first }, (_, i) => first + i);
  const turns = scene.bakery.settings.bakers.flatMap(({ address }) => levels.map((level) => `${level} ${address}`));
  const missed = turns.filter((turn) => !voted.has(turn));
  if (missed.length > 0) throw new Error(`no vote: ${missed.join(', ')}`);
}

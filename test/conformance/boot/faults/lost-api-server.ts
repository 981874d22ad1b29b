import { sleep } from '../../cluster/processes';
import { missedNothing, type Span } from '../baking';
import type { Scene } from '../scene';
import type { Fault } from './fault';

const seconds = 60;

/** Nobody can change anything for a minute, nor ask. */
export const lostApiServer: Fault = {
  name: 'the API server goes away for a minute: every bakery bakes and votes on every block, nothing restarts',
  word: 'lost-api-server',
  hitsAll: true,
  fits: () => true,
  seconds: 74,
  async run(scene, { beside }) {
    const scenes = [scene, ...beside];
    const before = scenes.map((each) => each.starts());
    let [said, spans]: [string, Span[]] = ['', []];
    await scene.cluster.withoutApiServer(async () => {
      const first = await headsOf(scenes);
      const { status, stderr } = await scene.cluster.kubectl(['get', 'pods']);
      if (status === 0) throw new Error('the API server still answers');
      said = stderr.trim().split('\n').at(-1) ?? '';
      await sleep(seconds * 1000);
      const last = await headsOf(scenes);
      spans = scenes.map((_, i) => ({ first: first[i]!, last: last[i]! }));
    });
    await Promise.all(scenes.map((each, i) => bakedMeanwhile(each, spans[i]!)));
    await scene.nodes.areReadyAgain();
    for (const [i, each] of scenes.entries()) each.nothingStarted(before[i]!);
    const levels = spans.map(
      ({ first, last }, i) => `${scenes[i]!.bakery.name}: each level from ${first} to ${last - 1}`,
    );
    console.log(`  votes that reached the network meanwhile: ${levels.join('; ')}`);
    return { status: said };
  },
};

const headsOf = (scenes: readonly Scene[]) =>
  Promise.all(scenes.map(async ({ outside }) => (await outside.evidence()).head));

async function bakedMeanwhile({ bakery, outside }: Scene, span: Span): Promise<void> {
  const { first, last } = span;
  if (last - first < 10) throw new Error(`the chain of ${bakery.name} made few blocks meanwhile: ${first} to ${last}`);
  const addresses = bakery.settings.bakers.map(({ address }) => address);
  await missedNothing(outside, addresses, span).catch((error: Error) => {
    throw new Error(`${bakery.name}: ${error.message}`);
  });
}

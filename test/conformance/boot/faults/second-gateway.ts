import { until } from '../../cluster/processes';
import { everySignerServes, GATEWAY, guardStatus, openedAnew, startedAnew, votesBy } from '../guard-view';
import { dialIn, doorOf } from '../homes-of-bakery';
import type { Scene } from '../scene';
import type { Fault } from './fault';
import { votesAgain } from './votes-after';

/** Somebody starts a second gateway by hand, and the machines at home find it, one after the other. */
export const secondGateway: Fault = {
  name: 'a second gateway is started by hand: it signs when every signer has come to it, the first one says that it is outbid, and nothing is signed twice',
  word: 'second-gateway',
  fits: ({ signers }) => signers.length > 1,
  seconds: 64,
  async run(scene) {
    await everySignerServes(scene);
    const begin = Date.now();
    const second = `${GATEWAY}-1`;
    await openedAnew(scene, second, () => attachAll(scene, second));
    const log = await comesBack(scene, begin);
    await votesBy(scene, second); // of two requests one comes there: the Service leads to both
    const status = `${await scene.line(GATEWAY)}: outbid; ${second}: open`;
    // What the operator does then: one gateway is left, and it is not the one that was outbid.
    const { floor } = await startedAnew(scene, `${GATEWAY}-0`, async () => {
      await scene.scale(GATEWAY, 1);
      await scene.deletePod(GATEWAY);
      await dialIn(scene);
    });
    await votesAgain(scene, floor, 0);
    return { status, log };
  },
};

/** Starts it, and brings every machine at home to it; the first gateway runs on. */
async function attachAll(scene: Scene, second: string): Promise<void> {
  await scene.scale(GATEWAY, 2);
  const host = await until('the second gateway answers', 60, async () => {
    await guardStatus(scene, second);
    return (await scene.api.get(scene.path(`pods/${second}`))).status.podIP as string;
  });
  for (const [index, home] of scene.homes.entries()) {
    await home.dial({ ...(await doorOf(scene, home.name)), host });
    const { phase } = await until(`${home.name} listens to the second gateway`, 60, async () => {
      const status = await guardStatus(scene, second);
      return status.signers.some(({ name, hasAnswered }: any) => name === home.name && hasAnswered) && status;
    });
    if (index === 0 && phase === 'open') throw new Error('it opened before every signer had answered');
  }
}

/** One machine dials the first gateway again, which hears of the second one by it; answers what it then says. */
async function comesBack(scene: Scene, begin: number): Promise<string> {
  const [home] = scene.homes;
  const host = (await scene.pod(GATEWAY)).status.podIP;
  await home!.dial({ ...(await doorOf(scene, home!.name)), host });
  await until('the first gateway knows', 60, async () => (await guardStatus(scene)).phase === 'outbid');
  const said = (await scene.log(GATEWAY, 'guard', begin)).split('\n');
  const log = said.find((line) => line.includes('delete this pod'));
  if (!log) throw new Error(`the first gateway does not say what to do:\n${said.join('\n')}`);
  return log;
}

import { until } from '../../cluster/processes';
import { everySignerServes, GATEWAY, guardMetricBecomes, signerThatSigns } from '../guard-view';
import { doorOf } from '../homes-of-bakery';
import type { Fault } from './fault';
import { votesAgain } from './votes-after';

/** What was on its way over the line is lost, and what waits behind it. */
const GRACE_BLOCKS = 3;
/** While the dead session of before still hangs. */
const BACK_SECONDS = 5;

/** One of the lines of the signer that signs is cut, and comes back. */
export const cutUplink: Fault = {
  name: 'one line of a signer at home is cut: it is reached over the other one, and over both 5 s after it dials again',
  word: 'cut-uplink',
  fits: ({ signers }) => signers.some(({ uplinks }) => uplinks.length > 1),
  seconds: 24, // more than of dead-signer, so that it comes before it: a failover would have to be waited out
  async run(scene) {
    const home = scene.homes.find(({ uplinks }) => uplinks.length > 1)!;
    const [cut, other] = home.uplinks;
    await everySignerServes(scene);
    // After a failover the preferred one waits for a minute.
    await until(`${home.name} signs`, 90, async () => (await signerThatSigns(scene)) === home);
    const begin = Date.now();
    const { head } = await scene.outside.evidence();
    await cut!.unplug();
    const labels = { signer: home.name, uplink: cut!.name };
    const metric = await guardMetricBecomes(scene, 0, 'uplinkUp', labels);
    const votes = await votesAgain(scene, head, GRACE_BLOCKS);
    await guardMetricBecomes(scene, 1, 'uplinkUp', { ...labels, uplink: other!.name });
    const said = (await scene.log(GATEWAY, 'guard', begin)).split('\n');
    const again = Date.now();
    await cut!.comeBack(await doorOf(scene, home.name));
    await guardMetricBecomes(scene, 1, 'uplinkUp', labels);
    const seconds = (Date.now() - again) / 1000;
    if (seconds > BACK_SECONDS) throw new Error(`${cut!.name} was back after ${seconds} s`);
    return {
      status: `${(await signerThatSigns(scene)).name} signs; votes: ${votes}; back after ${seconds.toFixed(1)} s`,
      log: said.find((line) => line.includes('not signed')),
      metric,
    };
  },
};

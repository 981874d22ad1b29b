import { everySignerServes, GATEWAY, guardMetricBecomes, signerThatSigns } from '../guard-view';
import { doorOf } from '../homes-of-bakery';
import type { Fault } from './fault';
import { votesAgain } from './votes-after';

/** 18 s of mainnet's. */
const FAILOVER_BLOCKS = 3;

/** The power of the machine at home that signs is gone. */
export const deadSigner: Fault = {
  name: 'the signer at home that signs dies: within three blocks the other one signs, and nothing twice',
  word: 'dead-signer',
  fits: ({ signers }) => signers.length > 1,
  seconds: 22,
  async run(scene) {
    await everySignerServes(scene);
    const dead = await signerThatSigns(scene);
    const begin = Date.now();
    const { head } = await scene.outside.evidence();
    await dead.die();
    const votes = await votesAgain(scene, head, FAILOVER_BLOCKS);
    const other = await signerThatSigns(scene);
    if (other === dead) throw new Error(`${dead.name} still signs`);
    const [uplink] = dead.uplinks;
    const metric = await guardMetricBecomes(scene, 0, 'uplinkUp', { signer: dead.name, uplink: uplink!.name });
    const said = (await scene.log(GATEWAY, 'guard', begin)).split('\n');
    await dead.start(await doorOf(scene, dead.name));
    await everySignerServes(scene);
    return {
      status: `${other.name} signs in place of ${dead.name}; votes: ${votes}`,
      log: said.find((line) => line.includes('not signed')),
      metric,
    };
  },
};

import {
  everySignerServes,
  GATEWAY,
  guardMetricBecomes,
  guardStatus,
  signerThatSigns,
  startedAnew,
} from '../guard-view';
import { doorOf } from '../homes-of-bakery';
import type { Fault } from './fault';
import { votesAgain } from './votes-after';

/** Between the head and the floor of a guard that opens on a fresh head, with one for a head that comes meanwhile. */
const FLOOR_AHEAD = 4;

/** The gateway's pod is deleted, as by a drain, while one of the machines at home is off. */
export const deletedGateway: Fault = {
  name: 'the gateway pod is deleted while a signer is off: the next one needs no person, and signs from four levels above the head on',
  word: 'deleted-gateway',
  fits: ({ signers }) => signers.length > 1,
  seconds: 58,
  async run(scene) {
    await everySignerServes(scene);
    const signs = await signerThatSigns(scene);
    const off = scene.homes.find((home) => home !== signs)!;
    await off.die();
    await guardMetricBecomes(scene, 0, 'uplinkUp', { signer: off.name, uplink: off.uplinks[0]!.name });
    const { head: before } = await scene.outside.evidence();
    const { floor, head } = await startedAnew(scene, `${GATEWAY}-0`, () => scene.deletePod(GATEWAY));
    if (floor > head + FLOOR_AHEAD) throw new Error(`the floor is ${floor}, at a head of ${head}`);
    const { waitsFor } = await guardStatus(scene);
    if (waitsFor.join() !== off.name) throw new Error(`it waits for ${waitsFor.join(', ')}, not for ${off.name} alone`);
    const metric = await guardMetricBecomes(scene, 1, 'phase', { phase: 'open' });
    const votes = await votesAgain(scene, before, floor - before);
    const log = (await scene.log(GATEWAY, 'guard')).split('\n').find((line) => line.includes('the guard is open'));
    await off.start(await doorOf(scene, off.name));
    await everySignerServes(scene);
    return {
      status: `${await scene.line(GATEWAY)}; opened without ${off.name}; floor ${floor}; votes: ${votes}`,
      log,
      metric,
    };
  },
};

import { everySignerServes, guardMetricBecomes } from '../guard-view';
import { doorOf } from '../homes-of-bakery';
import type { Fault } from './fault';

const ALERT = { name: 'NoUsableSigner', severity: 'page' } as const;

/** The power is gone at every home: nobody can sign any more, and a person must know. */
export const noSigner: Fault = {
  name: 'the power is gone at every home: it signs again once they are back',
  word: 'no-signer',
  alert: ALERT,
  fits: ({ signers, settings }) =>
    signers.length > 0 &&
    (settings.monitoring.own?.receivers ?? []).some(({ severities }) => severities.includes('page')),
  seconds: 40,
  async run(scene) {
    await everySignerServes(scene);
    const begin = Date.now();
    await Promise.all(scene.homes.map((home) => home.die()));
    const metrics = await Promise.all(
      scene.homes.map(({ name, uplinks }) =>
        guardMetricBecomes(scene, 0, 'uplinkUp', { signer: name, uplink: uplinks[0]!.name }),
      ),
    );
    await scene.people.hearOf(ALERT, begin);
    for (const home of scene.homes) await home.start(await doorOf(scene, home.name));
    await everySignerServes(scene);
    return { metric: metrics.join('; ') };
  },
};

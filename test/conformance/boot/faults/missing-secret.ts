import { until } from '../../cluster/processes';
import type { Fault } from './fault';

/** The Secret is gone when the signer starts. */
export const missingSecret: Fault = {
  name: 'a Secret is missing: the pod waits and says which one',
  word: 'missing-secret',
  fits: ({ settings }) => settings.custody.hot !== undefined,
  seconds: 11,
  async run(scene) {
    const name = scene.bakery.settings.custody.hot!.secret;
    const path = scene.path(`secrets/${name}`);
    const { data } = await scene.api.get(path);
    await scene.api.delete(path);
    try {
      await scene.deletePod('signer-gateway');
      const event = await until(`an event names the Secret ${name}`, 60, async () =>
        (await scene.events('signer-gateway')).find((line) => line.includes(`secret "${name}" not found`)),
      );
      return { event, status: await scene.line('signer-gateway') };
    } finally {
      await scene.api.create(scene.path('secrets'), { metadata: { name }, data });
    }
  },
};

import { sleep, until } from '../../cluster/processes';
import type { Fault } from './fault';

/** Longer than the 50 s after which a head is old, and than the two probes that then have to fail. */
const seconds = 72;
/** Longer than the three minutes after which a node that does not answer is restarted. */
const longSeconds = 240;

/** Nobody bakes any more: nothing that a restart of all nodes would mend. */
export const haltedChain: Fault = {
  name: 'the chain halts: nodes are not Ready, nothing restarts, and it bakes again when the chain goes on',
  word: 'halted-chain',
  fits: ({ settings, releases }) => settings.sentries.length > 0 && releases.node.hasIsBootstrappedRpc,
  seconds: 76,
  async run(scene, { long }) {
    const before = [...(await scene.restarts())].join('\n');
    await scene.outside.control({ halt: true });
    const begin = Date.now();
    const [, sentry = ''] = scene.nodeWorkloads;
    for (const workload of scene.nodeWorkloads) {
      await until(`${workload} is not Ready`, 100, async () => !(await scene.isReady(workload)));
    }
    await sleep(Math.max(0, (long ? longSeconds : seconds) * 1000 - (Date.now() - begin)));
    const after = [...(await scene.restarts())].join('\n');
    if (after !== before) throw new Error(`restarted, before:\n${before}\nafter:\n${after}`);
    const events = await Promise.all(scene.nodeWorkloads.map((workload) => scene.events(workload, begin)));
    const failing = events.flat().filter((line) => line.includes('Liveness probe failed'));
    if (failing.length > 0) throw new Error(failing.join('\n'));
    const name = 'octez_validator_chain_synchronisation_status';
    const status = await scene.metric(sentry, name);
    const event = await until('the event says why it is not Ready', 30, async () =>
      (await scene.events(sentry, begin)).find((line) => line.includes('"stuck"')),
    );
    await scene.outside.control({ halt: false });
    return { event, metric: `${name} of ${sentry}: ${status}` };
  },
};

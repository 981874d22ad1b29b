import { sleep, until } from '../../cluster/processes';
import type { Scene } from '../scene';
import type { Fault } from './fault';

/** Longer than the 50 s after which a head is old, and than the two probes that then have to fail. */
const seconds = 72;
/** Longer than the three minutes after which a node that does not answer is restarted. */
const longSeconds = 240;

/** Nobody bakes any more: nothing that a restart of all nodes would mend. */
export const haltedChain: Fault = {
  name: 'the chain halts: nodes are not Ready, nothing restarts, and it bakes again when the chain goes on',
  word: 'halted-chain',
  alert: { name: 'HeadStandsStill', severity: 'page' },
  fits: ({ settings, releases }) => settings.sentries.length > 0 && releases.node.hasIsBootstrappedRpc,
  seconds: 76,
  async run(scene, { long }) {
    const before = scene.starts();
    await scene.outside.control({ halt: true });
    const begin = Date.now();
    for (const workload of scene.nodeWorkloads) {
      await until(`${workload} is not Ready`, 100, async () => !(await scene.isReady(workload)));
    }
    await sleep(Math.max(0, (long ? longSeconds : seconds) * 1000 - (Date.now() - begin)));
    scene.nothingStarted(before);
    await nothingWillRestart(scene, begin);
    const seen = await Promise.all(scene.nodeWorkloads.map((workload) => stoppedNode(scene, workload, begin)));
    await scene.outside.control({ halt: false });
    const [event, metric] = [seen.map((each) => each.event).join('\n'), seen.map((each) => each.metric).join('\n')];
    return { event, metric };
  },
};

/** With one peer wanted a node cannot tell a halt from being alone (octez.md 3.2): the private one is unsynced. */
const statusOf = (workload: string) =>
  workload === 'baker' ? { word: 'unsynced', metric: 0 } : { word: 'stuck', metric: 2 };

/** A pod is restarted minutes after its first failed liveness probe, which an event tells at once. */
async function nothingWillRestart(scene: Scene, since: number): Promise<void> {
  const failing = (await scene.allEvents(since)).filter((line) => line.includes('Liveness probe failed'));
  if (failing.length > 0) throw new Error(failing.join('\n'));
}

/** What it says about itself. */
async function stoppedNode(scene: Scene, workload: string, since: number): Promise<{ event: string; metric: string }> {
  const status = statusOf(workload);
  const event = await until(`the event says that ${workload} is ${status.word}`, 30, async () =>
    (await scene.events(workload, since)).find((line) => line.includes(`"${status.word}"`)),
  );
  const name = 'octez_validator_chain_synchronisation_status';
  const value = await scene.metric(workload, name);
  if (value !== status.metric) throw new Error(`${name} of ${workload} is ${value}, not ${status.metric}`);
  return { event: `${workload}: ${event}`, metric: `${name} of ${workload}: ${value}` };
}

import { rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../cluster/processes';
import { run } from '../../tools/run';
import { PrometheusView } from '../prometheus-view';
import type { Scene } from '../scene';
import type { Fault, Seen } from './fault';
import { markerOf, privateNodeImports } from './import-state';

/** The claim of the private node's disk. */
const DISK = 'baker-node-data';

/** Not a byte is left on the private node's disk, for a while. */
export const fullVolume: Fault = {
  name: 'the volume is full: node, import and an alert say so, and the node goes on from its data once there is room',
  word: 'full-volume',
  fits: privateNodeImports,
  seconds: 45,
  async run(scene) {
    const marker = markerOf(scene);
    const disk = scene.disk(DISK);
    const filler = join(disk, 'filler');
    const begin = { at: Date.now(), starts: startsOfNode(scene) };
    let seen: Seen;
    try {
      await fill(disk, filler);
      seen = { ...(await endOfNode(scene, begin)), alert: await saysThatItIsFull(scene) };
      await scene.applyEdited([[['privateNode', 'reimport'], 'full-volume']], 'baker');
      const full = 'the volume is full (0 MiB left): raise diskGiB';
      await until(`the import says: ${full}`, 60, async () => (await scene.log('baker', 'import')).includes(full));
    } finally {
      rmSync(filler, { force: true });
      await scene.restore();
    }
    await until('the node is Ready again', 120, () => scene.isReady('baker'));
    if (markerOf(scene) !== marker) throw new Error(`it imported again: ${markerOf(scene)}`);
    return seen;
  },
};

/** By what the kubelet tells of the disk; of a bakery that watches itself. */
async function saysThatItIsFull(scene: Scene): Promise<string | undefined> {
  if (!scene.bakery.has('prometheus')) return undefined;
  const view = new PrometheusView(scene);
  return until('VolumeFull fires', 90, async () => {
    const alerts = await view.alerts();
    const full = alerts.find(
      ({ name, isFiring, labels }) => name === 'VolumeFull' && isFiring && labels.persistentvolumeclaim === DISK,
    );
    return full && `${full.name} of ${DISK} fires`;
  });
}

/** Blocks are reserved, not written: the disk's file on this machine stays small. What a reservation leaves is written. */
async function fill(disk: string, filler: string): Promise<void> {
  const { bavail, bsize } = statfsSync(disk);
  await run('fallocate', ['--length', String(bavail * bsize), filler]);
  await run('dd', ['if=/dev/zero', `of=${filler}`, 'bs=4096', 'oflag=append', 'conv=notrunc']);
  const left = statfsSync(disk).bavail;
  if (left > 0) throw new Error(`${left} blocks of ${disk} are still free`);
}

const startsOfNode = (scene: Scene) => [...scene.starts()].filter((line) => /^baker-0_[^/]+\/node\//.test(line)).join();

async function endOfNode(scene: Scene, begin: { at: number; starts: string }): Promise<Seen> {
  const [metric] = await Promise.all([
    until('its metrics do not answer', 90, () => unansweredMetrics(scene)),
    until('the node ends', 90, async () => startsOfNode(scene) !== begin.starts),
  ]);
  const text = await scene.log('baker', 'node', begin.at);
  const log = text.split('\n').find((line) => line.includes('ENOSPC'));
  if (!log) throw new Error(`the node does not say why:\n${text}`);
  // The kubelet tells it a little later than its log does.
  const { exitCode } = await until('the pod says how its node ended', 60, async () => {
    const { status } = await scene.pod('baker');
    const node = status.containerStatuses.find(({ name }: any) => name === 'node');
    return node.state.terminated ?? node.lastState.terminated;
  });
  if (exitCode !== 126) throw new Error(`the node ended with ${exitCode}`);
  return {
    status: `${await scene.line('baker')}; exit code ${exitCode}`,
    log,
    metric,
  };
}

/** What Prometheus would be told: nobody listens. */
const unansweredMetrics = (scene: Scene) =>
  scene.metric('baker', 'octez_version').then(
    () => '',
    (error: Error) =>
      /refused|container not found|not running/i.test(error.message) && `none of the private node's: ${error.message}`,
  );

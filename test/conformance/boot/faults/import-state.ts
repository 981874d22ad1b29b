import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bakery } from '../../../../model/bakery';
import { until } from '../../cluster/processes';
import type { Scene } from '../scene';

/** Whether the private node has a first state to import. */
export function privateNodeImports({ settings, network, releases }: Bakery): boolean {
  const snapshots = settings.bringUp.snapshots ?? network.snapshots;
  return snapshots.length > 0 && !settings.privateNode.historyMode.archive && releases.node.hasSnapshotInfo;
}

/** What the import has written down about itself. */
export function markerOf(scene: Scene): string {
  return readFileSync(join(scene.disk('baker-node-data'), 'node/imported'), 'utf8');
}

/** Who the private node is for its peers. */
export function peerIdOf(scene: Scene): string {
  return JSON.parse(readFileSync(join(scene.disk('baker-node-data'), 'node/data/identity.json'), 'utf8')).peer_id;
}

/** Waits until an import has cleaned up after itself: it has given up, and the kubelet has not started the next one yet. */
export async function nothingHalfDone(scene: Scene): Promise<void> {
  const folder = join(scene.disk('baker-node-data'), 'node/import');
  await until('no half import is on the volume', 30, async () => !existsSync(folder));
}

/** Waits until the import of the present pod has done its work. */
export async function imported(scene: Scene): Promise<void> {
  await until('the import is done', 90, async () =>
    (await scene.log('baker', 'import')).includes("the node's first state is in place"),
  );
}

/** Everything on the private node's volume that is no part of an import under way: names, kinds, owners, modes, bytes. */
export function volumeHash(scene: Scene): string {
  const folder = join(scene.disk('baker-node-data'), 'node');
  const hash = createHash('sha256');
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  for (const path of paths.filter((each) => !`${each}/`.startsWith(join(folder, 'import/'))).sort()) {
    const { mode, uid, gid } = lstatSync(path);
    hash.update(`${path} ${mode} ${uid} ${gid}\0`);
    if (lstatSync(path).isFile()) hash.update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex');
}

import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** No disk has what lies here; in a pod and at home it is an emptyDir and /run. */
const MEMORY = '/dev/shm';
const PREFIX = 'tezos-bakery-signing-';

/**
 * A folder that goes with this process, and that other users may pass through: an sshd that is not root's finds its
 * files there. Those of processes that were killed are removed.
 */
export function memoryFolder(): string {
  for (const name of readdirSync(MEMORY).filter((each) => each.startsWith(PREFIX))) {
    if (!existsSync(`/proc/${name.slice(PREFIX.length)}`)) rmSync(join(MEMORY, name), { recursive: true, force: true });
  }
  const folder = join(MEMORY, `${PREFIX}${process.pid}`);
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o711);
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

/**
 * A lock that dies with its process, as the real ones (octez.md 3.5, 5). Node has no flock: the program `flock` takes it
 * on the file that it inherits from us, so the lock stays when that program ends and goes when our descriptor does.
 */
export function tryLock(path: string): boolean {
  return takeLock(path) !== undefined;
}

/** The function that gives the lock back, undefined where another process holds it. */
export function takeLock(path: string): (() => void) | undefined {
  const descriptor = openSync(path, 'a+', 0o600);
  const { status, error } = spawnSync('flock', ['-n', '-x', '3'], {
    stdio: ['ignore', 'ignore', 'ignore', descriptor],
  });
  if (error) throw error;
  if (status === 0) return () => closeSync(descriptor);
  closeSync(descriptor);
  return undefined;
}

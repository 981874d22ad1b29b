import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { takeLock } from '../kit/lock-file';
import { Exit } from '../kit/program';
import { scaled, waitMs } from './payout-waits';
import { CODES } from './tezpay-codes';

/** cmd/a_lock.go: one process for each cycle's folder of reports; the others wait for ten minutes. */
export async function lockCycles(reports: string, cycles: readonly number[]): Promise<() => void> {
  const releases: (() => void)[] = [];
  const end = Date.now() + waitMs(600_000);
  for (const cycle of cycles) {
    mkdirSync(join(reports, String(cycle)), { recursive: true, mode: 0o700 });
    const path = join(reports, String(cycle), '.lock');
    let unlock = takeLock(path);
    for (; !unlock; unlock = takeLock(path)) {
      if (Date.now() >= end) {
        for (const release of releases) release();
        throw new Exit(CODES.failed, 'failed to acquire lock: context deadline exceeded');
      }
      await scaled(1000);
    }
    const release = unlock;
    releases.push(() => {
      release();
      rmSync(path, { force: true });
    });
  }
  return () => {
    for (const release of releases) release();
  };
}

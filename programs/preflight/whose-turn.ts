import type { PayoutRecord } from '../payout-guard/payout-guard.contract';
import type { Log } from '../runtime/json-log';
import { type ComputedCycle, costOf, isSent, sumOf } from './computed-plan';
import type { PreflightConfig } from './preflight.contract';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * The cycle that this run pays: one, so that a transfer is never of more than the caps allow. Where several are due each
 * has its hour: one whose payment goes wrong again and again stands in no other's way. What the day has no room for waits,
 * and never an older one for a newer: it is the first that the engine computes no more. `due`: the oldest first.
 */
export function whoseTurn(
  due: readonly ComputedCycle[],
  known: {
    readonly config: PreflightConfig;
    readonly records: readonly PayoutRecord[];
    readonly log: Log;
    readonly nowMs: number;
  },
): ComputedCycle | undefined {
  const { config, records, log, nowMs } = known;
  const today = records.filter((row) => isSent(row) && (row.signedMs ?? 0) > nowMs - DAY_MS);
  const spent = today.reduce((sum, row) => sum + costOf(row), 0n);
  let taken = spent;
  const fitting = due.filter(({ cycle, rows }) => {
    taken += sumOf(rows);
    const fits = taken <= BigInt(config.mostPerDay);
    if (!fits)
      log(
        'INFO',
        `cycle ${cycle} waits: with older ones ${taken} mutez would be sent in 24 hours, and ${config.mostPerDay} may be`,
      );
    return fits;
  });
  return fitting[Math.floor(nowMs / HOUR_MS) % fitting.length];
}

import type { PayoutRecord } from '../payout-guard/payout-guard.contract';
import type { Log } from '../runtime/json-log';
import { type ComputedCycle, costOf, isSent, sumOf } from './computed-plan';
import type { PreflightConfig } from './preflight.contract';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * The cycle that this run pays: one, so that a transfer is never of more than the caps allow. Where several are due each
 * has its hour: one whose payment goes wrong again and again stands in no other's way. What the day has no room for waits.
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
  const fitting = due.filter(({ cycle, rows }) => {
    const fits = spent + sumOf(rows) <= BigInt(config.mostPerDay);
    if (!fits)
      log('INFO', `cycle ${cycle} waits: ${spent} mutez were sent in 24 hours, and ${config.mostPerDay} may be`);
    return fits;
  });
  return fitting[Math.floor(nowMs / HOUR_MS) % fitting.length];
}

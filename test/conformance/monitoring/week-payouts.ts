import { payoutGuardMetrics as guard } from '../../../programs/payout-guard/payout-guard.contract';
import { cycleAt, positionAt, RIGHTS_A_MINUTE } from './week-values';
import type { WeekWorld } from './week-world';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const A_CYCLE = 150_000_000;
/** Of a cycle that has ended, in minutes: when its rows are posted, and when the last one is paid. */
const POSTED = 40;
const PAID = 70;

/** payout-guard: each cycle is paid within the hours after it has ended. */
export function tellPayouts(world: WeekWorld): void {
  if (world.bakery.wallets.length === 0) return;
  const tell = world.target('payout-guard', 'payout-guard');
  tell(guard.diskFree, {}, () => 4.8 * GIB);
  tell(guard.diskSize, {}, () => 5 * GIB);
  for (const { address, baker } of world.bakery.wallets) {
    const who = { wallet: address, delegate_name: baker };
    const isOpen = (minute: number) => sinceCycle(minute) >= POSTED && sinceCycle(minute) < PAID;
    for (const reason of ['never-reconciled', 'foreign-operation']) tell(guard.stopped, { ...who, reason }, () => 0);
    for (const reason of ['counter-not-next', 'cap-cycle']) tell(guard.refusals, { ...who, reason }, () => 0);
    for (const status of ['open', 'held', 'paid']) {
      tell(guard.rows, { ...who, status }, (minute) => (status === 'open' && isOpen(minute) ? 30 : 0));
    }
    tell(guard.oldestRow, who, (minute) => (isOpen(minute) ? 60 * (sinceCycle(minute) - POSTED) : 0));
    tell(guard.lastPaidCycle, who, (minute) => cycleAt(minute) - (sinceCycle(minute) >= PAID ? 1 : 2));
    for (const metric of [guard.foreignOperations, guard.failedTransfers, guard.recordsBehind])
      tell(metric, who, () => 0);
    tell(guard.journalBytes, who, (minute) => 10 * MIB + 100 * minute);
    // Topped up for every second cycle.
    tell(guard.balance, who, (minute) => A_CYCLE * (4 - (cycleAt(minute) % 2)));
    tell(guard.cycleTotal, who, () => A_CYCLE);
  }
}

const sinceCycle = (minute: number) => positionAt(minute) / RIGHTS_A_MINUTE;

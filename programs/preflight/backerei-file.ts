import type { PostedRow } from '../payout-guard/payout-guard.contract';
import { type ComputedCycle, type ComputedFile, mutezOf, objectOf } from './computed-plan';

/**
 * Backerei's database after a dry run: `payoutsByCycle`, with `finalRewards` once a cycle is over. Backerei sends what it
 * has computed itself: there is no file for it to read, and the guard refuses what was not posted.
 *
 * Source (cryptiumlabs/backerei 1442ffd): app/DB.hs, app/Payout.hs.
 */
export function backereiFile(text: string): ComputedFile {
  const { payoutsByCycle } = objectOf(JSON.parse(text), 'the database');
  const cycles = Object.entries(objectOf(payoutsByCycle, 'payoutsByCycle'));
  return { cycles: cycles.map(([cycle, each]) => cycleOf(Number(cycle), each)), approved: () => text };
}

function cycleOf(cycle: number, json: unknown): ComputedCycle {
  const { delegators, finalTotalRewards } = objectOf(json, `cycle ${cycle}`);
  const rows = Object.entries(objectOf(delegators, 'delegators')).flatMap(([delegator, each]): PostedRow[] => {
    const { finalRewards = '0' } = objectOf(each, delegator);
    const amount = mutezOf(finalRewards, 'finalRewards');
    return amount > 0n
      ? [{ cycle, kind: 'delegator reward', delegator, recipient: delegator, amount: String(amount) }]
      : [];
  });
  // Before a cycle is over there are estimates alone.
  return { cycle, rows: finalTotalRewards === undefined ? [] : rows, leftOut: [] };
}

import type { PostedRow } from '../payout-guard/payout-guard.contract';
import type { Json } from '../runtime/json';
import { type ComputedCycle, type ComputedFile, mutezOf, objectOf } from './computed-plan';

/**
 * Backerei's database after a dry run: `payoutsByCycle`, with `finalRewards` once a cycle is over. Backerei sends what has
 * no `payoutOperationHash` there: whoever must not be paid gets one. What it finds no database for it computes anew.
 *
 * Source (cryptiumlabs/backerei 1442ffd): app/DB.hs, app/Payout.hs.
 */
export function backereiFile(text: string): ComputedFile {
  const database = objectOf(JSON.parse(text), 'the database');
  const cycles = Object.entries(objectOf(database.payoutsByCycle, 'payoutsByCycle'));
  return {
    cycles: cycles.map(([cycle, each]) => cycleOf(Number(cycle), each)),
    approved(isToBeSent) {
      const approved = cycles.map(([cycle, each]) => {
        const { rows } = cycleOf(Number(cycle), each);
        const sent = new Set(rows.filter(isToBeSent).map(({ delegator }) => delegator));
        return [cycle, onlyThese(objectOf(each, `cycle ${cycle}`), sent)];
      });
      return JSON.stringify({ ...database, payoutsByCycle: Object.fromEntries(approved) });
    },
  };
}

const NOT_FROM_HERE = 'not to be sent by this run';

/** All other delegators are called paid. */
function onlyThese(cycle: Json, sent: ReadonlySet<string>): Json {
  const delegators = Object.entries(objectOf(cycle.delegators, 'delegators')).map(([delegator, each]) => [
    delegator,
    sent.has(delegator) ? each : { ...objectOf(each, delegator), payoutOperationHash: NOT_FROM_HERE },
  ]);
  return { ...cycle, delegators: Object.fromEntries(delegators) };
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

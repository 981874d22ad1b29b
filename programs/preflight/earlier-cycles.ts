import type { PayoutRecord, RowKey } from '../payout-guard/payout-guard.contract';

/** What cycles before this one have paid, the latest first; of those that have paid anything. */
export function earlierSums(records: readonly PayoutRecord[], before: number): bigint[] {
  const cycles = [...new Set(records.map(({ cycle }) => cycle))]
    .filter((cycle) => cycle < before)
    .sort((a, b) => b - a);
  return cycles
    .map((cycle) => records.filter((record) => record.cycle === cycle))
    .map((rows) => rows.reduce((sum, { paid }) => sum + BigInt(paid?.amount ?? 0), 0n))
    .filter((sum) => sum > 0n);
}

/** Whom a reward goes to, and whose it is. */
export const pairOf = ({ delegator, recipient }: Pick<RowKey, 'delegator' | 'recipient'>) =>
  `${delegator}/${recipient}`;

/** Pairs of delegators and recipients that were paid for cycles before this one. */
export function paidBefore(records: readonly PayoutRecord[], before: number): ReadonlySet<string> {
  const paid = records.filter(({ cycle, kind, status }) => {
    return cycle < before && kind === 'delegator reward' && status === 'paid';
  });
  return new Set(paid.map(pairOf));
}

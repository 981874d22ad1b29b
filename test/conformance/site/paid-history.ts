import { createHash } from 'node:crypto';
import { encode, encodings } from '../../../model/tezos/base58check';
import type { PayoutRecord, RecordsIndex } from '../../../programs/payout-guard/payout-guard.contract';

/** Whose payouts they are. */
export interface Payer {
  readonly chainId: string;
  readonly baker: { readonly name: string; readonly address: string };
}

/** Cycles up to this one were paid by Backerei, which keeps them in one document; later ones by payout-guard. */
export const LAST_OF_BACKEREI = 2;
/** Who is there from the first cycle on; in every cycle there is one more. */
const FIRST_DELEGATORS = 1;

/** An address; another text, another one. */
export function addressOf(text: string): string {
  return encode(Uint8Array.from(createHash('sha256').update(text).digest().subarray(0, 20)), encodings.tz1);
}

const WALLET = addressOf('wallet');

/** What one delegator was paid for one cycle. Mutez. */
export interface PaidRow {
  readonly cycle: number;
  readonly delegator: string;
  readonly amount: bigint;
}

/** Delegators of a cycle. */
export const delegatorsOf = (cycle: number) =>
  Array.from({ length: FIRST_DELEGATORS + cycle }, (_, i) => addressOf(`delegator ${i}`));

/** All that was paid in cycles 1 to this one: another amount in every row. */
export function paidRows(cycles: number): PaidRow[] {
  return Array.from({ length: cycles }, (_, i) => i + 1).flatMap((cycle) =>
    delegatorsOf(cycle).map((delegator, i) => ({ cycle, delegator, amount: BigInt(1_000_000 * cycle + 7 * i + 1) })),
  );
}

/** A hash as an operation has it. */
export const operationOf = (cycle: number) => `o${'nopqr'[cycle % 5]!.repeat(50)}`;

/** Backerei's database: sums that are right, rewards that are final. */
export function backereiDocument(rows: readonly PaidRow[]): string {
  const none = { bondRewards: '0', feeRewards: '0', looseRewards: '0', totalRewards: '0' };
  const payoutsByCycle: Record<string, object> = {};
  for (const cycle of new Set(rows.map((row) => row.cycle))) {
    const own = rows.filter((row) => row.cycle === cycle);
    const total = String(own.reduce((sum, { amount }) => sum + amount, 0n));
    const delegators = own.map(({ delegator, amount }) => {
      const rewards = { estimatedRewards: String(amount), finalRewards: String(amount) };
      return [delegator, { balance: '5000000000', ...rewards, payoutOperationHash: operationOf(cycle) }] as const;
    });
    payoutsByCycle[cycle] = {
      ...{ delegators: Object.fromEntries(delegators), fee: { denominator: 10, numerator: 1 }, stakingBalance: '1' },
      ...{ stolenBlocks: [], estimatedBakerRewards: none, finalBakerRewards: none, estimatedTotalRewards: total },
      finalTotalRewards: { realized: total, paid: total, realizedDifference: '0', estimatedDifference: '0' },
    };
  }
  return JSON.stringify({ payoutsByCycle });
}

/** payout-guard's record of a row, that is paid and final. */
export function guardRecord({ chainId }: Payer, { cycle, delegator, amount }: PaidRow): PayoutRecord {
  const paidMs = Date.UTC(2026, 0, 1) + cycle * 24 * 3600 * 1000;
  return {
    ...{ chainId, wallet: WALLET, cycle, delegator, recipient: delegator, amount: String(amount) },
    ...{ kind: 'delegator reward', status: 'paid', bakerFee: '65000', hash: operationOf(cycle), level: 1000 * cycle },
    ...{ paid: { amount: String(amount), fee: '500', burnt: '0' }, postedMs: paidMs, paidMs, failures: 0 },
  };
}

/** What payout-guard answers to a question for its records; undefined if there is nothing of this name. */
export function guardAnswer({ chainId, baker }: Payer, path: string, records: readonly PayoutRecord[]): unknown {
  const cycles = [...new Set(records.map(({ cycle }) => cycle))].sort((a, b) => a - b);
  const index: RecordsIndex = {
    chainId,
    bakers: [{ baker: baker.address, name: baker.name, wallet: WALLET, cycles }],
  };
  if (path === '/records') return index;
  const [, cycle] = new RegExp(`^/records/${baker.address}/(\\d+)$`).exec(path) ?? [];
  const found = records.filter((record) => record.cycle === Number(cycle));
  return found.length > 0 ? found : undefined;
}

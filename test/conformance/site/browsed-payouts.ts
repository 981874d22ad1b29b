import { createHash } from 'node:crypto';
import { encode, encodings } from '../../../model/tezos/base58check';
import type { PayoutRecord } from '../../../programs/payout-guard/payout-guard.contract';

export const CHAIN_ID = 'NetXdQprcVkpaWU';
const hash = (text: string) => Uint8Array.from(createHash('sha256').update(text).digest());
const account = (name: string) => encode(hash(name).subarray(0, 20), encodings.tz1);
const operation = (name: string) =>
  encode(hash(name), { begins: 'o', letters: 51, prefix: [5, 116], payloadBytes: 32 });

/** One with the longest name there may be. */
export const longName = `old-harbour-bakery-${'of-the-seven-hills-'.repeat(3)}lisboa`.slice(0, 63);
export const bakers = [
  { name: 'alice', address: account('alice') },
  { name: longName, address: account(longName) },
] as const;

const DELEGATORS = 60;
export const delegators = Array.from({ length: DELEGATORS }, (_, i) => account(`delegator ${i}`));
/** Whose reward is always too small. */
export const small = delegators[58];
/** Who is left out for another reason. */
export const leftOut = delegators[59];

/** Thirty cycles: the older half is of another engine's time. */
export const firstCycle = 700;
export const lastCycle = 729;
const moved = 715;
/** The record of this one says another sum than its rows make. */
export const wrongCycle = 712;

const CYCLE_MS = 3 * 24 * 3600 * 1000;
/** Of the newest operation. */
export const newestMs = Date.parse('2026-11-28T09:30:00Z');
const timeOf = (cycle: number) => newestMs - (lastCycle - cycle) * CYCLE_MS;

const cycles = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
/** From some tez to a quarter of a million, as the delegations of a baker are. */
const balanceOf = (number: number) => BigInt(Math.round(40_000_000 * 1.16 ** (DELEGATORS - 1 - number)));
const rewardOf = (cycle: number, number: number) => (balanceOf(number) * BigInt(270 + ((cycle * 7) % 40))) / 1_000_000n;
const BATCH = 25;
const operationOf = (cycle: number, number: number) => operation(`${cycle} ${Math.floor(number / BATCH)}`);

/** What payout-guard has journalled of the first baker: the newest cycle is computed, the one before it is sent. */
export function recordsOf(cycle: number): PayoutRecord[] {
  return delegators.map((delegator, number): PayoutRecord => {
    const reward = rewardOf(cycle, number);
    const amount = String(reward - reward / 20n);
    const base = {
      ...{ chainId: CHAIN_ID, wallet: account('wallet'), cycle, delegator },
      kind: 'delegator reward',
      ...{ recipient: delegator, amount, bakerFee: String(reward / 20n), postedMs: timeOf(cycle), failures: 0 },
    } as const;
    if (delegator === small) return { ...base, status: 'left out', reason: 'DELEGATOR_LOW_BALANCE' };
    if (delegator === leftOut) return { ...base, status: 'left out', reason: 'not paid in tez' };
    if (cycle === lastCycle) return { ...base, status: 'open' };
    const hashed = { hash: operationOf(cycle, number) };
    if (cycle === lastCycle - 1 && number < BATCH) return { ...base, ...hashed, status: 'signed' };
    const paid = { amount, fee: '500', burnt: '0' };
    return { ...base, ...hashed, status: 'paid', paid, level: 1000 * cycle, paidMs: timeOf(cycle) };
  });
}
export const recordedCycles = cycles(moved, lastCycle);

/** Backerei's database: what the first baker paid before. */
export function backereiDatabase(): string {
  const baker = { bondRewards: '0', feeRewards: '0', looseRewards: '0', totalRewards: '12345678' };
  const payoutsByCycle = cycles(firstCycle, moved - 1).map((cycle) => {
    const rewards = delegators.map((_, number) => rewardOf(cycle, number));
    const rows = delegators.map((delegator, number) => {
      const reward = String(rewards[number]);
      const amounts = { balance: String(balanceOf(number)), estimatedRewards: reward, finalRewards: reward };
      return [delegator, { ...amounts, payoutOperationHash: operationOf(cycle, number) }];
    });
    const total = rewards.reduce((all, each) => all + each, 12_345_678n);
    return [
      cycle,
      {
        ...{ delegators: Object.fromEntries(rows), fee: { denominator: 20, numerator: 1 }, stakingBalance: '1' },
        ...{ stolenBlocks: [], estimatedBakerRewards: baker, estimatedTotalRewards: String(total) },
        ...{ finalBakerRewards: baker, finalTotalRewards: { paid: String(cycle === wrongCycle ? total + 1n : total) } },
      },
    ];
  });
  return JSON.stringify({ payoutsByCycle: Object.fromEntries(payoutsByCycle) });
}

const HEADER =
  'id,baker,timestamp,cycle,kind,op_kind,contract,token_id,fa_alias,fa_decimals,delegator,delegator_balance,staked_balance,recipient,amount,fee_rate,fee,tx_fee,op_hash,success,note';

/** tezpay's reports of the second baker, name in `folder` to text. */
export function tezpayReports(folder: string): Map<string, string> {
  const reports = new Map<string, string>();
  for (const cycle of cycles(firstCycle, lastCycle)) {
    const own = delegators.slice(0, 20);
    const time = new Date(timeOf(cycle)).toISOString();
    const lines = own.map((delegator, number) => {
      const reward = rewardOf(cycle, number);
      const account = `${delegator},${balanceOf(number)},0,${delegator}`;
      return `x,${bakers[1].address},${time},${cycle},delegator reward,tez,,,,0,${account},${reward},0.05,26,1,${operationOf(cycle, number)},true,`;
    });
    const sum = own.reduce((all, _, number) => all + rewardOf(cycle, number), 0n);
    reports.set(`${folder}/${cycle}/payouts.csv`, `${[HEADER, ...lines].join('\n')}\n`);
    reports.set(`${folder}/${cycle}/summary.json`, JSON.stringify({ distributed_rewards: String(sum) }));
  }
  return reports;
}

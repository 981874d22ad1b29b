import { decodeAny } from '../kit/base58';
import { ask } from '../kit/http-client';
import { Exit } from '../kit/program';
import type { Blueprint, Recipe } from './plan-file';
import { CODES } from './tezpay-codes';
import { askTzkt, type TezpaySettings } from './tezpay-settings';

const PAGE = 10_000;

interface Delegator {
  readonly address: string;
  readonly delegatedBalance: number;
  readonly stakedBalance: number;
  readonly emptied?: boolean;
}

/** core/generate: kill switch, revealed wallet, TzKT's split, the baker's fee. Undefined: TzKT has no such cycle. */
export async function generatePlan(settings: TezpaySettings, cycle: number): Promise<Blueprint | undefined> {
  try {
    await checkKillSwitch();
    if (!(await settings.wallet.isRevealed(settings.rpc))) throw new Error('payout wallet is not revealed');
    await askTzkt(settings, `v1/delegates/${settings.baker}`);
    const limits = 'status=applied&select=activationCycle%2ClimitOfStakingOverBaking&sort.desc=id&limit=10000';
    await askTzkt(settings, `v1/operations/set_delegate_parameters?sender=${settings.baker}&${limits}`);
    const data = await askTzkt(settings, `v1/rewards/split/${settings.baker}/${cycle}?limit=0`);
    return data && blueprintOf(settings, cycle, data, await delegatorsOf(settings, cycle));
  } catch (error) {
    throw new Exit(CODES.failed, `failed to generate payouts: ${(error as Error).message}`);
  }
}

/** Fails closed. STAND_IN_GITHUB stands for GitHub, where there is no TLS. */
async function checkKillSwitch(): Promise<void> {
  if (process.env.DISABLE_TEZPAY_KILL_SWITCH === 'true') return;
  const site = process.env.STAND_IN_GITHUB ?? 'https://raw.githubusercontent.com';
  for (const name of ['DO_NOT_PAY', 'UPGRADE_REQUIRED']) {
    const { status } = await ask(`${site}/tez-capital/tezpay/refs/heads/main/${name}`, { timeoutMs: 5000 });
    // A file that says which version is enough is found, and then not taken for missing: no version is.
    if (status !== 404) throw new Error(`kill switch: ${name} is answered with ${status}`);
  }
}

async function delegatorsOf(settings: TezpaySettings, cycle: number): Promise<Delegator[]> {
  const all: Delegator[] = [];
  for (let fetched = PAGE; fetched === PAGE; ) {
    const query = `limit=${PAGE}&offset=${all.length}`;
    const { delegators = [] } = (await askTzkt(settings, `v1/rewards/split/${settings.baker}/${cycle}?${query}`)) ?? {};
    all.push(...delegators);
    fetched = delegators.length;
  }
  return all;
}

/** Four decimals of a portion, rounded down (utils/math.go). */
function portionOf(amount: bigint, portion: number): bigint {
  if (portion <= 0) return 0n;
  return portion >= 1 ? amount : (amount * BigInt(Math.floor(portion * 10_000))) / 10_000n;
}

function rewardsOf(settings: TezpaySettings, data: any): bigint {
  const names = ['blockRewardsDelegated', 'attestationRewardsDelegated', 'dalAttestationRewardsDelegated', 'blockFees'];
  const actual = names.reduce((all, name) => all + BigInt(data[name] ?? 0), 0n);
  if (!settings.ideal) return actual;
  const share = BigInt(data.bakingPower - data.ownStakedBalance - data.externalStakedBalance) * 10_000n;
  const part = data.bakingPower ? share / BigInt(data.bakingPower) : 0n;
  const missed = ['missedBlockRewards', 'missedAttestationRewards', 'missedDalAttestationRewards'];
  return actual + missed.reduce((all, name) => all + (part * BigInt(data[name] ?? 0)) / 10_000n, 0n);
}

const isIn = (note: string, settings: TezpaySettings) =>
  note !== 'DELEGATOR_IGNORED' && !(settings.belowMinimumToEveryone && note === 'DELEGATOR_LOW_BALANCE');

function blueprintOf(settings: TezpaySettings, cycle: number, data: any, delegators: readonly Delegator[]): Blueprint {
  const candidates = delegators.map((each) => ({ ...each, note: candidateNote(settings, each) }));
  const total = candidates.reduce(
    (all, { note, delegatedBalance }) => all + (isIn(note, settings) ? BigInt(delegatedBalance) : 0n),
    0n,
  );
  const rewards = rewardsOf(settings, data);
  const bonds = bondsOf(settings, data, rewards, total);
  const rows = candidates.map((each) => rowOf(settings, cycle, each, total, rewards - bonds));
  const collected = rows.reduce((all, { fee }) => all + BigInt(fee), 0n);
  const [donatedBonds, donatedFees] = [
    portionOf(bonds, settings.donateBonds),
    portionOf(collected, settings.donateFees),
  ];
  const incomes = [
    ...incomeRows(settings, cycle, 'baker reward', settings.bonds, bonds - donatedBonds),
    ...incomeRows(settings, cycle, 'fee income', settings.fees, collected - donatedFees),
    ...(settings.donates
      ? incomeRows(settings, cycle, 'donation', settings.donations, donatedBonds + donatedFees)
      : []),
  ];
  return {
    cycle,
    payouts: [...rows, ...incomes],
    ...{ own_staked_balance: String(data.ownStakedBalance), own_delegated_balance: String(data.ownDelegatedBalance) },
    external_staked_balance: String(data.externalStakedBalance),
    external_delegated_balance: String(data.externalDelegatedBalance),
    cycle_earned_fees: String(data.blockFees),
    cycle_earned_rewards: String(rewards - BigInt(data.blockFees)),
    cycle_earned_total: String(rewards),
    ...{ bond_income: String(bonds - donatedBonds), fee_income: String(collected - donatedFees) },
    total_income: String(bonds - donatedBonds + collected - donatedFees),
    ...{ donated_bonds: String(donatedBonds), donated_fees: String(donatedFees) },
    donated_total: String(donatedBonds + donatedFees),
    timestamp: new Date().toISOString(),
  };
}

/** The baker's part; delegators beyond nine times its stake dilute nobody but themselves. */
function bondsOf(settings: TezpaySettings, data: any, rewards: bigint, delegated: bigint): bigint {
  const most = BigInt(data.ownStakedBalance) * 9n;
  let own = BigInt(data.ownDelegatedBalance);
  let all = delegated + own;
  if (settings.protectsOverdelegation && most < all) all = most;
  if (settings.protectsOverdelegation && most < own) own = most;
  return all === 0n ? 0n : (rewards * own) / all;
}

function candidateNote(settings: TezpaySettings, { address, delegatedBalance, emptied }: Delegator): string {
  const recipient = settings.overrides[address]?.recipient ?? address;
  if (settings.ignored.includes(address)) return 'DELEGATOR_IGNORED';
  if (settings.prefilter.length > 0 && !settings.prefilter.includes(address)) return 'DELEGATOR_PREFILTERED';
  if (BigInt(delegatedBalance) <= settings.minimumBalance) return 'DELEGATOR_LOW_BALANCE';
  if (settings.ignoresContracts && recipient.startsWith('KT1')) return 'PAYOUT_KT_IGNORED';
  if (settings.ignoresEmpty && emptied) return 'DELEGATOR_EMPTIED';
  if (recipient === settings.wallet.address) return 'RECIPIENT_TARGETS_PAYOUT';
  return recipient.startsWith(settings.prefix) ? '' : 'MANUALLY_EXCLUDED_BY_PREFIX';
}

function rowOf(
  settings: TezpaySettings,
  cycle: number,
  candidate: Delegator & { note: string },
  total: bigint,
  rewards: bigint,
): Recipe {
  const { address, delegatedBalance, stakedBalance } = candidate;
  const override = settings.overrides[address] ?? {};
  const feeRate = override.fee ?? settings.fee;
  const share = isIn(candidate.note, settings) && total > 0n ? (rewards * BigInt(delegatedBalance)) / total : 0n;
  const fee = portionOf(share, feeRate);
  const amount = share - fee;
  const tooLittle =
    amount <= 0n ? 'NOT_ENOUGH_BONDS_FOR_BAKER_FEE' : amount <= settings.minimum ? 'PAYOUT_BELLOW_MINIMUM' : '';
  const note = candidate.note || tooLittle;
  return {
    ...{ baker: settings.baker, delegator: address, cycle, recipient: override.recipient ?? address },
    ...{ kind: 'delegator reward', tx_kind: 'tez', fa_token_id: '0', fa_contract: '' },
    ...{ delegator_balance: String(delegatedBalance), staked_balance: String(stakedBalance), amount: String(amount) },
    ...(feeRate === 0 ? {} : { fee_rate: feeRate }),
    fee: String(fee),
    ...(note ? { note } : { valid: true }),
  };
}

function incomeRows(
  settings: TezpaySettings,
  cycle: number,
  kind: string,
  shares: Readonly<Record<string, number>>,
  sum: bigint,
): Recipe[] {
  return Object.entries(shares).map(([recipient, share]) => {
    const amount = portionOf(sum, share);
    const isOwn = recipient === settings.wallet.address;
    const note = !decodeAny(recipient)
      ? 'PAYOUT_INVALID_RECIPIENT'
      : isOwn
        ? 'RECIPIENT_TARGETS_PAYOUT'
        : amount <= 0n
          ? 'PAYOUT_ZERO'
          : '';
    return {
      ...{
        baker: settings.baker,
        delegator: '',
        cycle,
        recipient,
        kind,
        tx_kind: 'tez',
        fa_token_id: '0',
        fa_contract: '',
      },
      ...{ delegator_balance: '0', staked_balance: '0', amount: String(amount), fee: '0' },
      ...(note ? { note } : { valid: true }),
    };
  });
}

import type { Bakery } from '../../../../model/bakery';
import type { Edit } from '../../../../model/rules/rule';
import { type EngineName, payoutsOf, walletsOf } from '../../../../model/wallets';
import { madeSecretKey } from '../../../stand-ins/kit/secret-keys';
import { CURRENT_CYCLE } from '../chain-pace';

/** Backerei pays once rewards are no longer frozen: on chains where they are for so many cycles, as on mainnet in its time. */
export const PRESERVED_CYCLES = 5;

/** What is to be paid when a chain begins: for tezpay the last cycle that has ended, for Backerei the last that is thawed. */
const payableCycles: Readonly<Record<EngineName, number>> = {
  tezpay: CURRENT_CYCLE - 1,
  backerei: CURRENT_CYCLE - PRESERVED_CYCLES - 1,
};

/** Cycles are shorter here, and so is what is waited for after their end. */
const DELAY_BLOCKS = 20;
/** Six seconds here, of which Emmy's 30 would be a minute. */
const FINAL_BLOCKS = 3;

/** Mutez. The delegators of every baker that pays have these accounts, each on its own chain. */
const delegators = [150_000, 300_000, 450_000].map((share, i) => {
  const { address, publicKey } = madeSecretKey(`delegator ${i}`);
  return { address, publicKey, share, balance: (i + 1) * 1_000_000_000 };
});
const EARNED = delegators.reduce((sum, { share }) => sum + share, 0);
/** More than is paid twice, and less than would be too much in one wallet. */
export const WALLET_BALANCE = 5 * EARNED;

/** What Backerei would compute, by cycle and delegator: its stand-in is told. */
export const backereiRewards = {
  [payableCycles.backerei]: Object.fromEntries(delegators.map(({ address, share }) => [address, share])),
};

/** From which wallet a bakery of this run pays one cycle to whom. */
export interface Payer {
  readonly engine: EngineName;
  /** Its name in the bakery file, by which the wallet is called too. */
  readonly baker: string;
  readonly bakerAddress: string;
  readonly wallet: { readonly address: string; readonly publicKey: string };
  /** octez-signer's file; none where Cloud KMS has the key. */
  readonly secretKeys?: string;
  readonly cycle: number;
  /** Mutez, by delegator. */
  readonly due: ReadonlyMap<string, number>;
  /** Of its file, so that it pays here. */
  readonly edit: Edit;
  /** Path of the setting that makes a dry run of it. */
  readonly dryRun: Edit[number][0];
}

/** The first wallet of a bakery file pays; none: it has no payouts, or no key yet. */
export function payerOf({ settings, name }: Pick<Bakery, 'settings' | 'name'>): Payer | undefined {
  const payouts = payoutsOf(settings);
  const [first] = walletsOf(settings);
  if (!payouts || !first) return undefined;
  const { engine, section, path } = payouts;
  const made = section.custody.hot ? madeSecretKey(`wallet of ${name}`) : undefined;
  const key = made ?? first.settings.key;
  if (!key) return undefined;
  const wallet = { address: key.address, publicKey: key.publicKey };
  const keptPercent = engine === 'tezpay' ? first.settings.feePercent : 0; // Backerei is told what is left
  const cycle = payableCycles[engine];
  const dryRun = [...path, 'dryRun'];
  const { baker, bakerAddress } = first;
  return {
    ...{ engine, baker, bakerAddress, wallet, cycle, dryRun },
    secretKeys: made && JSON.stringify([{ name: baker, value: `unencrypted:${made.secretKey}` }]),
    due: new Map(delegators.map(({ address, share }) => [address, share - Math.floor((share * keptPercent) / 100)])),
    edit: [
      [[...path, 'firstCycle'], cycle],
      [[...path, 'delayBlocks'], DELAY_BLOCKS],
      [dryRun, false],
      ...(engine === 'backerei' ? ([[[...path, 'finalBlocks'], FINAL_BLOCKS]] as const) : []),
      ...(made ? ([[[...first.setting, 'key'], wallet]] as const) : []),
    ],
  };
}

/** Mutez. */
export const sumOf = ({ due }: Pick<Payer, 'due'>) => [...due.values()].reduce((sum, amount) => sum + amount, 0);

/** Accounts of its chain: delegators, and the wallet, funded. Backerei reveals no key; tezpay is asked to. */
export function accountsOf({ engine, bakerAddress, wallet }: Payer): object {
  const paid = delegators.map(({ address, publicKey, balance }) => [
    address,
    { balance: String(balance), publicKey, delegate: bakerAddress },
  ]);
  const known = engine === 'backerei' ? { publicKey: wallet.publicKey } : {};
  return { ...Object.fromEntries(paid), [wallet.address]: { balance: String(WALLET_BALANCE), ...known } };
}

/** What the indexer says that the baker earned in the cycle, and for whom. */
export function earnedBy({ bakerAddress, cycle }: Payer): object {
  const balances = Object.fromEntries(delegators.map(({ address, balance }) => [address, balance]));
  const earned = { blockRewardsDelegated: EARNED / 3, attestationRewardsDelegated: (EARNED * 2) / 3 };
  const rewards = { ownDelegatedBalance: 0, ownStakedBalance: 6_000_000_000, ...earned, delegators: balances };
  return { [bakerAddress]: { [cycle]: rewards } };
}

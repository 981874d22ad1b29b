import { encode, PREFIX } from '../kit/base58';
import { forgeManager } from '../kit/manager-bytes';
import { Exit, say } from '../kit/program';
import type { Blueprint, Recipe } from './plan-file';
import type { Draft } from './remote-wallet';
import { CODES } from './tezpay-codes';
import { idOf, type Reports, ZERO_HASH } from './tezpay-reports';
import { askTzkt, type TezpaySettings } from './tezpay-settings';

/** One transfer: rows of one delegator, recipient and kind, of one cycle or several. */
export interface Payout {
  readonly recipes: Recipe[];
  readonly recipient: string;
  readonly kind: string;
  limits?: { readonly fee: bigint; readonly gas: bigint; readonly storage: bigint; readonly reading: bigint };
}

export interface Prepared {
  readonly valid: Payout[];
  readonly invalid: Recipe[];
  readonly past: { recipe: Recipe; hash: string; success: boolean; note: string }[];
  readonly plans: readonly Blueprint[];
}

const BURN = 'tz1burnburnburnburnburnburnburjAYjjX';
export const amountOf = ({ recipes }: Payout) => recipes.reduce((all, { amount }) => all + BigInt(amount), 0n);

/** core/prepare: past reports, accumulation, balance, fees. Every failure is code 1. */
export async function preparePayouts(
  settings: TezpaySettings,
  plans: readonly Blueprint[],
  reports: Reports,
  skipsBalance: boolean,
): Promise<Prepared> {
  try {
    await simulate(settings, []); // what reading an operation costs: also where nothing is to pay
    const { open, past } = await filterByReports(settings, plans, reports);
    const invalid = open.filter(({ valid }) => !valid);
    const payouts = accumulated(open.filter(({ valid }) => valid));
    if (!skipsBalance) await checkBalance(settings, payouts);
    const estimated = await estimate(settings, payouts, invalid);
    return { valid: belowMinimum(settings, estimated, invalid), invalid, past, plans };
  } catch (error) {
    throw error instanceof Exit
      ? error
      : new Exit(CODES.failed, `failed to prepare payouts: ${(error as Error).message}`);
  }
}

/** A row is paid if its report says so, or names a hash that TzKT calls applied. The zero hash is asked of nobody. */
async function filterByReports(settings: TezpaySettings, plans: readonly Blueprint[], reports: Reports) {
  const open: Recipe[] = [];
  const past: Prepared['past'] = [];
  for (const { cycle = 0, payouts = [] } of plans) {
    const known = reports.existing(cycle).filter(({ baker }) => baker === settings.baker);
    const paid = new Map<string, string>();
    for (const { op_hash, success, ...row } of known) {
      const isApplied = op_hash !== ZERO_HASH && (await statusOf(settings, op_hash)) === true;
      if (isApplied || success === 'true') paid.set(keyOf(row), op_hash);
    }
    for (const recipe of payouts) {
      const hash = paid.get(keyOf({ ...recipe, op_kind: recipe.tx_kind ?? '' }));
      if (hash === undefined) open.push(recipe);
      else past.push({ recipe, hash, success: true, note: '' });
    }
  }
  return { open, past };
}

const keyOf = (row: any) => [row.delegator, row.recipient, row.kind, row.op_kind].join('|');

/** True, false, or neither where TzKT does not know it or cannot be asked. */
export async function statusOf(settings: TezpaySettings, hash: string): Promise<boolean | undefined> {
  return askTzkt(settings, `v1/operations/transactions/${hash}/status`).catch(() => undefined);
}

/** Several cycles become one transfer; in the order of Go's maps, which is none. */
function accumulated(recipes: readonly Recipe[]): Payout[] {
  const one = (list: Recipe[]): Payout => ({ recipes: list, recipient: list[0].recipient, kind: list[0].kind ?? '' });
  if (new Set(recipes.map(({ cycle }) => cycle)).size <= 1) return recipes.map((each) => one([{ ...each }]));
  const groups = new Map<string, Recipe[]>();
  for (const each of recipes) groups.set(idOf(each), [...(groups.get(idOf(each)) ?? []), { ...each }]);
  return [...groups.values()].map(one).sort(() => Math.random() - 0.5);
}

async function checkBalance(settings: TezpaySettings, payouts: readonly Payout[]): Promise<void> {
  const path = `chains/main/blocks/head/context/contracts/${settings.wallet.address}/balance`;
  const balance = BigInt(await settings.rpc.get(path));
  const counts = [settings.bonds, settings.fees].map((each) => Object.keys(each).length);
  const transfers = payouts.length + counts[0] + counts[1] + Math.max(Object.keys(settings.donations).length, 1);
  const required = payouts.reduce((all, each) => all + amountOf(each), 0n) + 1000n * BigInt(transfers);
  if (balance <= required) throw new Error(`insufficient balance: required ${required}, available ${balance}`);
}

const transfer = (destination: string, amount: bigint): Draft => ({
  ...{ kind: 'transaction', fee: '0', gas_limit: '0', storage_limit: '0' },
  ...{ destination, amount: String(amount) },
});

interface Cost {
  readonly gas: bigint;
  readonly allocates: boolean;
}

/** Between two mutez that are burnt in thought: the first pays for what reading the whole costs. */
async function simulate(settings: TezpaySettings, payouts: readonly Payout[]): Promise<Cost[]> {
  const { rpc, wallet } = settings;
  const { gasLimit, storageLimit } = await rpc.params();
  const drafts = [
    transfer(BURN, 1n),
    ...payouts.map((each) => transfer(each.recipient, amountOf(each))),
    transfer(BURN, 1n),
  ];
  const [gas_limit, storage_limit] = [gasLimit, storageLimit].map((most) => String(Math.floor(most / drafts.length)));
  const { branch, contents } = await wallet.complete(
    rpc,
    drafts.map((each) => ({ ...each, gas_limit, storage_limit })),
  );
  const signature = 'sigMzJ4GVAvXEd2RjsKGfG2H9QvqTSKCZsuB2KiHbZRGFz72XgF6KaKADznh674fQgBatxw3xdHqTtMHUZAGRprxy64wg1aq';
  const operation = { branch, contents, signature };
  const body = { operation, chain_id: rpc.chainId, latency: 5 };
  const answer = await rpc.post('chains/main/blocks/head/helpers/scripts/simulate_operation', body);
  return answer.contents.slice(-drafts.length).map(({ metadata: { operation_result: result } }: any) => {
    if (result.status !== 'applied')
      throw new Error(`simulation: ${result.status} ${JSON.stringify(result.errors ?? '')}`);
    const gas = (BigInt(result.consumed_milligas) + 999n) / 1000n;
    return { gas, allocates: result.allocated_destination_contract ?? false };
  });
}

/** In batches; where one fails, each of its transfers alone, and what fails alone is left out. */
async function estimate(settings: TezpaySettings, payouts: readonly Payout[], invalid: Recipe[]): Promise<Payout[]> {
  const isContract = ({ recipient }: Payout) => recipient.startsWith('KT1');
  const sorted = [...payouts.filter(isContract), ...payouts.filter((each) => !isContract(each))];
  const done: Payout[] = [];
  for (let at = 0; at < sorted.length; at += settings.batchSize) {
    const batch = sorted.slice(at, at + settings.batchSize);
    const costs = await simulate(settings, batch).catch(() => undefined);
    for (const [i, payout] of batch.entries()) {
      const all = costs ?? (await simulate(settings, [payout]).catch((error: Error) => error));
      if (all instanceof Error) leaveOut(payout, 'FAILED_TO_ESTIMATE_TX_COSTS', invalid, all.message);
      else if (charge(settings, payout, all[costs ? i + 1 : 1], all)) done.push(payout);
      else leaveOut(payout, 'NOT_ENOUGH_BONDS_FOR_TX_FEES', invalid);
    }
  }
  return done;
}

function leaveOut({ recipes }: Payout, note: string, invalid: Recipe[], why = ''): void {
  say(`${recipes[0].recipient} is not paid: ${note} ${why}`);
  invalid.push(...recipes.map(({ valid: _, ...recipe }) => ({ ...recipe, note })));
}

/** Limits and fee of a transfer; the fees come off a delegator's reward unless the baker pays them. False: nothing is left. */
function charge(settings: TezpaySettings, payout: Payout, cost: Cost, all: readonly Cost[]): boolean {
  const { plain, contract, reading } = settings.gasBuffers;
  const gas = cost.gas + (payout.recipient.startsWith('KT1') ? contract : plain);
  const shared = (all[0].gas - (all.at(-1)?.gas ?? 0n)) / BigInt(Math.max(1, all.length - 2)) + reading;
  const content = { ...transfer(payout.recipient, amountOf(payout)), source: BURN, counter: '100000000', fee: '1000' };
  const size = BigInt(forgeManager(EMPTY_BRANCH, [{ ...content, gas_limit: String(gas) }], true).length + 64);
  const fee = 100n + (gas + shared + 9n) / 10n + size;
  const burn = cost.allocates ? 257n * 250n : 0n;
  payout.limits = { fee, gas, storage: cost.allocates ? 257n : 0n, reading: shared };
  const isReward = payout.kind === 'delegator reward';
  const charged = (isReward && !settings.paysFees ? fee : 0n) + (isReward && !settings.paysAllocation ? burn : 0n);
  if (amountOf(payout) <= charged) return false;
  let left = charged;
  for (const [i, recipe] of payout.recipes.entries()) {
    const part = left < BigInt(recipe.amount) ? left : BigInt(recipe.amount);
    left -= part;
    const own = i === 0 ? fee + burn - charged : 0n;
    payout.recipes[i] = { ...recipe, amount: String(BigInt(recipe.amount) - part), tx_fee: Number(part + own) };
  }
  return true;
}

const EMPTY_BRANCH = encode(PREFIX.block, Buffer.alloc(32));

function belowMinimum(settings: TezpaySettings, payouts: Payout[], invalid: Recipe[]): Payout[] {
  return payouts.filter((payout) => {
    const pays = payout.kind !== 'delegator reward' || amountOf(payout) > settings.minimum;
    if (!pays) leaveOut(payout, 'PAYOUT_BELLOW_MINIMUM', invalid);
    return pays;
  });
}

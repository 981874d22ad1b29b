import { say } from '../kit/program';
import { scaled } from './payout-waits';
import type { Recipe } from './plan-file';
import { waitForApply } from './tezpay-confirmation';
import { amountOf, type Payout, type Prepared } from './tezpay-prepare';
import { type Report, type Reports, ZERO_HASH } from './tezpay-reports';
import type { TezpaySettings } from './tezpay-settings';

export interface BatchResult {
  readonly payouts: readonly Payout[];
  readonly hash: string;
  readonly success: boolean;
  readonly note: string;
}

interface Way {
  readonly dryRun: boolean;
  readonly mixContracts: boolean;
}

/** Says whether the rest is to be left: a signal that came outside of a wait ends the process after the batch. */
class ProtectedSection {
  signaled = false;
  private readonly onSignal = () => {
    this.signaled = true;
    say('received signal: job will be terminated after next batch');
  };

  start(): void {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, this.onSignal);
  }
  stop(): void {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, this.onSignal);
  }
}

/** core/execute: batch after batch; what fails is reported, and the next one sent. */
export async function executePayouts(
  settings: TezpaySettings,
  prepared: Prepared,
  reports: Reports,
  way: Way,
): Promise<BatchResult[]> {
  const batches = await batchesOf(settings, prepared.valid, way.mixContracts);
  const results: BatchResult[] = [];
  const section = new ProtectedSection();
  section.start();
  for (const [i, batch] of batches.entries()) {
    reports.write([...reportsOf(results), ...prepared.past]);
    if (section.signaled) {
      results.push(failed(batch, 'execute payouts terminated by user'));
      continue;
    }
    say(`creating batch ${i + 1}/${batches.length} of ${batch.length}`);
    results.push(
      await execute(settings, batch, section, way, (half) => {
        reports.write([...reportsOf([...results, half]), ...prepared.past]);
      }),
    );
  }
  reports.write([...reportsOf(results), ...prepared.past]);
  const left = prepared.invalid.map((recipe) => ({ recipe, hash: ZERO_HASH, success: false, note: recipe.note ?? '' }));
  reports.write(left, 'invalid.csv');
  for (const plan of prepared.plans) reports.writeSummary(plan.cycle ?? 0, summaryOf(plan, results));
  section.stop();
  return results;
}

const failed = (payouts: readonly Payout[], note: string, hash = ZERO_HASH): BatchResult => ({
  payouts,
  hash,
  success: false,
  note,
});

function reportsOf(results: readonly BatchResult[]): Report[] {
  return results.flatMap(({ payouts, hash, success, note }) =>
    payouts.flatMap(({ recipes }) => recipes.map((recipe: Recipe) => ({ recipe, hash, success, note }))),
  );
}

/** Before it is sent the batch is reported: as failed, and with the zero hash. */
async function execute(
  settings: TezpaySettings,
  batch: readonly Payout[],
  section: ProtectedSection,
  { dryRun }: Way,
  record: (half: BatchResult) => void,
): Promise<BatchResult> {
  const { rpc, wallet } = settings;
  const signed = await wallet
    .complete(rpc, draftsOf(batch))
    .then((operation) => wallet.sign(operation))
    .catch((error: Error) => error);
  if (signed instanceof Error) return failed(batch, `operation context creation failed: ${signed.message}`);
  record(failed(batch, 'payout already recorded before execution'));
  if (dryRun) {
    await scaled(6000);
    return { payouts: batch, hash: ZERO_HASH, success: true, note: '' };
  }
  say('broadcasting batch');
  let sent: { hash: string; node: string };
  try {
    const hash: string = await rpc.post('injection/operation', signed);
    sent = { hash, node: await rpc.single() }; // if this fails the hash is forgotten
  } catch (error) {
    return failed(batch, `operation broadcast failed: ${(error as Error).message}`);
  }
  say(`waiting for confirmation of ${sent.hash}`);
  section.stop();
  const problem = await waitForApply(settings, sent.node, sent.hash);
  section.start();
  if (problem !== undefined) return failed(batch, `operation confirmation failed: ${problem}`, sent.hash);
  say('batch successful');
  return { payouts: batch, hash: sent.hash, success: true, note: '' };
}

function draftsOf(batch: readonly Payout[]) {
  const reading = batch.reduce((all, { limits }) => all + (limits?.reading ?? 0n), 0n);
  return batch.map((payout, i) => {
    const { fee = 0n, gas = 0n, storage = 0n } = payout.limits ?? {};
    const limits = {
      fee: String(fee),
      gas_limit: String(gas + (i === 0 ? reading : 0n)),
      storage_limit: String(storage),
    };
    return { kind: 'transaction', ...limits, destination: payout.recipient, amount: String(amountOf(payout)) } as const;
  });
}

/** Contracts apart from accounts; each batch under 95 % of what an operation may use. */
async function batchesOf(
  { rpc }: TezpaySettings,
  payouts: readonly Payout[],
  mixContracts: boolean,
): Promise<Payout[][]> {
  const { gasLimit, storageLimit, dataLength } = await rpc.params();
  const most = {
    gas: (gasLimit * 95) / 100,
    storage: (storageLimit * 95) / 100,
    bytes: (dataLength * 95) / 100 - 3000,
  };
  const isContract = ({ recipient }: Payout) => recipient.startsWith('KT1');
  const parts = mixContracts ? [payouts] : [payouts.filter(isContract), payouts.filter((each) => !isContract(each))];
  return parts.flatMap((part) => {
    const batches: Payout[][] = [[]];
    let used = { gas: 0, storage: 0, bytes: 0 };
    for (const payout of part) {
      const { gas = 0n, storage = 0n, reading = 0n } = payout.limits ?? {};
      const next = {
        gas: used.gas + Number(gas + reading),
        storage: used.storage + Number(storage),
        bytes: used.bytes + 80,
      };
      const fits = next.gas < most.gas && next.storage < most.storage && next.bytes <= most.bytes;
      if (!fits) batches.push([]);
      used = fits ? next : { gas: Number(gas + reading), storage: Number(storage), bytes: 80 };
      batches[batches.length - 1].push(payout);
    }
    return batches.filter(({ length }) => length > 0);
  });
}

function summaryOf(plan: Prepared['plans'][number], results: readonly BatchResult[]): object {
  const { payouts = [], cycle, ...totals } = plan;
  const rewards = payouts.filter(({ kind }) => kind === 'delegator reward');
  const paid = results
    .filter(({ success }) => success)
    .flatMap((each) => each.payouts.flatMap(({ recipes }) => recipes));
  const own = paid.filter((each) => each.cycle === cycle && each.kind === 'delegator reward');
  const distributed = own.reduce((all, { amount }) => all + BigInt(amount), 0n);
  return {
    ...{ delegators: rewards.length, paid_delegators: own.length },
    ...totals,
    distributed_rewards: String(distributed),
    tx_fees_paid: String(paid.reduce((all, { tx_fee = 0 }) => all + tx_fee, 0)),
  };
}

import { until } from '../../cluster/processes';
import type { Scene } from '../scene';
import type { GoogleServices } from './google-services';
import { cycleIsOnSite } from './paid-on-site';
import { type Payer, sumOf, WALLET_BALANCE } from './paying-bakery';
import { allIsPaid, reconcileFirst, rowsOf } from './payout-guard-view';
import { completedJob, endOfJob, mayRunAgain, runName, startJob, wordsOf } from './payout-job';
import { broadcast, sentBy, walletState } from './wallet-on-chain';

/** What an engine says when it has written down what it sent. */
const REPORTED = /batch successful|Payouts for cycle \d+ complete!/;

/**
 * The first day of payouts, in the order of docs/payouts.md (the chain has funded the wallet): reconcile, reveal, a dry
 * run, and one cycle, with a pod that is killed when it has sent and not yet written down what.
 */
export async function payOneCycle(scene: Scene, payer: Payer, google: GoogleServices): Promise<void> {
  const { bakery, report } = scene;
  const begin = Date.now();
  await reconcileFirst(scene, payer);
  if (payer.engine === 'tezpay')
    await completedJob(scene, `reveal-${payer.baker}`, 'reveal', 'previously_revealed_key');
  await dryRunSendsNothing(scene, payer);
  report.pass(`a dry run of the payouts of ${bakery.name} sends nothing, by its node's RPC`);
  await killedBetweenBroadcastAndReport(scene, payer);
  const rows = await allIsPaid(scene, payer);
  const sent = await broadcast(scene);
  await completedJob(scene, `payouts-${payer.baker}`, 'next');
  const again = (await broadcast(scene)).slice(sent.length);
  if (again.length > 0) throw new Error(`the run after the killed one has sent ${again.join(', ')}`);
  await isPaidOnce(scene, payer);
  isOnRecord(`${bakery.network.chainId}/${payer.wallet.address}`, google.objectsOf(bakery));
  const seconds = ((Date.now() - begin) / 1000).toFixed(0);
  report.pass(
    `${payer.engine} of ${bakery.name} pays each row of cycle ${payer.cycle} once, though its pod was killed between broadcast and report (${seconds} s)`,
    rows.length,
  );
  if (bakery.site) await cycleIsOnSite(scene, payer, google);
}

/** The same pods as after `dryRun: true`, and nothing comes of them: no row, no operation, not a mutez. */
async function dryRunSendsNothing(scene: Scene, payer: Payer): Promise<void> {
  const [before, sent] = [await walletState(scene, payer), await broadcast(scene)];
  await scene.applyPayouts([[payer.dryRun, true]]);
  const pod = await completedJob(scene, `payouts-${payer.baker}`, 'dry-run');
  if (pod.spec.containers.some(({ name }: any) => name === 'pay'))
    throw new Error('a dry run has a container that pays');
  const said = wordsOf(scene, pod);
  if (!said.includes(`would pay ${sumOf(payer)} mutez to ${payer.due.size} rows`))
    throw new Error(`the dry run does not say what it would pay:\n${said}`);
  const [after, since] = [await walletState(scene, payer), (await broadcast(scene)).slice(sent.length)];
  const rows = await rowsOf(scene, payer);
  if (JSON.stringify(after) !== JSON.stringify(before) || after.isSending || since.length + rows.length > 0)
    throw new Error(`after a dry run: ${JSON.stringify({ before, after, since, rows })}`);
  await scene.applyPayouts();
}

/**
 * As soon as the network has its operation, the pod is dead. Nobody puts it into a block before that: however slow the
 * machine is, nothing is confirmed that could be reported.
 */
async function killedBetweenBroadcastAndReport(scene: Scene, payer: Payer): Promise<void> {
  await scene.outside.control({ censored: [payer.wallet.address] });
  try {
    const { pod, job } = await sendingRun(scene, payer);
    await scene.nodes.kill(pod, 'pay');
    const end = await endOfJob(scene, job);
    const said = wordsOf(scene, pod);
    if (end !== 'Failed' || REPORTED.test(said)) throw new Error(`it was not killed before it could report:\n${said}`);
  } finally {
    await scene.outside.control({ censored: [] });
  }
}

/** A run that has just sent something. */
async function sendingRun(scene: Scene, payer: Payer): Promise<{ readonly pod: any; readonly job: string }> {
  const sent = await broadcast(scene);
  for (let run = 1; ; run++) {
    const job = runName('killed', run);
    const pod = await startJob(scene, `payouts-${payer.baker}`, job);
    const path = `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}`;
    const came = await until('the engine has sent', 240, async () => {
      if ((await broadcast(scene)).length > sent.length) return 'an operation';
      const { phase } = (await scene.api.get(path)).status;
      return (phase === 'Failed' || phase === 'Succeeded') && phase;
    });
    if (came === 'an operation') return { pod: await scene.api.get(path), job }; // by now it has a node
    if (came === 'Succeeded') throw new Error(`the run has sent nothing:\n${wordsOf(scene, pod)}`);
    mayRunAgain(scene, pod, run);
  }
}

/** By the blocks of the network, to the last mutez: each delegator has what was due, once, and the wallet the rest. */
async function isPaidOnce(scene: Scene, payer: Payer): Promise<void> {
  const { transfers, fees } = await sentBy(scene);
  const sentTo = (address: string) =>
    transfers
      .get(address)
      ?.map(({ mutez }) => mutez)
      .join();
  const wrong = [...new Set([...payer.due.keys(), ...transfers.keys()])].filter(
    (address) => sentTo(address) !== String(payer.due.get(address)),
  );
  const told = wrong.map((address) => `${address}: due ${payer.due.get(address)}, sent ${sentTo(address)}`);
  if (wrong.length > 0) throw new Error(`not paid once: ${told.join('; ')}`);
  const { balance } = await walletState(scene, payer);
  const rest = WALLET_BALANCE - sumOf(payer) - fees;
  if (balance !== rest) throw new Error(`the wallet has ${balance} mutez, and ${rest} should be left`);
}

/** The reconciliation, and what was paid. */
function isOnRecord(wallet: string, objects: readonly string[]): void {
  for (const folder of ['generations', 'records']) {
    const isThere = objects.some((name) => name.startsWith(`${wallet}/${folder}/`));
    if (!isThere) throw new Error(`the bucket has no ${folder} of the wallet, but ${objects.join(', ')}`);
  }
}

import { portOf } from '../../../../model/components';
import { type PayoutRecord, paths } from '../../../../programs/payout-guard/payout-guard.contract';
import { until } from '../../cluster/processes';
import type { Answer } from '../../tools/run';
import type { Scene } from '../scene';
import type { Payer } from './paying-bakery';
import { namespaceOf } from './payout-job';

function inPod(scene: Scene, words: readonly string[], input?: string): Promise<Answer> {
  const exec = ['exec', '--stdin', 'payout-guard-0', '--container', 'payout-guard', '--'];
  return scene.cluster.kubectl(['--namespace', namespaceOf(scene), ...exec, ...words], input);
}

/**
 * A person reconciles on the first day, in the pod: nothing is shown, and it is recorded. Before that the guard is stopped,
 * and must say so; afterwards it is not.
 */
export async function reconcileFirst(scene: Scene, { baker }: Payer): Promise<void> {
  const reason = (await wallets(scene))[0]?.stopped?.reason;
  if (reason !== 'never-reconciled') throw new Error(`payout-guard with an empty journal is stopped for: ${reason}`);
  // Its node may be on its way yet.
  await until('a person has reconciled the wallet', 180, async () => {
    const { status, stdout, stderr } = await inPod(scene, ['payout-guard', 'reconcile', baker], 'record\n');
    if (status !== 0) throw new Error(`${stdout}${stderr}`);
    return true;
  });
  const stopped = (await wallets(scene)).find((each) => each.stopped);
  if (stopped) throw new Error(`after reconcile payout-guard is stopped still: ${JSON.stringify(stopped)}`);
}

async function wallets(scene: Scene): Promise<any[]> {
  return until('payout-guard tells its status', 180, async () => {
    const { status, stdout, stderr } = await inPod(scene, ['payout-guard', 'status']);
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as any[];
  });
}

/** The rows of the cycle that is paid, as the guard knows them. Its image has Node and nothing else. */
export async function rowsOf(scene: Scene, { wallet, cycle }: Payer): Promise<PayoutRecord[]> {
  const url = `http://127.0.0.1:${portOf('payout-guard', 'plan')}${paths.rows}?wallet=${wallet.address}&cycle=${cycle}`;
  const script = `fetch('${url}').then((answer) => answer.text()).then((text) => process.stdout.write(text))`;
  const { status, stdout, stderr } = await inPod(scene, ['/nodejs/bin/node', '-e', script]);
  if (status !== 0) throw new Error(`payout-guard does not answer ${url}: ${stderr}`);
  return JSON.parse(stdout);
}

/** Waits until every row of the cycle is paid by a final block. */
export function allIsPaid(scene: Scene, payer: Payer): Promise<PayoutRecord[]> {
  return until('payout-guard calls every row of the cycle paid', 240, async () => {
    const rows = await rowsOf(scene, payer);
    if (rows.length === payer.due.size && rows.every(({ status }) => status === 'paid')) return rows;
    throw new Error(rows.map(({ recipient, status }) => `${recipient} ${status}`).join(', '));
  });
}

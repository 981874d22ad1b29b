import { payoutGuardMetrics as guard } from '../../../../programs/payout-guard/payout-guard.contract';
import { until } from '../../cluster/processes';
import type { PrometheusView } from '../prometheus-view';
import type { Scene } from '../scene';
import { type Payer, sumOf } from './paying-bakery';

/** What Prometheus has of the wallet says what the chain says: each row is paid, and nothing is waited for. */
export async function payoutsAreTold(scene: Scene, payer: Payer, view: PrometheusView): Promise<void> {
  const wanted: readonly (readonly [metric: string, matcher: string, value: number])[] = [
    [guard.lastPaidCycle, '', payer.cycle],
    [guard.rows, ',status="paid"', payer.due.size],
    [guard.oldestRow, '', 0],
    [guard.paid, '', sumOf(payer)],
    [guard.recordsBehind, '', 0],
  ];
  const count = await until('Prometheus knows what was paid', 180, async () => {
    for (const [metric, matcher, value] of wanted) {
      const told = await view.query(`${metric}{wallet="${payer.wallet.address}"${matcher}}`);
      const values = told.map((each) => each.value);
      if (values.join() !== String(value)) throw new Error(`${metric}${matcher} is ${values.join()}, not ${value}`);
    }
    return wanted.length;
  });
  scene.report.pass(`metrics of ${scene.bakery.name} say that cycle ${payer.cycle} is paid`, count);
}

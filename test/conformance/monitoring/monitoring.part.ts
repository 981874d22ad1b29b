import type { Context, Part } from '../part';
import { judgeConfigs } from './judge-configs';
import { judgeExporter } from './judge-exporter';
import { judgeSources } from './judge-sources';
import { judgeWeek } from './judge-week';
import { judgesOfAlerts } from './judges-of-alerts';

/**
 * What watches, watched: who is woken by a week in which all is well, whether what the rules ask for is told by anybody,
 * and whether the chain-exporter counts right at a node that does not behave. No cluster is needed.
 */
export const monitoring: Part = { name: 'monitoring', budgetSeconds: 120, run };

async function run(context: Context): Promise<void> {
  await context.tools.debian('util-linux', 'setpriv'); // every process ends with this one
  const judges = await judgesOfAlerts(context);
  await judgeConfigs(context, judges);
  // The weeks are promtool's own work, beside which the programs have a core.
  await Promise.all([judgeWeek(context, judges), judgePrograms(context)]);
}

async function judgePrograms(context: Context): Promise<void> {
  await judgeSources(context);
  await judgeExporter(context);
}

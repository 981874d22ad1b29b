import type { Context } from '../part';

/** Prometheus' and Alertmanager's own tools, of the versions that the images have. */
export interface JudgesOfAlerts {
  readonly promtool: string;
  readonly amtool: string;
}

export async function judgesOfAlerts({ tools, report }: Context): Promise<JudgesOfAlerts> {
  const [promtool, amtool] = [await tools.monitoring('promtool'), await tools.monitoring('amtool')];
  report.version('promtool', tools.monitoringVersion('prometheus'));
  report.version('amtool', tools.monitoringVersion('alertmanager'));
  return { promtool, amtool };
}

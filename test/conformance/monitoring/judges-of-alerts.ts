import type { Context } from '../part';
import { mustRun } from '../tools/run';

/** Prometheus' and Alertmanager's own tools, of the versions that the images have. */
export interface JudgesOfAlerts {
  readonly promtool: string;
  readonly amtool: string;
}

export async function judgesOfAlerts({ tools, report }: Context): Promise<JudgesOfAlerts> {
  const promtool = await tools.monitoring('promtool');
  const amtool = await tools.monitoring('amtool');
  for (const program of [promtool, amtool]) {
    const { stdout, stderr } = await mustRun(program, ['--version']);
    const [, name = program, version = '?'] = /^(\S+), version (\S*)/.exec(stdout || stderr) ?? [];
    report.version(name, version);
  }
  return { promtool, amtool };
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALERTMANAGER_DIR } from '../../../charts/monitoring/alertmanager-config';
import { PROMETHEUS_DIR } from '../../../charts/monitoring/prometheus-config';
import type { Context } from '../part';
import { run } from '../tools/run';
import type { JudgesOfAlerts } from './judges-of-alerts';
import { type RenderedMonitoring, renderedMonitoring } from './rendered-monitoring';

const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** Whether Prometheus and Alertmanager take what dist/ tells them, word by word; and that they would not take all. */
export async function judgeConfigs(context: Context, judges: JudgesOfAlerts): Promise<void> {
  const { root, bakeries, report } = context;
  for (const { name } of bakeries.filter(({ settings }) => settings.monitoring.own)) {
    const rendered = renderedMonitoring(root, name);
    for (const [what, said] of await verdicts(context, judges, rendered)) {
      if (said === '') report.pass(`${what} of ${name}`);
      else report.fail(`${what} of ${name}`, `dist/charts/${name}: ${said}`);
    }
    const wrong = { ...rendered, ...spoilt(rendered), bakery: `${name}-spoilt` };
    for (const [what, said] of await verdicts(context, judges, wrong)) {
      if (said !== '') report.pass(`${what}, spoilt, is refused`);
      else report.fail(`${what}, spoilt`, 'was taken: this judge proves nothing');
    }
  }
}

/** What is wrong with each; '' if nothing is. */
async function verdicts(
  { scratch }: Context,
  { promtool, amtool }: JudgesOfAlerts,
  { bakery, prometheus, alertmanager }: RenderedMonitoring,
): Promise<[string, string][]> {
  const folder = scratch(`configs-${bakery}`);
  const prometheusDir = written(join(folder, 'prometheus'), prometheus, [
    [PROMETHEUS_DIR, join(folder, 'prometheus')],
    [TOKEN, join(folder, 'token')], // its place is there, and that is looked at
  ]);
  writeFileSync(join(folder, 'token'), '');
  const alertmanagerDir = written(join(folder, 'alertmanager'), alertmanager, [
    [`${ALERTMANAGER_DIR}/`, `${join(folder, 'alertmanager')}/`],
  ]);
  const config = join(prometheusDir, 'prometheus.yaml');
  const judged = async (program: string, ...words: string[]) => {
    const { status, stdout, stderr } = await run(program, words, { alone: folder });
    return status === 0 ? '' : `${stdout}${stderr}`.trim();
  };
  return [
    ['promtool check config', await judged(promtool, 'check', 'config', config)],
    ['promtool check rules', await judged(promtool, 'check', 'rules', join(prometheusDir, 'rules.yaml'))],
    ['amtool check-config', await judged(amtool, 'check-config', join(alertmanagerDir, 'alertmanager.yaml'))],
  ];
}

/** The files in a folder; answers it. `moved`: paths of the pod that are elsewhere here. */
function written(
  folder: string,
  files: Readonly<Record<string, string>>,
  moved: readonly (readonly [string, string])[],
): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(
      join(folder, name),
      moved.reduce((moving, [from, to]) => moving.replaceAll(from, to), text),
    );
  }
  return folder;
}

/** One word wrong in each. */
function spoilt({ prometheus, alertmanager }: RenderedMonitoring): Partial<RenderedMonitoring> {
  const rules = (prometheus['rules.yaml'] ?? '').replace(/expr: /, 'expr: ) ');
  return {
    prometheus: {
      'prometheus.yaml': (prometheus['prometheus.yaml'] ?? '').replace('scrape_interval', 'scrape_intervall'),
      'rules.yaml': rules,
    },
    alertmanager: {
      'alertmanager.yaml': (alertmanager['alertmanager.yaml'] ?? '').replace(/receiver: \S+/, 'receiver: stranger'),
    },
  };
}

import { stringify } from 'yaml';
import type { Bakery } from '../../model/bakery';
import { namespaceRoles, portOf } from '../../model/components';
import { POOL_KEY, poolName, poolRoles } from '../../model/google/pools';
import type { Files } from '../component-chart';
import { type Alert, ruleOf, seriesLabels } from '../kit/alert';
import { addressOf, bakerLabels, type Relabelling, type ScrapeTarget, scrapeTargets } from './scrape-jobs';

const CONFIG = 'prometheus.yaml';
const RULES = 'rules.yaml';

/** Where `prometheusFiles` are mounted. */
export const PROMETHEUS_DIR = '/etc/prometheus';
export const PROMETHEUS_CONFIG = `${PROMETHEUS_DIR}/${CONFIG}`;

const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';
/** By which the kubelets' series are told from others. */
const KUBELET = 'kubelet';

/** What Prometheus is told: where to look, and what is worth a message. */
export function prometheusFiles(bakery: Bakery, alerts: ReadonlyMap<string, readonly Alert[]>): Files {
  return { [CONFIG]: stringify(config(bakery), yamlStyle), [RULES]: ruleFile(bakery, alerts) };
}

const yamlStyle = { lineWidth: 0, aliasDuplicateObjects: false };

/** The rules, a group for each component. */
export function ruleFile(bakery: Bakery, alerts: ReadonlyMap<string, readonly Alert[]>): string {
  return stringify({ groups: ruleGroups(bakery, alerts) }, yamlStyle);
}

export function ruleGroups(bakery: Bakery, alerts: ReadonlyMap<string, readonly Alert[]>) {
  return [...alerts]
    .filter(([, each]) => each.length > 0)
    .map(([name, each]) => ({ name: `${bakery.name}-${name}`, rules: each.map((alert) => ruleOf(bakery, alert)) }));
}

function config(bakery: Bakery): object {
  const alertmanager = { targets: [`alertmanager:${portOf('alertmanager', 'web')}`] };
  return {
    global: { scrape_interval: '15s', scrape_timeout: '10s', evaluation_interval: '15s' },
    rule_files: [`${PROMETHEUS_DIR}/${RULES}`],
    alerting: { alertmanagers: [{ static_configs: [alertmanager] }] },
    scrape_configs: [
      ...jobs(bakery),
      ownJob(bakery, 'prometheus', `localhost:${portOf('prometheus', 'web')}`),
      ownJob(bakery, 'alertmanager', alertmanager.targets[0]),
      kubeletJob(bakery),
    ],
  };
}

/** A job for each component; that of the gateway has the homes too. */
function jobs(bakery: Bakery): object[] {
  const targets = scrapeTargets(bakery);
  return [...new Set(targets.map(({ component }) => component))].map((job_name) => {
    const own = targets.filter(({ component }) => component === job_name);
    const ofBakers = bakerLabels(bakery, job_name);
    return {
      job_name,
      static_configs: own.map((target) => staticConfig(bakery, target)),
      ...(ofBakers.length > 0 ? { metric_relabel_configs: ofBakers.map(inPrometheusWords) } : {}),
    };
  });
}

function staticConfig(bakery: Bakery, target: ScrapeTarget): object {
  const { component, instance, path, everySeconds, timeoutSeconds } = target;
  const labels = {
    ...labelsOf(bakery, component, instance),
    __metrics_path__: path,
    __scrape_interval__: `${everySeconds}s`,
    __scrape_timeout__: `${timeoutSeconds}s`,
  };
  return { targets: [addressOf(bakery, target)], labels };
}

function labelsOf(bakery: Bakery, component: string, instance: string): Record<string, string> {
  return { [seriesLabels.bakery]: bakery.name, [seriesLabels.component]: component, [seriesLabels.instance]: instance };
}

/** What watches, watched. */
function ownJob(bakery: Bakery, name: string, address: string): object {
  return { job_name: name, static_configs: [{ targets: [address], labels: labelsOf(bakery, name, name) }] };
}

/**
 * How full the claims are: only the kubelet of a pod's node knows. Nodes come and go, so these alone are discovered. A
 * kubelet's certificate is its own, and nothing in the cluster vouches for it: who could stand in for one would be on
 * the nodes' network, and would get a token that reads names of nodes and these numbers, no more.
 */
function kubeletJob(bakery: Bakery): object {
  const pools = poolRoles.map((role) => poolName(bakery.name, role)).join(',');
  const namespaces = namespaceRoles.map((role) => bakery.namespace(role)).join('|');
  const kept: Relabelling[] = [
    { sourceLabels: ['__name__'], regex: 'kubelet_volume_stats_(available_bytes|capacity_bytes)', action: 'keep' },
    { sourceLabels: ['namespace'], regex: namespaces, action: 'keep' },
  ];
  const given = { [seriesLabels.bakery]: bakery.name, [seriesLabels.component]: KUBELET };
  return {
    job_name: 'kubelets',
    scheme: 'https',
    scrape_interval: '60s',
    authorization: { credentials_file: TOKEN },
    tls_config: { insecure_skip_verify: true },
    kubernetes_sd_configs: [{ role: 'node', selectors: [{ role: 'node', label: `${POOL_KEY} in (${pools})` }] }],
    relabel_configs: Object.entries(given).map(([targetLabel, replacement]) =>
      inPrometheusWords({ targetLabel, replacement }),
    ),
    metric_relabel_configs: kept.map(inPrometheusWords),
  };
}

function inPrometheusWords({ sourceLabels, targetLabel, ...rest }: Relabelling): object {
  return {
    ...(sourceLabels ? { source_labels: sourceLabels } : {}),
    ...(targetLabel ? { target_label: targetLabel } : {}),
    ...rest,
  };
}

import type { Construct } from 'constructs';
import type { Bakery } from '../model/bakery';
import { type ComponentName, componentNames } from '../model/components';
import { AccuserChart } from './accuser/accuser.chart';
import { bakerAlerts } from './baker/baker.alerts';
import { BakerChart } from './baker/baker.chart';
import type { ComponentChart } from './component-chart';
import { dalNodeAlerts } from './dal-node/dal-node.alerts';
import { DalNodeChart } from './dal-node/dal-node.chart';
import { EndorserChart } from './endorser/endorser.chart';
import { FoundationChart } from './foundation/foundation.chart';
import type { Alert, AlertsOf } from './kit/alert';
import type { Dashboard, DashboardOf } from './kit/dashboard';
import { AlertmanagerChart } from './monitoring/alertmanager.chart';
import { chainExporterAlerts } from './monitoring/chain-exporter.alerts';
import { ChainExporterChart } from './monitoring/chain-exporter.chart';
import { heartbeatAlerts } from './monitoring/heartbeat.alerts';
import { HeartbeatChart } from './monitoring/heartbeat.chart';
import { KubeStateMetricsChart } from './monitoring/kube-state-metrics.chart';
import { OperatorChart } from './monitoring/operator.chart';
import { overviewDashboard } from './monitoring/overview.dashboard';
import { platformAlerts } from './monitoring/platform.alerts';
import { prometheusAlerts } from './monitoring/prometheus.alerts';
import { PrometheusChart } from './monitoring/prometheus.chart';
import { signingDashboard } from './monitoring/signing.dashboard';
import { NetworkPoliciesChart } from './network-policies/network-policies.chart';
import { OctezScriptsChart } from './octez-scripts/octez-scripts.chart';
import { payoutSiteAlerts } from './payout-site/payout-site.alerts';
import { PayoutSiteChart } from './payout-site/payout-site.chart';
import { PayoutGuardChart } from './payouts/payout-guard.chart';
import { payoutAlerts } from './payouts/payouts.alerts';
import { PayoutsChart } from './payouts/payouts.chart';
import { payoutsDashboard } from './payouts/payouts.dashboard';
import { sentryAlerts } from './sentry/sentry.alerts';
import { SentryChart } from './sentry/sentry.chart';
import { signerGatewayAlerts } from './signer-gateway/signer-gateway.alerts';
import { SignerGatewayChart } from './signer-gateway/signer-gateway.chart';

/** Alerts by the component that has them. */
type Alerts = ReadonlyMap<string, readonly Alert[]>;

/** The chart of each component. What watches is handed the alerts of all of them. */
const charts: Readonly<
  Record<ComponentName, new (scope: Construct, bakery: Bakery, alerts: Alerts) => ComponentChart>
> = {
  sentry: SentryChart,
  baker: BakerChart,
  accuser: AccuserChart,
  endorser: EndorserChart,
  'dal-node': DalNodeChart,
  'signer-gateway': SignerGatewayChart,
  prometheus: PrometheusChart,
  alertmanager: AlertmanagerChart,
  'kube-state-metrics': KubeStateMetricsChart,
  'chain-exporter': ChainExporterChart,
  heartbeat: HeartbeatChart,
  'payout-guard': PayoutGuardChart,
  payouts: PayoutsChart,
  'payout-site': PayoutSiteChart,
};

/** What people are told of each component. */
const alertsOf: Partial<Readonly<Record<ComponentName, AlertsOf>>> = {
  sentry: sentryAlerts,
  baker: bakerAlerts,
  'dal-node': dalNodeAlerts,
  'signer-gateway': signerGatewayAlerts,
  'chain-exporter': chainExporterAlerts,
  prometheus: prometheusAlerts,
  heartbeat: heartbeatAlerts,
  'payout-guard': payoutAlerts,
  'payout-site': payoutSiteAlerts,
};

/** The alerts of a bakery, by component, and those of pods and disks, whosever they are. */
export function bakeryAlerts(bakery: Bakery): Alerts {
  const present = componentNames.filter((name) => bakery.has(name));
  const own = present.map((name) => [name, alertsOf[name]?.(bakery) ?? []] as const);
  return new Map<string, readonly Alert[]>([...own, ['platform', platformAlerts(bakery)]]);
}

/** What Grafana shows of it. */
const dashboards: readonly DashboardOf[] = [overviewDashboard, signingDashboard, payoutsDashboard];

/** The boards of a bakery, whether or not its file asks for them. */
export function bakeryDashboards(bakery: Bakery): Dashboard[] {
  return dashboards.flatMap((of) => of(bakery) ?? []);
}

/** Every chart of a bakery: the only place that sees all components. */
export function bakeryCharts(scope: Construct, bakery: Bakery): void {
  new FoundationChart(scope, bakery);
  new OctezScriptsChart(scope, bakery);
  const alerts = bakeryAlerts(bakery);
  for (const name of componentNames.filter((each) => bakery.has(each))) new charts[name](scope, bakery, alerts);
  if (bakery.settings.monitoring.operator) new OperatorChart(scope, bakery, alerts);
  if (asksForDashboards(bakery)) {
    // What makes them takes a package that nobody else has to wait for.
    const { DashboardsChart } =
      require('./monitoring/dashboards.chart') as typeof import('./monitoring/dashboards.chart');
    new DashboardsChart(scope, bakery, bakeryDashboards(bakery));
  }
  new NetworkPoliciesChart(scope, bakery);
}

function asksForDashboards({ settings: { monitoring } }: Bakery): boolean {
  return (monitoring.own ?? monitoring.operator)?.dashboards !== undefined;
}

import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Bakery } from '../../model/bakery';
import { components } from '../../model/components';
import { BakeryChart } from '../component-chart';
import { type Alert, seriesLabels } from '../kit/alert';
import { ruleGroups } from './prometheus-config';
import { bakerLabels, type Relabelling, type ScrapeTarget, scrapeTargets } from './scrape-jobs';

const API = 'monitoring.coreos.com/v1';

/**
 * For a cluster where the Prometheus operator runs: what its Prometheus scrapes of ours, and the same rules as our own
 * would have. Who is told what stays with the owner of that cluster: the operator would bind our routes and inhibitions
 * to our namespace, and what no namespace has would never be told.
 */
export class OperatorChart extends BakeryChart {
  /** `alerts` by the component that has them. */
  constructor(scope: Construct, bakery: Bakery, alerts: ReadonlyMap<string, readonly Alert[]>) {
    super(scope, bakery, 'operator');
    const targets = scrapeTargets(bakery);
    for (const name of new Set(targets.map(({ component }) => component))) {
      this.serviceMonitor(targets.filter(({ component }) => component === name));
    }
    this.object('PrometheusRule', 'alerts', { groups: ruleGroups(bakery, alerts) });
  }

  /** Of one component: each endpoint is a path that each of its Services is asked for. */
  private serviceMonitor(targets: readonly ScrapeTarget[]) {
    const { bakery } = this;
    const [{ component }] = targets;
    const paths = [...new Map(targets.map((target) => [target.path, target])).values()];
    this.object('ServiceMonitor', component, {
      namespaceSelector: { matchNames: [bakery.namespace(components[component].namespace)] },
      selector: { matchLabels: { 'app.kubernetes.io/name': component, 'app.kubernetes.io/part-of': bakery.name } },
      endpoints: paths.map((target) => this.endpoint(target)),
    });
  }

  private endpoint({ component, instance, path, everySeconds, timeoutSeconds }: ScrapeTarget) {
    const { bakery } = this;
    const isHome = component === 'signer-gateway' && instance !== component;
    // Several have Services of their own, whose label says which.
    const whose: Relabelling = isHome
      ? { targetLabel: seriesLabels.instance, replacement: instance }
      : {
          sourceLabels: ['__meta_kubernetes_service_label_app_kubernetes_io_instance'],
          targetLabel: seriesLabels.instance,
        };
    const ofBakers = bakerLabels(bakery, component);
    return {
      port: 'metrics',
      path,
      interval: `${everySeconds}s`,
      scrapeTimeout: `${timeoutSeconds}s`,
      relabelings: [
        { targetLabel: seriesLabels.bakery, replacement: bakery.name },
        { targetLabel: seriesLabels.component, replacement: component },
        whose,
      ],
      ...(ofBakers.length > 0 ? { metricRelabelings: ofBakers } : {}),
    };
  }

  private object(kind: string, name: string, spec: object) {
    const { labels = {} } = this.bakery.settings.monitoring.operator ?? {};
    const { labels: own, ...metadata } = this.metadataIn('monitoring', { name });
    new ApiObject(this, `${kind}-${name}`, {
      apiVersion: API,
      kind,
      metadata: { ...metadata, labels: { ...own, ...labels } },
      spec,
    });
  }
}

import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Bakery } from '../../model/bakery';
import { BakeryChart } from '../component-chart';
import type { Dashboard } from '../kit/dashboard';
import { dashboardUid, grafanaJson } from './grafana-json';

/** By which the sidecar of Grafana's own chart finds boards. */
const foundBy = { grafana_dashboard: '1' };

/** Boards for a Grafana that somebody runs; none is deployed here. */
export class DashboardsChart extends BakeryChart {
  constructor(scope: Construct, bakery: Bakery, dashboards: readonly Dashboard[]) {
    super(scope, bakery, 'dashboards');
    for (const dashboard of dashboards) {
      const { labels, ...metadata } = this.metadataIn('monitoring', { name: `dashboard-${dashboard.name}` });
      new k8s.KubeConfigMap(this, dashboard.name, {
        metadata: { ...metadata, labels: { ...labels, ...foundBy } },
        // The sidecar puts the files of all namespaces into one folder.
        data: { [`${dashboardUid(bakery.name, dashboard.name)}.json`]: grafanaJson(bakery, dashboard) },
      });
    }
  }
}

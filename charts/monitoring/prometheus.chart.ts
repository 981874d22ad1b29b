import type { Construct } from 'constructs';
import type { Bakery } from '../../model/bakery';
import { claimNamed } from '../../model/claims';
import { ComponentChart } from '../component-chart';
import type { Alert } from '../kit/alert';
import { checksum } from '../kit/checksum';
import { highAvailability } from '../kit/high-availability';
import { singlePod } from '../kit/single-pod';
import { claim } from '../kit/volumes';
import { PROMETHEUS, prometheusPod } from './prometheus.pod';
import { prometheusFiles } from './prometheus-config';
import { clusterRights } from './rbac';

/** Scrapes every component and judges what it sees. Nobody dials it; people come by `kubectl port-forward`. */
export class PrometheusChart extends ComponentChart {
  /** `alerts` by the component that has them. */
  constructor(scope: Construct, bakery: Bakery, alerts: ReadonlyMap<string, readonly Alert[]>) {
    super(scope, bakery, 'prometheus');
    const own = bakery.settings.monitoring.own!; // or the bakery would not have this component
    const data = claimNamed(bakery, 'prometheus-data');
    const files = prometheusFiles(bakery, alerts);
    claim(this, data);
    this.configMap(PROMETHEUS, files);
    singlePod(this, { annotations: checksum(files), spec: prometheusPod(bakery, own, data) });
    clusterRights(this, [
      { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] },
    ]);
    highAvailability(this);
  }
}

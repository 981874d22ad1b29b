import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Bakery } from '../../model/bakery';
import { namespaceRoles } from '../../model/components';
import { ComponentChart } from '../component-chart';
import { highAvailability } from '../kit/high-availability';
import { dialledPorts } from '../kit/ports';
import { singlePod } from '../kit/single-pod';
import { kubeStateMetricsPod, watched } from './kube-state-metrics.pod';
import { namespaceRights } from './rbac';

/** What the API server knows of the bakery's pods, jobs and claims, as metrics; of other namespaces it may read nothing. */
export class KubeStateMetricsChart extends ComponentChart {
  constructor(scope: Construct, bakery: Bakery) {
    super(scope, bakery, 'kube-state-metrics');
    singlePod(this, { spec: kubeStateMetricsPod(bakery) });
    const rules = Object.entries(watched).map(([group, resources]) => {
      return { apiGroups: [group], resources: [...resources], verbs: ['list', 'watch'] };
    });
    namespaceRights(this, namespaceRoles, rules);
    new k8s.KubeService(this, 'service', {
      metadata: this.metadata({ name: 'kube-state-metrics' }),
      spec: {
        selector: bakery.selector('kube-state-metrics', 'kube-state-metrics'),
        ports: dialledPorts(bakery, 'kube-state-metrics', 'metrics'),
      },
    });
    highAvailability(this);
  }
}

import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Bakery } from '../../model/bakery';
import { claimNamed } from '../../model/claims';
import { ComponentChart } from '../component-chart';
import type { Alert } from '../kit/alert';
import { checksum } from '../kit/checksum';
import { highAvailability } from '../kit/high-availability';
import { dialledPorts } from '../kit/ports';
import { singlePod } from '../kit/single-pod';
import { claim } from '../kit/volumes';
import { ALERTMANAGER, alertmanagerPod } from './alertmanager.pod';
import { alertmanagerFiles } from './alertmanager-config';

/** Tells people, once for each cause. */
export class AlertmanagerChart extends ComponentChart {
  /** `alerts` by the component that has them. */
  constructor(scope: Construct, bakery: Bakery, alerts: ReadonlyMap<string, readonly Alert[]>) {
    super(scope, bakery, 'alertmanager');
    const data = claimNamed(bakery, 'alertmanager-data');
    const files = alertmanagerFiles(bakery, [...alerts.values()].flat());
    claim(this, data);
    this.configMap(ALERTMANAGER, files);
    singlePod(this, { annotations: checksum(files), spec: alertmanagerPod(bakery, data) });
    new k8s.KubeService(this, 'service', {
      metadata: this.metadata({ name: 'alertmanager' }),
      spec: {
        selector: bakery.selector('alertmanager', 'alertmanager'),
        ports: dialledPorts(bakery, 'alertmanager', 'web'),
      },
    });
    highAvailability(this);
  }
}

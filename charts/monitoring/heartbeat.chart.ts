import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Bakery } from '../../model/bakery';
import { ComponentChart } from '../component-chart';
import { checksum } from '../kit/checksum';
import { highAvailability } from '../kit/high-availability';
import { programFiles } from '../kit/own-program';
import { dialledPorts } from '../kit/ports';
import { singlePod } from '../kit/single-pod';
import { HEARTBEAT, heartbeatFiles, heartbeatPod } from './heartbeat.pod';

/** Writes an object into a bucket each minute, as long as monitoring works: who no longer sees it new tells a person. */
export class HeartbeatChart extends ComponentChart {
  constructor(scope: Construct, bakery: Bakery) {
    super(scope, bakery, 'heartbeat');
    const [config, program] = [heartbeatFiles(bakery), programFiles('heartbeat')];
    this.configMap(HEARTBEAT, config);
    this.scripts(program);
    singlePod(this, { annotations: checksum(config, program), spec: heartbeatPod(bakery) });
    new k8s.KubeService(this, 'service', {
      metadata: this.metadata({ name: 'heartbeat' }),
      spec: {
        selector: bakery.selector('heartbeat', 'heartbeat'),
        ports: dialledPorts(bakery, 'heartbeat', 'metrics'),
      },
    });
    highAvailability(this);
  }
}

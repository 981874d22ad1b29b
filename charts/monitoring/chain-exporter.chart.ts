import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Bakery } from '../../model/bakery';
import { ComponentChart } from '../component-chart';
import { checksum } from '../kit/checksum';
import { highAvailability } from '../kit/high-availability';
import { programFiles } from '../kit/own-program';
import { dialledPorts } from '../kit/ports';
import { singlePod } from '../kit/single-pod';
import { CHAIN_EXPORTER, chainExporterPod, exporterFiles } from './chain-exporter.pod';

/** Reads from a sentry what becomes of our rights, block by block, and tells it as metrics. */
export class ChainExporterChart extends ComponentChart {
  constructor(scope: Construct, bakery: Bakery) {
    super(scope, bakery, 'chain-exporter');
    const [config, program] = [exporterFiles(bakery), programFiles('chain-exporter')];
    this.configMap(CHAIN_EXPORTER, config);
    this.scripts(program);
    singlePod(this, { annotations: checksum(config, program), spec: chainExporterPod(bakery) });
    new k8s.KubeService(this, 'service', {
      metadata: this.metadata({ name: 'chain-exporter' }),
      spec: {
        selector: bakery.selector('chain-exporter', 'chain-exporter'),
        ports: dialledPorts(bakery, 'chain-exporter', 'metrics'),
      },
    });
    highAvailability(this);
  }
}

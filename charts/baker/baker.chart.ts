import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Bakery } from '../../model/bakery';
import { claimNamed } from '../../model/claims';
import { serviceOf } from '../../model/components';
import { isDialled } from '../../model/flows';
import { ComponentChart } from '../component-chart';
import { checksum } from '../kit/checksum';
import { highAvailability } from '../kit/high-availability';
import { walletFiles } from '../kit/octez/wallet';
import { servicePort } from '../kit/ports';
import { neverDisrupted, singlePod } from '../kit/single-pod';
import { claim } from '../kit/volumes';
import { BAKER_WALLET, bakerPod, bakerScripts } from './baker.pod';

/** The private node with the baker. */
export class BakerChart extends ComponentChart {
  constructor(scope: Construct, bakery: Bakery) {
    super(scope, bakery, 'baker');
    claim(this, claimNamed(bakery, 'baker-node-data'));
    claim(this, claimNamed(bakery, 'baker-base-dir'));
    this.configMap(BAKER_WALLET, walletFiles(bakery));
    this.scripts(bakerScripts(bakery));
    this.bakerStatefulSet();
    if (bakery.releases.node.hasMetricsServer) this.metricsService();
    this.rpcService();
    neverDisrupted(this);
    highAvailability(this);
  }

  /** Two bakers would sign two blocks: one replica, and no second pod before the first is gone. */
  private bakerStatefulSet() {
    const annotations = checksum(bakerScripts(this.bakery), walletFiles(this.bakery));
    singlePod(this, { annotations, spec: bakerPod(this.bakery) });
  }

  /** A scrape target that stays when the node is not synced. */
  private metricsService() {
    const name = serviceOf('baker', 'metrics');
    this.service(name, { publishNotReadyAddresses: true, ports: [servicePort('baker', 'metrics')] });
  }

  /**
   * The private node's RPC, for whoever may dial it: each of them waits by itself until the node is synced. Readiness is
   * the whole pod's, so a baker that fails would take the node from them too, and not-ready addresses stay in it.
   */
  private rpcService() {
    const dialled = (['rpc', 'rpc-full', 'rpc-dal'] as const).filter((port) => isDialled(this.bakery, 'baker', port));
    const ports = dialled.map((port) => servicePort('baker', port));
    this.service(serviceOf('baker', 'rpc'), { publishNotReadyAddresses: true, ports });
  }

  private service(name: string, spec: k8s.ServiceSpec) {
    new k8s.KubeService(this, `service-${name}`, {
      metadata: this.metadata({ name }),
      spec: { selector: this.bakery.selector('baker', 'baker'), ...spec },
    });
  }
}

import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Bakery } from '../../model/bakery';
import { claimNamed } from '../../model/claims';
import { BakeryChart } from '../component-chart';
import { checksum, configMap } from '../kit/config-map';
import { highAvailability } from '../kit/high-availability';
import { PRIVATE_NODE_SERVICE } from '../kit/octez/private-node';
import { walletFiles } from '../kit/octez/wallet';
import { servicePort } from '../kit/ports';
import { neverDisrupted, singlePod } from '../kit/single-pod';
import { claim } from '../kit/volumes';
import { BAKER_SCRIPTS, BAKER_WALLET, bakerPod, bakerScripts, opensFullRpc } from './baker.pod';

/** The private node with the baker and the accuser. */
export class BakerChart extends BakeryChart {
  constructor(scope: Construct, bakery: Bakery) {
    super(scope, bakery, 'baker', 'baking');
    claim(this, claimNamed(bakery, 'baker-node-data'));
    claim(this, claimNamed(bakery, 'baker-base-dir'));
    configMap(this, BAKER_WALLET, 'baker', walletFiles(bakery));
    this.bakerStatefulSet();
    if (bakery.releases.node.hasMetricsServer) this.metricsService();
    this.rpcService();
    neverDisrupted(this, 'baker');
    highAvailability(this, 'baker');
  }

  /** Two bakers would sign two blocks: one replica, and no second pod before the first is gone. */
  private bakerStatefulSet() {
    singlePod(this, {
      component: 'baker',
      annotations: checksum(bakerScripts(this.bakery), walletFiles(this.bakery)),
      spec: bakerPod(this.bakery),
    });
  }

  /** A scrape target that stays when the node is not synced. */
  private metricsService() {
    this.service('baker', { publishNotReadyAddresses: true, ports: [servicePort('baker', 'metrics')] });
  }

  /** The private node's RPC, for what waits until it is synced. */
  private rpcService() {
    const full = opensFullRpc(this.bakery) ? [servicePort('baker', 'rpc-full')] : [];
    this.service(PRIVATE_NODE_SERVICE, { ports: [servicePort('baker', 'rpc'), ...full] });
  }

  private service(name: string, spec: k8s.ServiceSpec) {
    new k8s.KubeService(this, `service-${name}`, {
      metadata: this.metadata({ name, component: 'baker' }),
      spec: { selector: this.bakery.selector('baker', 'baker'), ...spec },
    });
  }
}

/** What the init containers of the baker's pod run. */
export class BakerScripts extends BakeryChart {
  constructor(scope: Construct, bakery: Bakery) {
    super(scope, bakery, 'baker.scripts', 'baking');
    configMap(this, BAKER_SCRIPTS, 'baker', bakerScripts(bakery));
  }
}

import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Bakery } from '../../model/bakery';
import { claimNamed } from '../../model/claims';
import { serviceOf } from '../../model/components';
import { ComponentChart, why } from '../component-chart';
import { checksum } from '../kit/checksum';
import { highAvailability } from '../kit/high-availability';
import { nodeWhy } from '../kit/octez/octez-node.container';
import { nodeFiles } from '../kit/octez/prepare-node.containers';
import { walletFiles } from '../kit/octez/wallet';
import { dialledPorts } from '../kit/ports';
import { neverDisrupted, singlePod } from '../kit/single-pod';
import { claim } from '../kit/volumes';
import { BAKER_WALLET, bakerPod, privateNode } from './baker.pod';

const NOT_READY = 'publishNotReadyAddresses: a node that is not synced is watched all the more.';
const RPC_NOT_READY =
  'publishNotReadyAddresses: readiness is the whole pod, and a baker that fails must not take the node from those that follow it.';

/** The private node with the baker. */
export class BakerChart extends ComponentChart {
  constructor(scope: Construct, bakery: Bakery) {
    super(scope, bakery, 'baker');
    claim(this, claimNamed(bakery, 'baker-node-data'));
    claim(this, claimNamed(bakery, 'baker-base-dir'));
    this.configMap(BAKER_WALLET, walletFiles(bakery));
    this.bakerStatefulSet();
    if (bakery.releases.node.hasMetricsServer) this.metricsService();
    this.rpcService();
    neverDisrupted(this);
    highAvailability(this);
  }

  /** Two bakers would sign two blocks: one replica, and no second pod before the first is gone. */
  private bakerStatefulSet() {
    const annotations = checksum(nodeFiles({ bakery: this.bakery, component: 'baker' }), walletFiles(this.bakery));
    singlePod(this, { annotations, spec: bakerPod(this.bakery), why: nodeWhy(privateNode(this.bakery)) });
  }

  /** A scrape target that stays when the node is not synced. */
  private metricsService() {
    const ports = dialledPorts(this.bakery, 'baker', 'metrics');
    this.service(serviceOf('baker', 'metrics'), { publishNotReadyAddresses: true, ports }, why(NOT_READY));
  }

  /**
   * The private node's RPC, for whoever may dial it: each of them waits by itself until the node is synced. Readiness is
   * the whole pod's, so a baker that fails would take the node from them too, and not-ready addresses stay in it.
   */
  private rpcService() {
    const ports = dialledPorts(this.bakery, 'baker', 'rpc', 'rpc-full', 'rpc-follow');
    this.service(serviceOf('baker', 'rpc'), { publishNotReadyAddresses: true, ports }, why(RPC_NOT_READY));
  }

  private service(
    name: string,
    spec: k8s.ServiceSpec & { readonly ports: k8s.ServicePort[] },
    annotations?: Record<string, string>,
  ) {
    if (spec.ports.length === 0) return;
    new k8s.KubeService(this, `service-${name}`, {
      metadata: this.metadata({ name, annotations }),
      spec: { selector: this.bakery.selector('baker', 'baker'), ...spec },
    });
  }
}

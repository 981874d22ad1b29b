import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Bakery } from '../../model/bakery';
import { claimNamed } from '../../model/claims';
import { dalAddress } from '../../model/google/names';
import { BakeryChart } from '../component-chart';
import { highAvailability } from '../kit/high-availability';
import { servicePort } from '../kit/ports';
import { singlePod } from '../kit/single-pod';
import { claim } from '../kit/volumes';
import { dalNodePod } from './dal-node.pod';

/**
 * The DAL attester node, where the bakery wants one. No disruption budget: without it the baker still bakes and
 * attests, and only the DAL's share of the rewards waits for the drain.
 */
export class DalNode extends BakeryChart {
  constructor(scope: Construct, bakery: Bakery) {
    super(scope, bakery, 'dal-node', 'baking');
    const daemon = bakery.daemon('dal-node');
    const { dal } = bakery.settings;
    if (!daemon || !dal) return;
    const store = claimNamed(bakery, 'dal-node-store');
    claim(this, store);
    singlePod(this, { component: 'dal-node', spec: dalNodePod({ bakery, daemon, dal, store }) });
    this.dalService();
    this.peerService();
    highAvailability(this, 'dal-node');
  }

  /** For the baker and for monitoring. */
  private dalService() {
    new k8s.KubeService(this, 'service', {
      metadata: this.metadata({ name: 'dal-node', component: 'dal-node' }),
      spec: {
        selector: this.bakery.selector('dal-node', 'dal-node'),
        ports: [servicePort('dal-node', 'rpc'), servicePort('dal-node', 'metrics')],
        // A node that is behind still answers what it knows; the baker copes with less, not with a name that is gone.
        publishNotReadyAddresses: true,
      },
    });
  }

  /** For its peers, on the address that `dal.publicAddress` tells them. */
  private peerService() {
    new k8s.KubeService(this, 'service-p2p', {
      metadata: this.metadata({
        name: 'dal-node-p2p',
        component: 'dal-node',
        annotations: {
          'networking.gke.io/load-balancer-ip-addresses': dalAddress(this.bakery.name),
          'cloud.google.com/l4-rbs': 'enabled',
        },
      }),
      spec: {
        type: 'LoadBalancer',
        // Without it peers appear with a node's address, which no policy takes for the internet.
        externalTrafficPolicy: 'Local',
        selector: this.bakery.selector('dal-node', 'dal-node'),
        ports: [servicePort('dal-node', 'p2p')],
        publishNotReadyAddresses: true,
      },
    });
  }
}

import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Bakery } from '../../model/bakery';
import { claimNamed } from '../../model/claims';
import { ComponentChart, why } from '../component-chart';
import { checksum } from '../kit/checksum';
import { highAvailability } from '../kit/high-availability';
import { dialledPorts, servicePort } from '../kit/ports';
import { publishedP2p } from '../kit/published-port';
import { singlePod } from '../kit/single-pod';
import { claim } from '../kit/volumes';
import { dalNodePod, dalNodeScripts, dalNodeWhy } from './dal-node.pod';

const NOT_READY =
  'publishNotReadyAddresses: a DAL node that is behind still answers what it knows; the baker copes with less, not with a name that is gone.';

/**
 * The DAL attester node. No disruption budget: without it the baker still bakes and attests, and only the DAL's share
 * of the rewards waits for the drain.
 */
export class DalNodeChart extends ComponentChart {
  constructor(scope: Construct, bakery: Bakery) {
    super(scope, bakery, 'dal-node');
    const { settings, daemon } = bakery.dal!; // or the bakery would not have this component
    const store = claimNamed(bakery, 'dal-node-store');
    claim(this, store);
    this.scripts(dalNodeScripts);
    singlePod(this, {
      annotations: checksum(dalNodeScripts), // it runs for as long as the node does
      spec: dalNodePod({ bakery, daemon, settings, store }),
      why: dalNodeWhy(bakery),
    });
    this.dalService();
    // For its peers, who know the address from the node itself: before it can tell them, nobody is to dial.
    if (settings.publicAddress) publishedP2p(this, servicePort('dal-node', 'p2p'));
    highAvailability(this);
  }

  /** For the baker and for monitoring. */
  private dalService() {
    new k8s.KubeService(this, 'service', {
      metadata: this.metadata({ name: 'dal-node', annotations: why(NOT_READY) }),
      spec: {
        selector: this.bakery.selector('dal-node', 'dal-node'),
        ports: dialledPorts(this.bakery, 'dal-node', 'rpc', 'metrics'),
        publishNotReadyAddresses: true,
      },
    });
  }
}

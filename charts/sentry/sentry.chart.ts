import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Bakery } from '../../model/bakery';
import { claimNamed } from '../../model/claims';
import { serviceOf } from '../../model/components';
import type { Sentry } from '../../model/sentries';
import { ComponentChart, why } from '../component-chart';
import { checksum } from '../kit/checksum';
import { nodeWhy } from '../kit/octez/octez-node.container';
import { nodeFiles } from '../kit/octez/prepare-node.containers';
import { dialledPorts, servicePort } from '../kit/ports';
import { publishedP2p } from '../kit/published-port';
import { singlePod } from '../kit/single-pod';
import { claim } from '../kit/volumes';
import { sentryNode, sentryPod } from './sentry.pod';

const NOT_READY = 'publishNotReadyAddresses: a sentry that catches up still passes blocks on to the private node.';

/** The public nodes. What the private node knows of the chain it knows from them. */
export class SentryChart extends ComponentChart {
  constructor(scope: Construct, bakery: Bakery) {
    super(scope, bakery, 'sentry');
    for (const sentry of bakery.sentries) {
      claim(this, claimNamed(bakery, sentry.claim));
      this.nodeStatefulSet(sentry);
      this.nodeService(sentry);
      this.p2pLoadBalancer(sentry);
    }
    this.rpcService();
    this.disruptionBudget();
  }

  /** Tied to the zone of its disk. */
  private nodeStatefulSet(sentry: Sentry) {
    const { instance, zone } = sentry;
    const annotations = checksum(nodeFiles({ bakery: this.bakery, component: 'sentry' }));
    singlePod(this, {
      instance,
      zone,
      annotations,
      spec: sentryPod(this.bakery, sentry),
      why: nodeWhy(sentryNode(this.bakery, sentry)),
    });
  }

  /**
   * The address that the private node peers with. Octez resolves its peers once, when it starts: a pod's address
   * would be lost with the pod. A DAL node chooses a synced one by itself, and keeps to it.
   */
  private nodeService(sentry: Sentry) {
    const { instance } = sentry;
    const { hasMetricsServer } = this.bakery.sentryRelease(sentry);
    const metrics = hasMetricsServer ? (['metrics'] as const) : [];
    const ports = dialledPorts(this.bakery, 'sentry', 'p2p', 'rpc-follow', ...metrics);
    new k8s.KubeService(this, `service-${instance}`, {
      metadata: this.metadata({ name: instance, instance, annotations: why(NOT_READY) }),
      spec: { selector: this.bakery.selector('sentry', instance), publishNotReadyAddresses: true, ports },
    });
  }

  /**
   * Publishes P2P on the reserved address. Only peers that list this address by hand use it: nodes spread the address
   * they see, which is that of Cloud NAT. A node at its connection limit refuses everybody, the private node too,
   * so the source ranges are what keeps strangers from filling it.
   */
  private p2pLoadBalancer({ instance, settings: { loadBalancer } }: Sentry) {
    if (!loadBalancer) return;
    publishedP2p(this, servicePort('sentry', 'p2p'), { instance, sourceRanges: loadBalancer.sourceRanges });
  }

  /** What asks about the chain gets a sentry that is synced. */
  private rpcService() {
    const ports = dialledPorts(this.bakery, 'sentry', 'rpc');
    if (ports.length === 0) return;
    new k8s.KubeService(this, 'service-rpc', {
      metadata: this.metadata({ name: serviceOf('sentry', 'rpc') }),
      spec: { selector: this.bakery.selector('sentry'), ports },
    });
  }

  /** One sentry at a time; a broken one must not hold up the drain of its node. */
  private disruptionBudget() {
    new k8s.KubePodDisruptionBudget(this, 'budget', {
      metadata: this.metadata({ name: 'sentry' }),
      spec: {
        maxUnavailable: k8s.IntOrString.fromNumber(1),
        selector: { matchLabels: this.bakery.selector('sentry') },
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
  }
}

import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Bakery } from '../../model/bakery';
import { claimNamed } from '../../model/claims';
import { serviceOf } from '../../model/components';
import { isDialled } from '../../model/flows';
import type { Sentry } from '../../model/sentries';
import { ComponentChart } from '../component-chart';
import { checksum } from '../kit/checksum';
import { servicePort } from '../kit/ports';
import { publishedPort } from '../kit/published-port';
import { singlePod } from '../kit/single-pod';
import { claim } from '../kit/volumes';
import { sentryPod, sentryScripts } from './sentry.pod';

/** The public nodes. What the private node knows of the chain it knows from them. */
export class SentryChart extends ComponentChart {
  constructor(scope: Construct, bakery: Bakery) {
    super(scope, bakery, 'sentry');
    this.scripts(sentryScripts(bakery));
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
    const annotations = checksum(sentryScripts(this.bakery));
    singlePod(this, { instance, zone, annotations, spec: sentryPod(this.bakery, sentry) });
  }

  /**
   * The address that the private node peers with. Octez resolves its peers once, when it starts: a pod's address
   * would be lost with the pod. Not-ready sentries stay in it: a sentry that catches up still passes blocks on. A DAL
   * node chooses a synced one by itself, and keeps to it.
   */
  private nodeService({ instance }: Sentry) {
    const ports = [servicePort('sentry', 'p2p')];
    if (isDialled(this.bakery, 'sentry', 'rpc-dal')) ports.push(servicePort('sentry', 'rpc-dal'));
    if (this.bakery.releases.node.hasMetricsServer) ports.push(servicePort('sentry', 'metrics'));
    new k8s.KubeService(this, `service-${instance}`, {
      metadata: this.metadata({ name: instance, instance }),
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
    publishedPort(this, servicePort('sentry', 'p2p'), { instance, sourceRanges: loadBalancer.sourceRanges });
  }

  /** What asks about the chain gets a sentry that is synced. */
  private rpcService() {
    new k8s.KubeService(this, 'service-rpc', {
      metadata: this.metadata({ name: serviceOf('sentry', 'rpc') }),
      spec: { selector: this.bakery.selector('sentry'), ports: [servicePort('sentry', 'rpc')] },
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

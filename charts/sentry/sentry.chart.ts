import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Bakery } from '../../model/bakery';
import { claimNamed } from '../../model/claims';
import { sentryAddress } from '../../model/google/names';
import { BakeryChart } from '../component-chart';
import { checksum, configMap } from '../kit/config-map';
import { servicePort } from '../kit/ports';
import { singlePod } from '../kit/single-pod';
import { claim } from '../kit/volumes';
import { SENTRY_SCRIPTS, sentryInstance, sentryPod, sentryScripts } from './sentry.pod';

/** The public nodes. What the private node knows of the chain it knows from them. */
export class Sentries extends BakeryChart {
  constructor(scope: Construct, bakery: Bakery) {
    super(scope, bakery, 'sentry', 'baking');
    const { sentries } = bakery.settings;
    if (sentries.length === 0) return;
    sentries.forEach(({ name, loadBalancer }, index) => {
      const instance = sentryInstance(name);
      claim(this, claimNamed(bakery, `${instance}-node-data`));
      this.nodeStatefulSet(instance, index);
      this.nodeService(instance);
      if (loadBalancer) this.p2pLoadBalancer(instance, sentryAddress(bakery.name, name), loadBalancer.sourceRanges);
    });
    this.rpcService();
    this.disruptionBudget();
  }

  /** Tied to the zone of its disk. */
  private nodeStatefulSet(instance: string, index: number) {
    singlePod(this, {
      component: 'sentry',
      instance,
      zone: this.bakery.sentryZone(index),
      annotations: checksum(sentryScripts(this.bakery)),
      spec: sentryPod(this.bakery, index),
    });
  }

  /**
   * The address that the private node peers with. Octez resolves its peers once, when it starts: a pod's address
   * would be lost with the pod. Not-ready sentries stay in it: a sentry that catches up still passes blocks on.
   */
  private nodeService(instance: string) {
    const { hasMetricsServer } = this.bakery.releases.node;
    const ports = [servicePort('sentry', 'p2p'), ...(hasMetricsServer ? [servicePort('sentry', 'metrics')] : [])];
    new k8s.KubeService(this, `service-${instance}`, {
      metadata: this.metadata({ name: instance, component: 'sentry', instance }),
      spec: { selector: this.bakery.selector('sentry', instance), publishNotReadyAddresses: true, ports },
    });
  }

  /**
   * Publishes P2P on the reserved address. Only peers that list this address by hand use it: nodes spread the address
   * they see, which is that of Cloud NAT. A node at its connection limit refuses everybody, the private node too,
   * so the source ranges are what keeps strangers from filling it. `Local` keeps the peers' own addresses: Octez
   * blocks bad ones by address, and would block all of them otherwise.
   */
  private p2pLoadBalancer(instance: string, address: string, sourceRanges: string[]) {
    const name = `${instance}-p2p`;
    const annotations = {
      'networking.gke.io/load-balancer-ip-addresses': address,
      'cloud.google.com/l4-rbs': 'enabled', // the only kind that takes a reserved address by name
    };
    new k8s.KubeService(this, `service-${name}`, {
      metadata: this.metadata({ name, component: 'sentry', instance, annotations }),
      spec: {
        type: 'LoadBalancer',
        externalTrafficPolicy: 'Local',
        loadBalancerSourceRanges: sourceRanges,
        selector: this.bakery.selector('sentry', instance),
        publishNotReadyAddresses: true,
        ports: [servicePort('sentry', 'p2p')],
      },
    });
  }

  /** What asks about the chain gets a sentry that is synced. */
  private rpcService() {
    new k8s.KubeService(this, 'service-rpc', {
      metadata: this.metadata({ name: 'sentry-rpc', component: 'sentry' }),
      spec: { selector: this.bakery.selector('sentry'), ports: [servicePort('sentry', 'rpc')] },
    });
  }

  /** One sentry at a time; a broken one must not hold up the drain of its node. */
  private disruptionBudget() {
    new k8s.KubePodDisruptionBudget(this, 'budget', {
      metadata: this.metadata({ name: 'sentry', component: 'sentry' }),
      spec: {
        maxUnavailable: k8s.IntOrString.fromNumber(1),
        selector: { matchLabels: this.bakery.selector('sentry') },
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
  }
}

/** What the init containers of the sentries run. */
export class SentryScripts extends BakeryChart {
  constructor(scope: Construct, bakery: Bakery) {
    super(scope, bakery, 'sentry.scripts', 'baking');
    if (bakery.settings.sentries.length > 0) configMap(this, SENTRY_SCRIPTS, 'sentry', sentryScripts(bakery));
  }
}

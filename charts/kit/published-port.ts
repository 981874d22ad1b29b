import { k8s } from 'cdk8s-plus-27';
import { reservedAddressOf } from '../../model/google/reserved-addresses';
import { type ComponentChart, why } from '../component-chart';

/**
 * The load balancer on a backend service: the only kind that takes a reserved address by name. The annotation
 * `cloud.google.com/l4-rbs` asks for it too, but the older controller may come first, and then the Service stays with
 * it, and without its address (ingress-gce, l4netlbcontroller.go: TargetPoolRaceWithRBS). Nobody can change the class of
 * a Service; a cluster older than `LOAD_BALANCER_CLASS_SINCE` leaves it without an address.
 */
const LOAD_BALANCER_CLASS = 'networking.gke.io/l4-regional-external';

interface Published {
  /** Of a component with several, e.g. sentry-a. */
  readonly instance?: string;
  /** Why pods that are not ready stay in it. */
  readonly why: string;
  /** Who may dial (CIDRs); everybody if it is not given. */
  readonly sourceRanges?: string[];
}

/**
 * Publishes ports on the reserved address of the component, or of its instance, as the Service `<instance>-<what>`.
 * `Local` keeps the clients' own addresses: without it they appear with a node's, which no policy takes for the
 * internet, and a node that blocks a bad peer by its address would block all of them.
 */
export function publishedPorts(
  chart: ComponentChart,
  what: string,
  ports: k8s.ServicePort[],
  { instance = chart.component, sourceRanges, why: notReady }: Published,
): void {
  const { bakery, component } = chart;
  const name = `${instance}-${what}`;
  const annotations = {
    ...why(`publishNotReadyAddresses: ${notReady}`),
    'networking.gke.io/load-balancer-ip-addresses': reservedAddressOf(bakery, component, instance).name,
  };
  new k8s.KubeService(chart, `service-${name}`, {
    metadata: chart.metadata({ name, instance, annotations }),
    spec: {
      type: 'LoadBalancer',
      loadBalancerClass: LOAD_BALANCER_CLASS,
      externalTrafficPolicy: 'Local',
      ...(sourceRanges ? { loadBalancerSourceRanges: sourceRanges } : {}),
      selector: bakery.selector(component, instance),
      publishNotReadyAddresses: true,
      ports,
    },
  });
}

/** A node's P2P port, as the Service `<instance>-p2p`. */
export function publishedP2p(
  chart: ComponentChart,
  port: k8s.ServicePort,
  published: Omit<Published, 'why'> = {},
): void {
  publishedPorts(chart, 'p2p', [port], {
    ...published,
    why: 'P2P of a node that catches up is P2P all the same; readiness is about RPC.',
  });
}

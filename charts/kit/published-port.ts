import { k8s } from 'cdk8s-plus-27';
import { reservedAddressOf } from '../../model/google/reserved-addresses';
import type { ComponentChart } from '../component-chart';

interface Published {
  /** Of a component with several, e.g. sentry-a. */
  readonly instance?: string;
  /** Who may dial (CIDRs); everybody if it is not given. */
  readonly sourceRanges?: string[];
}

/**
 * Publishes a port on the reserved address of the component, or of its instance, as the Service `<instance>-<port>`.
 * `Local` keeps the clients' own addresses: without it they appear with a node's, which no policy takes for the
 * internet, and a node that blocks a bad peer by its address would block all of them.
 */
export function publishedPort(chart: ComponentChart, port: k8s.ServicePort, published: Published = {}): void {
  const { bakery, component } = chart;
  const { instance = component, sourceRanges } = published;
  const name = `${instance}-${port.name}`;
  const annotations = {
    'networking.gke.io/load-balancer-ip-addresses': reservedAddressOf(bakery, component, instance).name,
    'cloud.google.com/l4-rbs': 'enabled', // the only kind that takes a reserved address by name
  };
  new k8s.KubeService(chart, `service-${name}`, {
    metadata: chart.metadata({ name, instance, annotations }),
    spec: {
      type: 'LoadBalancer',
      externalTrafficPolicy: 'Local',
      ...(sourceRanges ? { loadBalancerSourceRanges: sourceRanges } : {}),
      selector: bakery.selector(component, instance),
      publishNotReadyAddresses: true,
      ports: [port],
    },
  });
}

import { addressText, parseCidr } from '../../../model/google/cidr';
import type { Endpoint } from './endpoints';
import type { Rendered, Workload } from './rendered-bakeries';
import { components } from './wanted';

/** The label that says what a pod is. */
export function componentOf({ podLabels }: Endpoint): string | undefined {
  return podLabels?.['app.kubernetes.io/name'];
}

/** The pods of all bakeries and around them, in one cluster, with addresses of that range. */
export function podsOf(bakeries: readonly Rendered[], range: string): Endpoint[] {
  const { first } = parseCidr(range);
  const pods = [...bakeries.flatMap(ownPods), ...foreignPods()];
  return pods.map((each, place) => ({ ...each, ip: addressText(first + 2 + place) }));
}

type PodWithoutAddress = Omit<Endpoint, 'ip'>;

/** What is rendered, a gateway where none is rendered yet, and in every namespace a pod of unknown origin. */
function ownPods({ namespaces, workloads }: Rendered): PodWithoutAddress[] {
  const labelsOf = new Map(namespaces.map(({ name, labels }) => [name, labels]));
  const pods = workloads.map((workload): PodWithoutAddress => {
    const { name, namespace, labels } = workload;
    return { ...pod(namespace, name, labels, labelsOf.get(namespace)), namedPorts: namedPorts(workload) };
  });
  const baker = pods.find((each) => componentOf(each as Endpoint) === 'baker');
  if (baker && !pods.some((each) => componentOf(each as Endpoint) === 'signer-gateway')) {
    const labels = { 'app.kubernetes.io/name': 'signer-gateway', 'app.kubernetes.io/instance': 'signer-gateway' };
    pods.push(pod(baker.namespace!, 'signer-gateway (to come)', labels, baker.namespaceLabels));
  }
  return [...pods, ...namespaces.map(({ name, labels }) => pod(name, 'stranger', {}, labels))];
}

/** Resolvers, their neighbours, and pods that carry a familiar label in a namespace that is nobody's. */
function foreignPods(): PodWithoutAddress[] {
  return [
    ...['kube-dns', 'node-local-dns', 'metrics-server'].map((app) => pod('kube-system', app, { 'k8s-app': app })),
    pod('elsewhere', 'stranger', {}),
    pod('elsewhere', 'false kube-dns', { 'k8s-app': 'kube-dns' }),
    ...components.map((name) => pod('elsewhere', `false ${name}`, { 'app.kubernetes.io/name': name })),
  ];
}

function pod(
  namespace: string,
  name: string,
  podLabels: Readonly<Record<string, string>>,
  namespaceLabels: Readonly<Record<string, string>> = { 'kubernetes.io/metadata.name': namespace },
): PodWithoutAddress {
  return { name: `${namespace}/${name}`, kind: 'pod', namespace, namespaceLabels, podLabels };
}

function namedPorts({ ports }: Workload): Record<string, string> {
  return Object.fromEntries(
    ports.flatMap(({ name, containerPort, protocol = 'TCP' }) =>
      name ? [[`${protocol} ${containerPort}`, name]] : [],
    ),
  );
}

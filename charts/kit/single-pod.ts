import { k8s } from 'cdk8s-plus-27';
import { callsKubeApi } from '../../model/flows';
import { podIdentities } from '../../model/google/pod-identities';
import { type ComponentChart, why } from '../component-chart';
import { placement } from './placement';
import { podSecurity } from './security';

/** A pod of a component, or of one instance of it. */
export interface PodOf {
  /** Of a component with several, e.g. sentry-a. */
  readonly instance?: string;
  /** Where its disk is, if that is one zone; otherwise the pod runs wherever its disks reach. */
  readonly zone?: string;
  /** Of the pod: a checksum of its files, for one. */
  readonly annotations?: Record<string, string>;
  readonly spec: k8s.PodSpec;
  /** What surprises in its pod, each line with the field's name and the reason. */
  readonly why?: readonly string[];
}

/**
 * The identity of a component's pods. Few call the Kubernetes API, so it carries no token by itself; with one of its own,
 * what is once granted to one component (a key in Cloud KMS) is granted to no other.
 */
function serviceAccount(chart: ComponentChart): string {
  const { component } = chart;
  const id = `service-account-${component}`;
  if (!chart.node.tryFindChild(id)) {
    const metadata = chart.metadata({ name: component, annotations: googleIdentity(chart) });
    new k8s.KubeServiceAccount(chart, id, { metadata, automountServiceAccountToken: false });
  }
  return component;
}

/** As whom GKE's metadata server speaks for the pods (GKE, "Authenticate to Google Cloud APIs from GKE workloads"). */
function googleIdentity({ bakery, component }: ComponentChart): Record<string, string> | undefined {
  const identity = podIdentities(bakery).find(({ kubernetesAccount }) => kubernetesAccount === component);
  return identity && { 'iam.gke.io/gcp-service-account': identity.email };
}

/** Of several containers, the one that `kubectl logs` and `kubectl exec` mean: that of the component's name, or the first. */
function defaultContainer(component: string, { containers }: k8s.PodSpec): Record<string, string> {
  if (containers.length < 2) return {};
  const { name } = containers.find((each) => each.name === component) ?? containers[0];
  return { 'kubectl.kubernetes.io/default-container': name };
}

/** What every pod has, whatever makes it: its component's labels, pool and priority, and no right that it does not need. */
export function podTemplate(chart: ComponentChart, { instance, zone, annotations, spec }: PodOf): k8s.PodTemplateSpec {
  const { bakery, component } = chart;
  return {
    metadata: {
      labels: bakery.labels(component, instance),
      // Consolidating half-empty nodes is not worth a missed block.
      annotations: {
        'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
        ...defaultContainer(component, spec),
        ...annotations,
      },
    },
    spec: {
      ...placement(bakery, component, zone),
      serviceAccountName: serviceAccount(chart),
      automountServiceAccountToken: callsKubeApi(bakery, component),
      enableServiceLinks: false,
      securityContext: podSecurity(),
      ...spec,
    },
  };
}

const PARALLEL =
  'podManagementPolicy Parallel: the default never replaces a pod that is not ready, so no apply could mend it. With one replica there are never two pods.';

/** A StatefulSet of one, named after its component or instance: a replacement starts only when its predecessor is gone for sure. */
export function singlePod(chart: ComponentChart, pod: PodOf): void {
  const { bakery, component } = chart;
  const { instance = component } = pod;
  new k8s.KubeStatefulSet(chart, `pod-${instance}`, {
    metadata: chart.metadata({ name: instance, instance, annotations: why(PARALLEL, ...(pod.why ?? [])) }),
    spec: {
      serviceName: instance, // a name for the pod's own DNS record; nobody dials it, so the Service need not exist
      replicas: 1,
      // Deletes the old pod, waits until it has ended, then makes the new one: there are never two.
      updateStrategy: { type: 'RollingUpdate' },
      podManagementPolicy: 'Parallel',
      selector: { matchLabels: bakery.selector(component, instance) },
      template: podTemplate(chart, pod),
    },
  });
}

const UNDISRUPTED =
  'maxUnavailable 0: no drain takes this pod in passing. Delete it by hand, at a moment of your choice; upgrades of GKE wait for an hour.';

/**
 * Nobody drains it in passing: a drain waits until a person deletes the pod, at a moment of their choice. GKE's own
 * upgrades wait for an hour at most, and go on without asking. A pod that is not ready bakes nothing, and holds up nobody.
 */
export function neverDisrupted(chart: ComponentChart): void {
  const { component } = chart;
  new k8s.KubePodDisruptionBudget(chart, `disruption-${component}`, {
    metadata: chart.metadata({ name: component, annotations: why(UNDISRUPTED) }),
    spec: {
      maxUnavailable: k8s.IntOrString.fromNumber(0),
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels: chart.bakery.selector(component, component) },
    },
  });
}

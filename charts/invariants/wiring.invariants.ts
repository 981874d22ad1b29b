import { type KubeObject, type Manifest, nameOf } from '../objects/kube-object';
import type { Invariant } from './invariant';
import { type Labels, ofKind, podsWith, workloadsOf } from './workload';

const COMPONENT = 'app.kubernetes.io/name';

/** Their selectors are made by Kubernetes, and select by a label that no other pod has. */
const selectsByItself = ['CronJob', 'Job', 'Pod'];

export const wiringInvariants: Invariant[] = [
  {
    name: 'a workload selects its own pods and no others',
    test: (objects) => {
      const workloads = workloadsOf(objects);
      const selecting = workloads.filter(({ manifest }) => !selectsByItself.includes(manifest.kind));
      return selecting.flatMap(({ name, namespace, manifest }) => {
        const labels = (manifest.spec as { selector?: { matchLabels?: Labels } }).selector?.matchLabels ?? {};
        const selected = podsWith(workloads, namespace, labels).map((pods) => pods.name);
        return selected.length === 1 && selected[0] === name
          ? []
          : [`${name} selects the pods of: ${selected.join(', ') || 'nobody'}`];
      });
    },
  },
  {
    name: 'Services, budgets and policies select pods, and those of their own component alone',
    test: (objects) => {
      const workloads = workloadsOf(objects);
      return selections(objects).flatMap(({ manifest, labels }) => {
        const { namespace, labels: own } = manifest.metadata;
        const selected = podsWith(workloads, namespace, labels);
        if (selected.length === 0) return [`${nameOf(manifest)} selects no pod`];
        const strangers = selected.filter((pods) => pods.labels[COMPONENT] !== own?.[COMPONENT]);
        return strangers.map(({ name }) => `${nameOf(manifest)} selects ${name} of another component`);
      });
    },
  },
  {
    name: 'every namespace denies what no policy allows',
    test: (objects) => {
      const denied = ofKind(objects, 'NetworkPolicy').filter((policy) => {
        const { podSelector, policyTypes, ingress, egress } = policy.spec as unknown as PolicySpec;
        return isEverything(podSelector) && policyTypes.length === 2 && !ingress && !egress;
      });
      const namespaces = denied.map(({ metadata }) => metadata.namespace);
      return ofKind(objects, 'Namespace')
        .filter(({ metadata }) => !namespaces.includes(metadata.name))
        .map(nameOf);
    },
  },
  {
    name: 'whose load balancer it is stands in its class, which no other controller can take over',
    test: (objects) =>
      ofKind(objects, 'Service')
        .filter(({ spec }) => {
          const { type, loadBalancerClass } = spec as unknown as ServiceSpec;
          return type === 'LoadBalancer' && !loadBalancerClass;
        })
        .map(nameOf),
  },
  {
    name: "load balancers keep the client's address",
    test: (objects) =>
      ofKind(objects, 'Service')
        .filter(({ spec }) => {
          const { type, externalTrafficPolicy } = spec as unknown as ServiceSpec;
          return type === 'NodePort' || (type === 'LoadBalancer' && externalTrafficPolicy !== 'Local');
        })
        .map(nameOf),
  },
];

interface ServiceSpec {
  readonly type?: string;
  readonly loadBalancerClass?: string;
  readonly externalTrafficPolicy?: string;
  readonly selector?: Labels;
}

interface Selector {
  readonly matchLabels?: Labels;
}
interface PolicySpec {
  readonly podSelector: Selector;
  readonly policyTypes: readonly string[];
  readonly ingress?: unknown;
  readonly egress?: unknown;
}

function isEverything({ matchLabels }: Selector): boolean {
  return Object.keys(matchLabels ?? {}).length === 0;
}

/** What selects pods, but for policies that mean every pod of a namespace. */
function selections(objects: readonly KubeObject[]): { manifest: Manifest; labels: Labels }[] {
  const services = ofKind(objects, 'Service').map((manifest) => {
    return { manifest, labels: (manifest.spec as unknown as ServiceSpec).selector ?? {} };
  });
  const budgets = ofKind(objects, 'PodDisruptionBudget').map((manifest) => {
    return { manifest, labels: (manifest.spec as unknown as { selector: Selector }).selector.matchLabels ?? {} };
  });
  const policies = ofKind(objects, 'NetworkPolicy')
    .map((manifest) => ({ manifest, labels: (manifest.spec as unknown as PolicySpec).podSelector.matchLabels ?? {} }))
    .filter(({ labels }) => Object.keys(labels).length > 0);
  return [...services, ...budgets, ...policies];
}

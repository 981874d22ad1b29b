import { k8s } from 'cdk8s-plus-27';
import type { ComponentChart } from '../component-chart';
import { placement } from './placement';
import { podSecurity } from './security';

/** One pod: all of a component, or one instance of it. */
export interface SinglePod {
  /** Of a component with several, e.g. sentry-a. It names the StatefulSet. */
  readonly instance?: string;
  /** Where its disk is, if that is one zone; otherwise the pod runs wherever its disks reach. */
  readonly zone?: string;
  /** Of the pod: a checksum of its files, for one. */
  readonly annotations?: Record<string, string>;
  readonly spec: k8s.PodSpec;
}

/** A StatefulSet of one: a replacement starts only when its predecessor is gone for sure. */
export function singlePod(chart: ComponentChart, { instance, zone, annotations, spec }: SinglePod): void {
  const { bakery, component } = chart;
  const name = instance ?? component;
  new k8s.KubeStatefulSet(chart, `pod-${name}`, {
    metadata: chart.metadata({ name, instance }),
    spec: {
      serviceName: name, // a name for the pod's own DNS record; nobody dials it, so the Service need not exist
      replicas: 1,
      // Deletes the old pod, waits until it has ended, then makes the new one: there are never two.
      updateStrategy: { type: 'RollingUpdate' },
      // The default would not touch a pod that is not ready: a mistake, or a node that has lost its chain, could not be
      // mended by the next apply.
      podManagementPolicy: 'Parallel',
      selector: { matchLabels: bakery.selector(component, name) },
      template: {
        metadata: {
          labels: bakery.labels(component, instance),
          // Consolidating half-empty nodes is not worth a missed block.
          annotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false', ...annotations },
        },
        spec: {
          ...placement(bakery, component, zone),
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: podSecurity(),
          ...spec,
        },
      },
    },
  });
}

/**
 * Nobody drains it in passing: a drain waits until a person deletes the pod, at a moment of their choice. GKE's own
 * upgrades wait for an hour at most, and go on without asking.
 */
export function neverDisrupted(chart: ComponentChart): void {
  const { component } = chart;
  new k8s.KubePodDisruptionBudget(chart, `disruption-${component}`, {
    metadata: chart.metadata({ name: component }),
    spec: {
      maxUnavailable: k8s.IntOrString.fromNumber(0),
      selector: { matchLabels: chart.bakery.selector(component, component) },
    },
  });
}

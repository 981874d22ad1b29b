import { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../model/bakery';
import { namespaceRoles, portOf } from '../../model/components';
import { fixedImage } from '../../model/images';
import { fixedResources } from '../../model/workloads';
import { containerPort } from '../kit/ports';
import { resources } from '../kit/resources';
import { containerSecurity, podSecurity } from '../kit/security';
import { NOBODY } from './prometheus.pod';

/** What it watches, by API group. */
export const watched: Readonly<Record<string, readonly string[]>> = {
  '': ['persistentvolumeclaims', 'pods'],
  apps: ['statefulsets'],
  batch: ['cronjobs', 'jobs'],
};

export function kubeStateMetricsPod(bakery: Bakery): k8s.PodSpec {
  const answers = { httpGet: { path: '/healthz', port: k8s.IntOrString.fromString('metrics') }, timeoutSeconds: 5 };
  return {
    securityContext: podSecurity(NOBODY),
    containers: [
      {
        name: 'kube-state-metrics',
        image: fixedImage(bakery, 'kube-state-metrics'),
        command: [
          '/kube-state-metrics',
          '--host=0.0.0.0',
          `--port=${portOf('kube-state-metrics', 'metrics')}`,
          '--telemetry-host=127.0.0.1', // its metrics on itself
          `--namespaces=${namespaceRoles.map((role) => bakery.namespace(role)).join(',')}`,
          `--resources=${Object.values(watched).flat().sort().join(',')}`,
        ],
        ports: [containerPort('kube-state-metrics', 'metrics')],
        // Not /livez, which asks the API server: one that is away would restart this too.
        readinessProbe: { ...answers, periodSeconds: 10, failureThreshold: 3 },
        livenessProbe: { ...answers, periodSeconds: 30, failureThreshold: 6 },
        resources: resources(fixedResources['kube-state-metrics']),
        securityContext: containerSecurity(),
      },
    ],
  };
}

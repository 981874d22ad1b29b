import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { type ComponentChart, why } from '../component-chart';
import { podTemplate } from './single-pod';

/** Work of a component that is done again and again, and of which never two run. */
export interface HourlyWork {
  /** Of a component with several, e.g. payouts-alice; also the object's name. */
  readonly instance: string;
  /** Minute of each hour; 'never': a person starts it, `kubectl create job --from=cronjob/NAME`. */
  readonly minute: number | 'never';
  /** Of the pod: a checksum of its files, for one. */
  readonly annotations?: Record<string, string>;
  readonly spec: k8s.PodSpec;
}

/** Less than the hour after which the next one starts, with the grace that a pod has to end in. */
const DEADLINE_SECONDS = 55 * 60;
/** Later than that the next hour is as good. Without it, a hundred missed starts stop a CronJob for good. */
const LATE_SECONDS = 10 * 60;

const reasons = [
  'concurrencyPolicy Forbid, podReplacementPolicy Failed: a pod starts when the one before it has ended for sure.',
  'backoffLimit 0, restartPolicy Never: what ended in the middle is not begun again in the same breath; the next hour begins anew.',
  `activeDeadlineSeconds ${DEADLINE_SECONDS}, of the pod: one that hangs, or was suspended with its node, does not go on beside the next.`,
];

/** A CronJob by the hour: a pod that ends, never two of them, and none that is begun again. */
export function hourly(chart: ComponentChart, { instance, minute, annotations, spec }: HourlyWork): void {
  const pod: k8s.PodSpec = { ...spec, restartPolicy: 'Never', activeDeadlineSeconds: DEADLINE_SECONDS };
  const template = podTemplate(chart, { instance, annotations, spec: pod });
  // No k8s.KubeCronJob: it stops at Kubernetes 1.27, and drops podReplacementPolicy.
  new ApiObject(chart, `job-${instance}`, {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { ...chart.metadata({ name: instance, instance, annotations: why(...reasons) }) },
    spec: {
      schedule: `${minute === 'never' ? 0 : minute} * * * *`,
      ...(minute === 'never' ? { suspend: true } : {}),
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: LATE_SECONDS,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        spec: { backoffLimit: 0, podReplacementPolicy: 'Failed', template: k8s.toJson_PodTemplateSpec(template) },
      },
    },
  });
}

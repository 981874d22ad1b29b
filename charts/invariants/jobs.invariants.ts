import { nameOf } from '../objects/kube-object';
import type { Invariant } from './invariant';
import { ofKind, workloadsOf } from './workload';

const HOUR_SECONDS = 3600;
const SAFE_TO_EVICT = 'cluster-autoscaler.kubernetes.io/safe-to-evict';

export const jobInvariants: Invariant[] = [
  {
    name: 'of work by the hour one pod runs at a time, which is not begun again, not moved, and gone before the next',
    test: (objects) =>
      workloadsOf(objects)
        .filter(({ manifest }) => manifest.kind === 'CronJob')
        .flatMap(({ name, manifest, pod, annotations }) => {
          const { schedule, concurrencyPolicy, startingDeadlineSeconds, jobTemplate } =
            manifest.spec as unknown as CronSpec;
          const { backoffLimit, podReplacementPolicy } = jobTemplate.spec;
          const { restartPolicy, activeDeadlineSeconds = Infinity, terminationGracePeriodSeconds = 30 } = pod;
          const wanted: Record<string, boolean> = {
            'schedule by the hour': /^\d+ \* \* \* \*$/.test(schedule),
            'concurrencyPolicy Forbid': concurrencyPolicy === 'Forbid',
            'a startingDeadlineSeconds': startingDeadlineSeconds !== undefined,
            'backoffLimit 0': backoffLimit === 0,
            'podReplacementPolicy Failed': podReplacementPolicy === 'Failed',
            'restartPolicy Never': restartPolicy === 'Never',
            'an end within the hour': activeDeadlineSeconds + terminationGracePeriodSeconds < HOUR_SECONDS,
            'no eviction in passing': annotations[SAFE_TO_EVICT] === 'false',
          };
          const missing = Object.keys(wanted).filter((what) => !wanted[what]);
          return missing.map((what) => `${name} lacks ${what}`);
        }),
  },
  {
    name: 'nothing in the namespace of payouts moves to another zone by itself',
    test: (objects) =>
      ofKind(objects, 'HighAvailabilityApplication')
        .filter(({ metadata }) => metadata.namespace?.endsWith('-payouts'))
        .map(nameOf),
  },
];

interface CronSpec {
  readonly schedule: string;
  readonly concurrencyPolicy?: string;
  readonly startingDeadlineSeconds?: number;
  readonly jobTemplate: { readonly spec: { readonly backoffLimit?: number; readonly podReplacementPolicy?: string } };
}

import type { Bakery } from '../../model/bakery';
import type { ComponentName } from '../../model/components';
import { chainConstants } from '../../model/tezos/networks';
import { type Alert, type AlertsOf, kubeSeries } from '../kit/alert';

const MINUTE = 60;
const DAY = 86_400;
/** Nodes drop old blocks once a cycle: over less, a disk that only breathes looks as if it filled. */
const CYCLES = 1.5;
/** Look ahead: time for a person to make the disk larger. */
const DAYS_AHEAD = 4;
const NEARLY_FULL = 0.1;
const FULL = 0.03;

/** Components with an alert of their own when they are down. */
const saidToBeDown: readonly ComponentName[] = ['sentry', 'baker', 'dal-node', 'signer-gateway', 'alertmanager'];

/** Pods and disks, whatever they are for. A rule of `job failed` would never resolve: none is here. */
export const platformAlerts: AlertsOf = (bakery) => [...podAlerts(bakery), ...volumeAlerts(bakery)];

function podAlerts(bakery: Bakery): Alert[] {
  const kube = (metric: string, ...matchers: readonly string[]) => kubeSeries(bakery, metric, ...matchers);
  const waits = (reason: string) =>
    ['kube_pod_container_status_waiting_reason', 'kube_pod_init_container_status_waiting_reason']
      .map((metric) => `max_over_time(${kube(metric, `reason=~"${reason}"`)}[10m])`)
      .join(' or ');
  return [
    {
      name: 'PodNotReady',
      severity: 'warning',
      expr: podOfSet(`${kube('kube_statefulset_status_replicas_ready')} < ${kube('kube_statefulset_replicas')}`),
      forSeconds: 15 * MINUTE,
      summary: '{{ $labels.pod }} is not ready',
      description: '`kubectl describe pod` in {{ $labels.namespace }} shows why: the last events, and which container.',
    },
    {
      name: 'CrashLooping',
      severity: 'warning',
      expr: `max by (namespace, pod, container) (increase(${kube('kube_pod_container_status_restarts_total')}[1h])) > 3`,
      forSeconds: 5 * MINUTE,
      summary: '{{ $labels.container }} of {{ $labels.pod }} ends again and again',
      description: '`kubectl logs -p` in {{ $labels.namespace }} shows its last words.',
      hides: ['PodNotReady'],
      hidesSame: ['namespace', 'pod'],
    },
    {
      name: 'OutOfMemory',
      severity: 'warning',
      expr: `increase(${kube('kube_pod_container_status_restarts_total')}[30m]) > 0 and on (namespace, pod, container) ${kube('kube_pod_container_status_last_terminated_reason', 'reason="OOMKilled"')} == 1`,
      forSeconds: 0,
      summary: '{{ $labels.container }} of {{ $labels.pod }} was killed for its memory',
      description: 'It is back by itself. If it comes again, give it more memory in the bakery file.',
    },
    {
      name: 'ImagePullFails',
      severity: 'warning',
      expr: `max by (namespace, pod, container) (${waits('ImagePullBackOff|ErrImagePull|InvalidImageName')}) == 1`,
      forSeconds: 5 * MINUTE,
      summary: 'The image of {{ $labels.container }} in {{ $labels.pod }} cannot be pulled',
      description:
        'A tag that does not exist, a mirror that nobody has deployed, or an image that the project does not allow. The events of the pod say which.',
      hides: ['PodNotReady'],
      hidesSame: ['namespace', 'pod'],
    },
    {
      name: 'SnapshotImportFails',
      severity: 'warning',
      expr: `increase(${kube('kube_pod_init_container_status_restarts_total', 'container="import"')}[1h]) > 1`,
      forSeconds: MINUTE,
      summary: '{{ $labels.pod }} finds no snapshot that it can use',
      description: '`kubectl logs POD -c import` has a line for each provider. Name another one in bringUp.snapshots.',
      hides: ['PodNotReady'],
      hidesSame: ['namespace', 'pod'],
    },
    {
      name: 'TargetDown',
      severity: 'warning',
      expr: `up{bakery="${bakery.name}",component!~"${saidToBeDown.join('|')}"} == 0`,
      forSeconds: 10 * MINUTE,
      summary: '{{ $labels.component }} tells nothing ({{ $labels.instance }})',
      description:
        'Alerts that rest on it do not fire while it is away. Look at its pod in the namespace of monitoring; a kubelet that is away is a node that is.',
    },
  ];
}

/**
 * Of StatefulSets of one: theirs are all pods that stay. A pod's own series lack one that finds no node, one that nobody
 * may make, and call every job that has ended not ready. `instance` is what its component calls it.
 */
function podOfSet(expr: string): string {
  const named = (inner: string, label: string, value: string) =>
    `label_replace(${inner}, "${label}", "${value}", "statefulset", "(.*)")`;
  return named(named(expr, 'pod', '$1-0'), 'instance', '$1');
}

/** For every claim alike. Only the kubelets know; a claim that no pod has mounted has no number. */
function volumeAlerts(bakery: Bakery): Alert[] {
  const free = kubeSeries(bakery, 'kubelet_volume_stats_available_bytes');
  const share = `${free} / ${kubeSeries(bakery, 'kubelet_volume_stats_capacity_bytes')}`;
  const of = 'max by (namespace, persistentvolumeclaim)';
  const grow = 'Give it a larger diskGiB in the bakery file: it grows while it is in use.';
  return [
    {
      name: 'VolumeFills',
      severity: 'warning',
      // What is younger than that fills because it is new: an import would be the trend.
      expr: `${of} (predict_linear(${free}[${lookBackSeconds(bakery)}s], ${DAYS_AHEAD * DAY}) and ${free} offset ${lookBackSeconds(bakery)}s) < 0`,
      forSeconds: 60 * MINUTE,
      summary: `{{ $labels.persistentvolumeclaim }} will be full within ${DAYS_AHEAD} days`,
      description: `As it has grown over more than a cycle. ${grow}`,
    },
    {
      name: 'VolumeNearlyFull',
      severity: 'warning',
      expr: `${of} (${share}) < ${NEARLY_FULL}`,
      forSeconds: 10 * MINUTE,
      summary: 'Of {{ $labels.persistentvolumeclaim }} {{ $value | humanizePercentage }} are left',
      description: grow,
      hides: ['VolumeFills'],
      hidesSame: ['namespace', 'persistentvolumeclaim'],
    },
    {
      name: 'VolumeFull',
      severity: 'page',
      expr: `${of} (${share}) < ${FULL}`,
      forSeconds: 2 * MINUTE,
      summary: '{{ $labels.persistentvolumeclaim }} is full',
      description: `What writes there stops within hours or minutes. ${grow}`,
      hides: ['VolumeFills', 'VolumeNearlyFull'],
      hidesSame: ['namespace', 'persistentvolumeclaim'],
    },
    {
      name: 'VolumesUnknown',
      severity: 'warning',
      expr: `absent(${free})`,
      forSeconds: 30 * MINUTE,
      summary: 'Nobody knows how full the disks are',
      description:
        'No kubelet tells. Look at the targets of Prometheus: rights, or the way to port 10250 of the nodes.',
    },
  ];
}

/** More than a cycle, and at least half a day. */
function lookBackSeconds({ network }: Bakery): number {
  const constants = chainConstants(network);
  const cycle = constants ? constants.blockSeconds * constants.blocksPerCycle : DAY;
  return Math.max(DAY / 2, Math.ceil(cycle * CYCLES));
}

import { exampleBakeries } from '../../kit/rendered';
import { type Proof, proofTests, steady } from './alert-proofs';

const { mainnet, bakingnet } = exampleBakeries();

const pod = (metric: string, labels: string, name = 'dal-node-0', namespace = 'mainnet-baking') =>
  `${metric}{namespace="${namespace}",pod="${name}",${labels}}`;
const volume = (metric: string, claim: string, namespace = 'bakingnet-baking') =>
  `kubelet_volume_stats_${metric}_bytes{namespace="${namespace}",persistentvolumeclaim="${claim}"}`;
const own =
  (component: string) =>
  (metric: string, labels = '') =>
    `${metric}{bakery="mainnet",component="${component}",instance="${component}"${labels && `,${labels}`}}`;

/** A StatefulSet: how many of its pods are ready, and how many there should be. */
const ofSet = (statefulset: string, ready: string, wanted = steady(1), namespace = 'mainnet-baking') => {
  const labels = `{namespace="${namespace}",statefulset="${statefulset}"}`;
  return { [`kube_statefulset_status_replicas_ready${labels}`]: ready, [`kube_statefulset_replicas${labels}`]: wanted };
};

const restarts = 'kube_pod_container_status_restarts_total';
const GIB = 1024 ** 3;

/** A disk of 60 GiB that is half full, and one of a stranger. */
const halfFull = {
  [volume('available', 'baker-node-data')]: steady(30 * GIB),
  [volume('capacity', 'baker-node-data')]: steady(60 * GIB),
  [volume('available', 'baker-base-dir')]: steady(9 * GIB),
  [volume('capacity', 'baker-base-dir')]: steady(10 * GIB),
  [volume('available', 'theirs', 'other')]: steady(0),
  [volume('capacity', 'theirs', 'other')]: steady(10 * GIB),
};

const proofs: Proof[] = [
  {
    alert: 'PodNotReady',
    bakery: mainnet,
    healthy: {
      ...ofSet('dal-node', steady(1)),
      ...ofSet('accuser', steady(0), steady(0)), // nobody wants one
      ...ofSet('theirs', steady(0), steady(1), 'other'),
      [pod('kube_pod_status_ready', 'condition="true"', 'job-1')]: steady(0), // it has ended
      [pod('kube_pod_status_phase', 'phase="Failed"', 'job-1')]: steady(1),
    },
    fault: ofSet('dal-node', '1+0x60 0+0x60'), // whether it is not ready, finds no node, or cannot be made
    at: 80,
    firing: [{ pod: 'dal-node-0', instance: 'dal-node', severity: 'warning' }],
  },
  {
    alert: 'CrashLooping',
    bakery: mainnet,
    healthy: {
      [pod(restarts, 'container="dal-node"')]: steady(3),
      [pod(restarts, 'container="x"', 'b-0')]: '0+0x90 1+0x300',
    },
    fault: { [pod(restarts, 'container="dal-node"')]: '3+0x60 3+0.2x60' },
    at: 110,
    firing: [{ pod: 'dal-node-0', container: 'dal-node', severity: 'warning' }],
  },
  {
    alert: 'OutOfMemory',
    bakery: mainnet,
    healthy: {
      [pod(restarts, 'container="dal-node"')]: '0+0x60 1+0x340', // for another reason
      [pod('kube_pod_container_status_last_terminated_reason', 'container="dal-node",reason="Error"')]: steady(1),
    },
    fault: {
      [pod('kube_pod_container_status_last_terminated_reason', 'container="dal-node",reason="OOMKilled"')]:
        '_x60 1+0x60',
    },
    at: 70,
    firing: [{ pod: 'dal-node-0', container: 'dal-node', severity: 'warning' }],
  },
  {
    alert: 'ImagePullFails',
    bakery: mainnet,
    healthy: {
      [pod('kube_pod_container_status_waiting_reason', 'container="dal-node",reason="ContainerCreating"')]: steady(1),
    },
    fault: {
      [pod('kube_pod_init_container_status_waiting_reason', 'container="import",reason="ImagePullBackOff"')]:
        '_x60 1+0x60',
    },
    at: 70,
    firing: [{ pod: 'dal-node-0', container: 'import', severity: 'warning' }],
  },
  {
    alert: 'SnapshotImportFails',
    bakery: mainnet,
    healthy: { [pod('kube_pod_init_container_status_restarts_total', 'container="import"', 'sentry-a-0')]: steady(1) },
    fault: {
      [pod('kube_pod_init_container_status_restarts_total', 'container="import"', 'sentry-a-0')]: '1+0x60 1+0.1x60',
    },
    at: 100,
    firing: [{ pod: 'sentry-a-0', severity: 'warning' }],
  },
  {
    alert: 'TargetDown',
    bakery: mainnet,
    healthy: {
      [own('kube-state-metrics')('up')]: steady(1),
      [own('chain-exporter')('up')]: steady(1),
      [own('baker')('up')]: steady(0), // another alert
    },
    fault: { [own('chain-exporter')('up')]: '1+0x60 0+0x60' },
    at: 75,
    firing: [{ component: 'chain-exporter', severity: 'warning' }],
  },
  {
    alert: 'VolumeFills',
    bakery: bakingnet,
    healthy: {
      ...halfFull,
      // It breathes: falls for hours, and is cleaned when the cycle ends.
      [volume('available', 'baker-node-data')]: `${30 * GIB}-2000000x900`,
      // It is new, and an import has filled half of it just now.
      [volume('available', 'sentry-b-node-data')]: `_x800 ${60 * GIB}-${GIB}x30 ${30 * GIB}+0x70`,
    },
    fault: { [volume('available', 'baker-node-data')]: `${60 * GIB}-50000000x900` },
    at: 880,
    firing: [{ persistentvolumeclaim: 'baker-node-data', severity: 'warning' }],
  },
  {
    alert: 'VolumeNearlyFull',
    bakery: bakingnet,
    healthy: halfFull,
    fault: { [volume('available', 'baker-node-data')]: `${30 * GIB}+0x60 ${4 * GIB}+0x60` },
    at: 75,
    firing: [{ persistentvolumeclaim: 'baker-node-data', severity: 'warning' }],
  },
  {
    alert: 'VolumeFull',
    bakery: bakingnet,
    healthy: halfFull,
    fault: { [volume('available', 'baker-node-data')]: `${30 * GIB}+0x60 ${GIB}+0x60` },
    at: 75,
    firing: [{ persistentvolumeclaim: 'baker-node-data', severity: 'page' }],
  },
  {
    alert: 'VolumesUnknown',
    bakery: bakingnet,
    healthy: halfFull,
    fault: Object.fromEntries(Object.keys(halfFull).map((name) => [name, '1+0x60 stale'])),
    at: 100,
    firing: [{ severity: 'warning' }],
    firesWhenGone: true,
  },
  {
    alert: 'AlertsNotEvaluated',
    bakery: mainnet,
    healthy: { [own('prometheus')('prometheus_rule_evaluation_failures_total', 'rule_group="a"')]: steady(2) },
    fault: { [own('prometheus')('prometheus_rule_evaluation_failures_total', 'rule_group="a"')]: '2+0x60 2+4x60' },
    at: 80,
    firing: [{ rule_group: 'a', severity: 'warning' }],
  },
  {
    alert: 'PeopleNotTold',
    bakery: mainnet,
    healthy: { [own('alertmanager')('alertmanager_notifications_failed_total', 'integration="slack"')]: steady(2) },
    fault: { [own('alertmanager')('alertmanager_notifications_failed_total', 'integration="slack"')]: '2+0x60 2+1x60' },
    at: 80,
    firing: [{ integration: 'slack', severity: 'warning' }],
  },
  {
    alert: 'AlertmanagerUnreachable',
    bakery: mainnet,
    healthy: { [own('alertmanager')('up')]: steady(1) },
    fault: { [own('alertmanager')('up')]: '1+0x60 0+0x60' },
    at: 70,
    firing: [{ severity: 'warning' }],
  },
];

proofTests(proofs);

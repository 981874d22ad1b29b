import { type Amounts, type PlaceablePod, sum } from './bin-packing';

export interface SystemPod extends PlaceablePod {
  /** How many pods at once: per node for a DaemonSet, per cluster for a Deployment. */
  readonly replicas: number;
  /** Where the numbers were seen; "approximate" where they were rounded up or had to be guessed on the high side. */
  readonly source: string;
}

const SEEN_136 = 'kubectl describe node, GKE 1.36.3, October 2026';
const SEEN_130 = 'kubectl describe node, GKE 1.30.3';
const GUESSED = 'approximate: runs in such clusters, requests not published';

/** Pods of GKE's own that run on every node, ours included: they tolerate every taint. Requests per pod. */
export const systemDaemons: readonly SystemPod[] = [
  // Dataplane V2 (Cilium) serves Services itself, hence no kube-proxy row.
  {
    name: 'anetd',
    replicas: 1,
    cpuMilli: 205,
    memoryMiB: 256,
    source:
      'CPU: DaemonSets of a Dataplane V2 cluster; memory approximate: 164 MiB on Google Distributed Cloud, rounded up',
  },
  { name: 'fluentbit-gke', replicas: 1, cpuMilli: 105, memoryMiB: 230, source: SEEN_136 },
  { name: 'gke-metadata-server', replicas: 1, cpuMilli: 100, memoryMiB: 100, source: SEEN_136 },
  {
    name: 'gke-metrics-agent',
    replicas: 1,
    cpuMilli: 21,
    memoryMiB: 155,
    source: `${SEEN_136} (CPU); ${SEEN_130} (memory)`,
  },
  { name: 'node-local-dns', replicas: 1, cpuMilli: 30, memoryMiB: 50, source: SEEN_136 },
  { name: 'netd', replicas: 1, cpuMilli: 8, memoryMiB: 65, source: SEEN_136 },
  { name: 'pdcsi-node', replicas: 1, cpuMilli: 10, memoryMiB: 20, source: SEEN_136 },
  { name: 'ip-masq-agent', replicas: 1, cpuMilli: 10, memoryMiB: 16, source: SEEN_136 },
  {
    name: 'collector',
    replicas: 1,
    cpuMilli: 5,
    memoryMiB: 35,
    source: `${SEEN_130}: 36 MB; prometheus-engine, manifests/operator.yaml (Managed Service for Prometheus)`,
  },
];

/** Pods of GKE's own that tolerate no taint of ours, so that the untainted pool has to hold them. Requests per pod. */
export const systemDeployments: readonly SystemPod[] = [
  { name: 'kube-dns', replicas: 2, cpuMilli: 265, memoryMiB: 140, source: SEEN_130 },
  { name: 'kube-dns-autoscaler', replicas: 1, cpuMilli: 20, memoryMiB: 10, source: SEEN_130 },
  {
    name: 'konnectivity-agent',
    replicas: 3,
    cpuMilli: 20,
    memoryMiB: 100,
    source: `approximate: 15m and 60 MiB in ${SEEN_130}, one container more since; the replicas follow the nodes`,
  },
  { name: 'konnectivity-agent-autoscaler', replicas: 1, cpuMilli: 10, memoryMiB: 10, source: SEEN_130 },
  {
    name: 'metrics-server',
    replicas: 1,
    cpuMilli: 50,
    memoryMiB: 100,
    source: `approximate: 43m and 55 MiB in ${SEEN_130}; grows with the nodes`,
  },
  { name: 'event-exporter-gke', replicas: 1, cpuMilli: 3, memoryMiB: 100, source: SEEN_130 },
  { name: 'l7-default-backend', replicas: 1, cpuMilli: 10, memoryMiB: 20, source: SEEN_130 },
  { name: 'antrea-controller-horizontal-autoscaler', replicas: 1, cpuMilli: 10, memoryMiB: 20, source: GUESSED },
  { name: 'gmp-operator', replicas: 1, cpuMilli: 1, memoryMiB: 16, source: `${SEEN_130}: 16 MB` },
  { name: 'kube-state-metrics', replicas: 1, cpuMilli: 100, memoryMiB: 200, source: GUESSED },
  { name: 'stateful-ha-operator', replicas: 1, cpuMilli: 100, memoryMiB: 256, source: GUESSED },
];

/** One entry per pod, for placing them. */
export function expand(rows: readonly SystemPod[]): PlaceablePod[] {
  return rows.flatMap(({ name, replicas, cpuMilli, memoryMiB }) =>
    Array.from({ length: replicas }, () => ({ name, cpuMilli, memoryMiB })),
  );
}

/** What GKE's DaemonSets request on every node. */
export const systemDaemonRequests: Amounts = sum(expand(systemDaemons));

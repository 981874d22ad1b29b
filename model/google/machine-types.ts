import { minus, type PodRequest, type Resources, sum } from './bin-packing';

/** A Compute Engine machine type that can carry a bakery: whole cores only, never a shared-core type like e2-medium. */
export interface MachineType {
  readonly name: string;
  readonly series: string;
  readonly cpus: number;
  readonly memoryGiB: number;
  /** Whether regional persistent disks attach, which a bakery that survives the loss of a zone needs. */
  readonly regionalDisks: boolean;
  /** Whether disks of the type pd-standard attach. */
  readonly standardDisks: boolean;
  readonly bootDiskType: 'pd-balanced' | 'hyperdisk-balanced';
  /**
   * The regional Compute Engine quota that counts its vCPUs. `CPUS_PER_VM_FAMILY` is one quota per series:
   * its dimension `vm_family` is the series in capitals.
   */
  readonly quotaMetric: string;
  /** A second quota to look at: which of the two counts depends on the age of the project. */
  readonly otherQuotaMetric?: string;
}

interface Series {
  readonly regionalDisks: boolean;
  readonly standardDisks: boolean;
  readonly bootDiskType: MachineType['bootDiskType'];
  readonly quotaMetric: string;
  readonly otherQuotaMetric?: string;
  /** GiB per vCPU of each class. */
  readonly classes: Readonly<Record<string, number>>;
  readonly sizes: readonly number[];
  /** Classes that come in other sizes than the rest of the series. */
  readonly sizesOf?: Readonly<Record<string, readonly number[]>>;
  /** GiB where the ratio is not exact. */
  readonly memoryOf?: Readonly<Record<string, number>>;
}

const older = { regionalDisks: false, standardDisks: true, bootDiskType: 'pd-balanced' } as const;
const solidStateOnly = { ...older, standardDisks: false } as const;
const withRegionalDisks = { ...older, regionalDisks: true } as const;
/** These series boot from Hyperdisk only: they refuse every kind of persistent disk. */
const hyperdiskOnly = {
  regionalDisks: false,
  standardDisks: false,
  bootDiskType: 'hyperdisk-balanced',
  quotaMetric: 'CPUS_PER_VM_FAMILY',
} as const;

/**
 * Sizes and memory: Compute Engine, "General-purpose machine family" and "Compute-optimized machine family".
 * Disks: GKE, "Stateful HA Operator" (regional disks on E2, N1, N2, N2D) and "About Hyperdisk"; C3 and C3D take
 * pd-balanced and pd-ssd (machine families of GKE's autoscaler).
 * Quotas: Compute Engine, "Allocation quotas", and the enum `Quota.Metric` of its API.
 */
const series: Readonly<Record<string, Series>> = {
  e2: {
    ...withRegionalDisks,
    // Newer projects have a quota of E2's own (24 vCPUs at first); in older ones E2 counts with N1.
    quotaMetric: 'E2_CPUS',
    otherQuotaMetric: 'CPUS',
    classes: { standard: 4, highmem: 8, highcpu: 1 },
    sizes: [2, 4, 8, 16, 32],
    sizesOf: { highmem: [2, 4, 8, 16] },
  },
  n1: {
    ...withRegionalDisks,
    quotaMetric: 'CPUS',
    classes: { standard: 3.75, highmem: 6.5, highcpu: 0.9 },
    sizes: [2, 4, 8, 16, 32, 64, 96],
  },
  n2: {
    ...withRegionalDisks,
    quotaMetric: 'N2_CPUS',
    classes: { standard: 4, highmem: 8, highcpu: 1 },
    sizes: [2, 4, 8, 16, 32, 48, 64, 80, 96],
  },
  n2d: {
    ...withRegionalDisks,
    quotaMetric: 'N2D_CPUS',
    classes: { standard: 4, highmem: 8, highcpu: 1 },
    sizes: [2, 4, 8, 16, 32, 48, 64, 80, 96],
  },
  t2d: { ...older, quotaMetric: 'T2D_CPUS', classes: { standard: 4 }, sizes: [2, 4, 8, 16, 32, 48, 60] },
  c2: { ...older, quotaMetric: 'C2_CPUS', classes: { standard: 4 }, sizes: [4, 8, 16, 30, 60] },
  c2d: {
    ...older,
    quotaMetric: 'C2D_CPUS',
    classes: { standard: 4, highmem: 8, highcpu: 2 },
    sizes: [2, 4, 8, 16, 32, 56],
  },
  c3: {
    ...solidStateOnly,
    quotaMetric: 'C3_CPUS',
    classes: { standard: 4, highmem: 8, highcpu: 2 },
    sizes: [4, 8, 22, 44, 88],
  },
  c3d: {
    ...solidStateOnly,
    quotaMetric: 'CPUS_PER_VM_FAMILY',
    classes: { standard: 4, highmem: 8, highcpu: 2 },
    sizes: [4, 8, 16, 30, 60, 90],
    memoryOf: { 'c3d-highcpu-30': 59, 'c3d-highcpu-60': 118, 'c3d-highcpu-90': 177 },
  },
  c4: {
    ...hyperdiskOnly,
    classes: { standard: 3.75, highmem: 7.75, highcpu: 2 },
    sizes: [2, 4, 8, 16, 24, 32, 48, 96],
    memoryOf: { 'c4-standard-2': 7, 'c4-highmem-2': 15 },
  },
  n4: {
    ...hyperdiskOnly,
    classes: { standard: 4, highmem: 8, highcpu: 2 },
    sizes: [2, 4, 8, 16, 32, 48, 64, 80],
  },
  n4d: {
    ...hyperdiskOnly,
    classes: { standard: 4, highmem: 8, highcpu: 2 },
    sizes: [2, 4, 8, 16, 32, 48, 64, 80, 96],
    memoryOf: { 'n4d-highcpu-48': 90 },
  },
};

export const machineTypes: readonly MachineType[] = Object.entries(series).flatMap(([name, row]) =>
  Object.entries(row.classes).flatMap(([kind, gibPerCpu]) =>
    (row.sizesOf?.[kind] ?? row.sizes).map((cpus) => toMachineType({ series: name, row, kind, gibPerCpu, cpus })),
  ),
);

function toMachineType(of: {
  series: string;
  row: Series;
  kind: string;
  gibPerCpu: number;
  cpus: number;
}): MachineType {
  const { regionalDisks, standardDisks, bootDiskType, quotaMetric, otherQuotaMetric, memoryOf } = of.row;
  const name = `${of.series}-${of.kind}-${of.cpus}`;
  return {
    name,
    series: of.series,
    cpus: of.cpus,
    // 0.9 GiB times a size is not exact in binary: 28.799999.
    memoryGiB: memoryOf?.[name] ?? Math.round(of.gibPerCpu * of.cpus * 100) / 100,
    regionalDisks,
    standardDisks,
    bootDiskType,
    quotaMetric,
    ...(otherQuotaMetric ? { otherQuotaMetric } : {}),
  };
}

const byName = new Map(machineTypes.map((type) => [type.name, type]));

export function machineType(name: string): MachineType | undefined {
  return byName.get(name);
}

/** Names to suggest for one that is not in the table: same series and class by size, else by spelling. */
export function nearestMachineTypes(name: string, count = 3): string[] {
  const family = name.replace(/\d+$/, '');
  const wanted = Number(name.slice(family.length));
  const sameFamily = machineTypes.filter((type) => type.name.replace(/\d+$/, '') === family);
  const distance =
    sameFamily.length > 0
      ? (type: MachineType) => Math.abs(type.cpus - wanted)
      : // Another series is another price, quota and kind of disk, so it is worth several typing errors.
        (type: MachineType) => edits(name, type.name) + (name.startsWith(`${type.series}-`) ? 0 : 4);
  const pool = sameFamily.length > 0 ? sameFamily : machineTypes;
  return [...pool]
    .sort((a, b) => distance(a) - distance(b))
    .slice(0, count)
    .map((type) => type.name);
}

/** Levenshtein distance. */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** GKE, "Plan node sizes" (memory and CPU reservations): share of each span, in MiB and in thousandths of a vCPU. */
const memoryReserve = [
  [4096, 0.25],
  [4096, 0.2],
  [8192, 0.1],
  [114_688, 0.06],
  [Infinity, 0.02],
] as const;
const cpuReserve = [
  [1000, 0.06],
  [1000, 0.01],
  [2000, 0.005],
  [Infinity, 0.0025],
] as const;
/** GKE, "Use Image streaming to pull container images" (memory reservation), on top of the ordinary one. */
const imageStreamingReserve = [
  [4096, 0.1],
  [4096, 0.08],
  [8192, 0.04],
  [114_688, 0.024],
  [Infinity, 0.008],
] as const;
/** The kubelet evicts pods below this much free memory. */
const evictionThresholdMiB = 100;

/**
 * Memory that the firmware and the kernel keep before Kubernetes sees the machine: GKE reserves from what is left.
 * Measured on GKE: 388 MiB of 16 GiB (n2-standard-4, 1.36), 562 of 26 (n1-highmem-4), 658 of 32 (n2-highmem-4),
 * 4201 of 256 (n2-highmem-32). The line lies above all of them.
 */
function kernelMemoryMiB(memoryMiB: number): number {
  return 110 + 0.0175 * memoryMiB;
}

/** What GKE leaves for pods of any kind, its own DaemonSets included. */
export function allocatable(type: MachineType, options: { imageStreaming?: boolean } = {}): Resources {
  const capacityMiB = type.memoryGiB * 1024 - kernelMemoryMiB(type.memoryGiB * 1024);
  const streaming = options.imageStreaming ? reserved(capacityMiB, imageStreamingReserve) : 0;
  return {
    cpuMilli: Math.floor(type.cpus * 1000 - reserved(type.cpus * 1000, cpuReserve)),
    memoryMiB: Math.floor(capacityMiB - reserved(capacityMiB, memoryReserve) - streaming - evictionThresholdMiB),
  };
}

function reserved(amount: number, spans: readonly (readonly [number, number])[]): number {
  let left = amount;
  return spans.reduce((total, [span, share]) => {
    const part = Math.min(left, span);
    left -= part;
    return total + part * share;
  }, 0);
}

export interface SystemPod extends PodRequest {
  /** How many pods at once: per node for a DaemonSet, per cluster for a Deployment. */
  readonly replicas: number;
  /** Where the numbers were seen; "approximate" where they were rounded up or had to be guessed on the high side. */
  readonly source: string;
}

const seen136 = 'kubectl describe node, GKE 1.36.3, October 2026';
const seen130 = 'kubectl describe node, GKE 1.30.3';
const guessed = 'approximate: runs in such clusters, requests not published';

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
  { name: 'fluentbit-gke', replicas: 1, cpuMilli: 105, memoryMiB: 230, source: seen136 },
  { name: 'gke-metadata-server', replicas: 1, cpuMilli: 100, memoryMiB: 100, source: seen136 },
  {
    name: 'gke-metrics-agent',
    replicas: 1,
    cpuMilli: 21,
    memoryMiB: 155,
    source: `${seen136} (CPU); ${seen130} (memory)`,
  },
  { name: 'node-local-dns', replicas: 1, cpuMilli: 30, memoryMiB: 50, source: seen136 },
  { name: 'netd', replicas: 1, cpuMilli: 8, memoryMiB: 65, source: seen136 },
  { name: 'pdcsi-node', replicas: 1, cpuMilli: 10, memoryMiB: 20, source: seen136 },
  { name: 'ip-masq-agent', replicas: 1, cpuMilli: 10, memoryMiB: 16, source: seen136 },
  {
    name: 'collector',
    replicas: 1,
    cpuMilli: 5,
    memoryMiB: 35,
    source: `${seen130}: 36 MB; prometheus-engine, manifests/operator.yaml (Managed Service for Prometheus)`,
  },
];

/** Pods of GKE's own that tolerate no taint of ours, so that the untainted pool has to hold them. Requests per pod. */
export const systemDeployments: readonly SystemPod[] = [
  { name: 'kube-dns', replicas: 2, cpuMilli: 265, memoryMiB: 140, source: seen130 },
  { name: 'kube-dns-autoscaler', replicas: 1, cpuMilli: 20, memoryMiB: 10, source: seen130 },
  {
    name: 'konnectivity-agent',
    replicas: 3,
    cpuMilli: 20,
    memoryMiB: 100,
    source: `approximate: 15m and 60 MiB in ${seen130}, one container more since; the replicas follow the nodes`,
  },
  { name: 'konnectivity-agent-autoscaler', replicas: 1, cpuMilli: 10, memoryMiB: 10, source: seen130 },
  {
    name: 'metrics-server',
    replicas: 1,
    cpuMilli: 50,
    memoryMiB: 100,
    source: `approximate: 43m and 55 MiB in ${seen130}; grows with the nodes`,
  },
  { name: 'event-exporter-gke', replicas: 1, cpuMilli: 3, memoryMiB: 100, source: seen130 },
  { name: 'l7-default-backend', replicas: 1, cpuMilli: 10, memoryMiB: 20, source: seen130 },
  { name: 'antrea-controller-horizontal-autoscaler', replicas: 1, cpuMilli: 10, memoryMiB: 20, source: guessed },
  { name: 'gmp-operator', replicas: 1, cpuMilli: 1, memoryMiB: 16, source: `${seen130}: 16 MB` },
  { name: 'kube-state-metrics', replicas: 1, cpuMilli: 100, memoryMiB: 200, source: guessed },
  { name: 'stateful-ha-operator', replicas: 1, cpuMilli: 100, memoryMiB: 256, source: guessed },
  { name: 'gkebackup-agent', replicas: 1, cpuMilli: 100, memoryMiB: 512, source: guessed },
];

/** One entry per pod, for placing them. */
export function expand(rows: readonly SystemPod[]): PodRequest[] {
  return rows.flatMap(({ name, replicas, cpuMilli, memoryMiB }) =>
    Array.from({ length: replicas }, () => ({ name, cpuMilli, memoryMiB })),
  );
}

/** What GKE's DaemonSets request on every node. */
export const systemDaemonRequests: Resources = sum(expand(systemDaemons));

/** What is left on a node for pods of ours, and on an untainted one for GKE's Deployments. */
export function usable(type: MachineType, options: { imageStreaming?: boolean } = {}): Resources {
  return minus(allocatable(type, options), systemDaemonRequests);
}

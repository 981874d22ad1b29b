import { editDistance } from '../messages/did-you-mean';

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

/** Names to suggest for one that is not in the table: same series and class by size, else by spelling; or none. */
export function nearestMachineTypes(name: string, count = 3): string[] {
  const family = name.replace(/\d{1,4}$/, '');
  const wanted = Number(name.slice(family.length));
  const sameFamily = machineTypes.filter((type) => type.name.replace(/\d+$/, '') === family);
  const distance =
    sameFamily.length > 0
      ? (type: MachineType) => Math.abs(type.cpus - wanted)
      : // Another series is another price, quota and kind of disk, so it is worth several typing errors.
        (type: MachineType) => editDistance(name, type.name) + (name.startsWith(`${type.series}-`) ? 0 : 4);
  const pool = sameFamily.length > 0 ? sameFamily : machineTypes;
  return pool
    .map((type) => ({ name: type.name, distance: distance(type) }))
    .filter((each) => each.distance < Number.POSITIVE_INFINITY)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map((each) => each.name);
}

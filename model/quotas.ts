import type { Bakery } from './bakery';
import { claimsOf } from './claims';
import { type MachineType, machineType } from './google/machine-types';
import { MAX_SURGE, natAddressCount, type Pool, poolsOf } from './google/pools';
import { reservedAddresses } from './google/reserved-addresses';

/** A quota of the project, and how much of it the bakery takes. */
export interface Quota {
  /** Of the bakery's region, or of all regions together. */
  readonly scope: 'region' | 'project';
  /** Name in `gcloud compute regions describe`, or `project-info describe`, e.g. SSD_TOTAL_GB. */
  readonly metric: string;
  readonly amount: number;
  readonly what: string;
}

/** Which quota counts the GiB of a disk: Compute Engine, "Allocation quotas", and the enum `Quota.Metric` of its API. */
const diskMetrics = {
  'pd-standard': 'DISKS_TOTAL_GB',
  'pd-balanced': 'SSD_TOTAL_GB',
  'pd-ssd': 'SSD_TOTAL_GB',
  'hyperdisk-balanced': 'HDB_TOTAL_GB', // GKE's message, where nodes do not start: Quota 'HDB_TOTAL_GB' exceeded
} as const;

/** Quotas that a bakery needs, at the height of an upgrade. A new project often has less, and asking takes days. */
export function quotasOf(bakery: Bakery): Quota[] {
  const parts = [...ofNodes(bakery), ...ofClaims(bakery), ...ofAddresses(bakery)];
  return summed(parts).filter(({ amount }) => amount > 0);
}

/** The nodes of a cluster of somebody else's are theirs already. */
function ofNodes(bakery: Bakery): Quota[] {
  if (bakery.settings.cluster.existing) return [];
  const pools = Object.values(poolsOf(bakery.settings));
  const cpus: Quota[] = [];
  const allCpus: Quota[] = [];
  const bootDisks: Quota[] = [];
  for (const pool of pools) {
    const type = machineType(pool.machineType);
    if (!type) continue;
    const nodes = peakNodesOf(bakery, pool);
    const amount = type.cpus * nodes;
    const what = 'vCPUs of the nodes while GKE upgrades them';
    cpus.push({ scope: 'region', metric: cpuMetric(type), amount, what });
    allCpus.push({ scope: 'project', metric: 'CPUS_ALL_REGIONS', amount, what }); // 12 or 32 in a new project
    const disks = pool.bootDiskGiB * nodes;
    bootDisks.push({ scope: 'region', metric: diskMetrics[type.bootDiskType], amount: disks, what: 'boot disks' });
  }
  return [...cpus, ...bootDisks, ...allCpus];
}

function peakNodesOf({ zones }: Bakery, { nodesPerZone }: Pool): number {
  return zones.length * (nodesPerZone + MAX_SURGE);
}

function cpuMetric({ quotaMetric, otherQuotaMetric }: MachineType): string {
  return otherQuotaMetric ? `${quotaMetric} (${otherQuotaMetric} in older projects)` : quotaMetric;
}

/** A regional disk exists twice, and counts twice. */
function ofClaims(bakery: Bakery): Quota[] {
  const metric = diskMetrics[bakery.settings.storage.type];
  return claimsOf(bakery).map(({ sizeGiB, reach }) => {
    const amount = reach === 'regional' ? 2 * sizeGiB : sizeGiB;
    return { scope: 'region', metric, amount, what: 'claims (regional ones twice)' };
  });
}

function ofAddresses(bakery: Bakery): Quota[] {
  const natAddresses = bakery.settings.cluster.existing ? 0 : natAddressCount(bakery.settings);
  const amount = natAddresses + reservedAddresses(bakery).length;
  return [{ scope: 'region', metric: 'STATIC_ADDRESSES', amount, what: 'of Cloud NAT and of published ports' }];
}

/** One row per metric. */
function summed(parts: readonly Quota[]): Quota[] {
  const metrics = [...new Set(parts.map(({ metric }) => metric))];
  return metrics.map((metric) => {
    const own = parts.filter((part) => part.metric === metric);
    const amount = own.reduce((total, part) => total + part.amount, 0);
    return { scope: own[0].scope, metric, amount, what: [...new Set(own.map(({ what }) => what))].join(' and ') };
  });
}

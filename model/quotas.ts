import type { Bakery } from './bakery';
import { type Pool, poolsOf } from './capacity';
import { claimsOf } from './claims';
import { reservedAddresses } from './google-names';
import { machineType } from './machine-types';
import { MAX_SURGE, natAddressCount } from './node-counts';

/** A quota of the project in the bakery's region, and how much of it the bakery takes. */
export interface Quota {
  /** Name in `gcloud compute regions describe`, e.g. SSD_TOTAL_GB. */
  readonly metric: string;
  readonly amount: number;
  readonly what: string;
}

/** Quotas that a bakery needs, at the height of an upgrade. A new project often has less, and asking takes days. */
export function quotasOf(bakery: Bakery): Quota[] {
  if (bakery.settings.cluster.existing)
    return [addressQuota(bakery, 0), diskQuota(bakery, 0)].filter(({ amount }) => amount > 0);
  const pools = Object.values(poolsOf(bakery.settings)).map((pool) => ({ pool, nodes: peakNodesOf(bakery, pool) }));
  const bootGiB = pools.reduce((total, { pool, nodes }) => total + pool.bootDiskGiB * nodes, 0);
  return [...cpuQuotas(pools), diskQuota(bakery, bootGiB), addressQuota(bakery, natAddressCount(bakery.settings))];
}

function peakNodesOf({ zones }: Bakery, { nodesPerZone }: Pool): number {
  return zones.length * (nodesPerZone + MAX_SURGE);
}

function cpuQuotas(pools: readonly { pool: Pool; nodes: number }[]): Quota[] {
  const byMetric = new Map<string, number>();
  for (const { pool, nodes } of pools) {
    const type = machineType(pool.machineType);
    if (!type) continue;
    const metric = type.otherQuotaMetric
      ? `${type.quotaMetric} (${type.otherQuotaMetric} in older projects)`
      : type.quotaMetric;
    byMetric.set(metric, (byMetric.get(metric) ?? 0) + type.cpus * nodes);
  }
  return [...byMetric].map(([metric, amount]) => ({
    metric,
    amount,
    what: 'vCPUs of the nodes while GKE upgrades them',
  }));
}

/** A regional disk exists twice, and counts twice. */
function diskQuota(bakery: Bakery, bootGiB: number): Quota {
  const standard = bakery.settings.storage.type === 'pd-standard';
  const claims = claimsOf(bakery).reduce(
    (total, { sizeGiB, reach }) => total + sizeGiB * (reach === 'regional' ? 2 : 1),
    0,
  );
  // Boot disks are pd-balanced, which counts as SSD.
  return standard
    ? { metric: 'DISKS_TOTAL_GB', amount: claims, what: 'claims, regional ones twice' }
    : { metric: 'SSD_TOTAL_GB', amount: claims + bootGiB, what: 'claims (regional ones twice) and boot disks' };
}

function addressQuota(bakery: Bakery, natAddresses: number): Quota {
  const amount = natAddresses + reservedAddresses(bakery).length;
  return { metric: 'STATIC_ADDRESSES', amount, what: 'of Cloud NAT and of published P2P ports' };
}

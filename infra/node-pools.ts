import type { ContainerCluster } from '@cdktf/provider-google/lib/container-cluster';
import { ContainerNodePool, type ContainerNodePoolNodeConfig } from '@cdktf/provider-google/lib/container-node-pool';
import type { Bakery } from '../model/bakery';
import { machineType } from '../model/google/machine-types';
import {
  MAX_PODS_PER_NODE,
  MAX_SURGE,
  ownClusterOf,
  POOL_KEY,
  type Pool,
  type PoolRole,
  poolName,
  poolRoles,
  poolsOf,
} from '../model/google/pools';
import { clusterLocation } from './cluster';
import type { NodeAccounts } from './identities';
import { hardenedNode } from './node-config';
import type { StackContext } from './stack-context';

/**
 * Two pools of fixed size. `baking` is tainted: only what a block needs runs there. `auxiliary` takes everything else,
 * GKE's own pods included, which tolerate no taint of ours.
 */
export function nodePools(context: StackContext, on: { cluster: ContainerCluster; accounts: NodeAccounts }): void {
  const { stack, bakery } = context;
  const pools = poolsOf(bakery.settings);
  for (const role of poolRoles) {
    new ContainerNodePool(stack, role, {
      name: poolName(bakery.name, role),
      cluster: on.cluster.id,
      location: clusterLocation(bakery),
      nodeLocations: [...bakery.zones],
      nodeCount: pools[role].nodesPerZone,
      maxPodsPerNode: MAX_PODS_PER_NODE,
      networkConfig: { enablePrivateNodes: true },
      management: { autoRepair: true, autoUpgrade: true },
      // A new node stands before an old one goes: a pool of one node per zone has no other to move to.
      upgradeSettings: { strategy: 'SURGE', maxSurge: MAX_SURGE, maxUnavailable: 0 },
      nodeConfig: {
        ...hardenedNode(bakery, on.accounts[role].account),
        ...machine(pools[role]),
        ...placement(bakery, role),
      },
      dependsOn: [...on.accounts[role].grants],
      timeouts: { update: '3h' }, // a drain waits up to an hour, zone by zone
      ...(role === 'baking' ? { lifecycle: { preventDestroy: true } } : {}),
    });
  }
}

/** Newer series boot from Hyperdisk only, older ones from persistent disks only. */
function machine(pool: Pool): ContainerNodePoolNodeConfig {
  const type = machineType(pool.machineType);
  if (!type) throw new Error(`cluster: "${pool.machineType}" passed the rules but is not in the table`);
  return { machineType: type.name, bootDisk: { diskType: type.bootDiskType, sizeGb: pool.bootDiskGiB } };
}

/** What is scheduled there. Google may take a spot node at any moment, so a baking node is none, whatever the file says. */
function placement({ name: bakery, settings }: Bakery, role: PoolRole): ContainerNodePoolNodeConfig {
  const name = poolName(bakery, role);
  const common = { labels: { [POOL_KEY]: name }, tags: [name] };
  if (role === 'baking') {
    return { ...common, spot: false, taint: [{ key: POOL_KEY, value: name, effect: 'NO_SCHEDULE' }] };
  }
  return { ...common, spot: ownClusterOf(settings)?.auxiliary.spot ?? false };
}

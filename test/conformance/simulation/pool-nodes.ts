import { type MachineType, machineType } from '../../../model/google/machine-types';
import { allocatable } from '../../../model/google/reserves';

/** A node that Google would start for a pool of dist/infra. */
export interface NodeSpec {
  readonly name: string;
  readonly pool: string;
  readonly zone: string;
  readonly spot: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly { key: string; value: string; effect: string }[];
  readonly capacity: Readonly<Record<string, string>>;
  readonly allocatable: Readonly<Record<string, string>>;
}

interface NodePool {
  readonly name: string;
  readonly node_count: number;
  readonly node_locations: readonly string[];
  readonly max_pods_per_node: number;
  readonly node_config: {
    readonly machine_type: string;
    readonly spot?: boolean;
    readonly labels?: Readonly<Record<string, string>>;
    readonly taint?: readonly { key: string; value: string; effect: string }[];
    readonly boot_disk: { readonly size_gb: number };
    readonly gcfs_config?: { readonly enabled: boolean };
  };
}

/** Every node of a Terraform stack: `node_count` in each zone of each pool. None where the cluster is not ours. */
export function nodesOf(stack: string): NodeSpec[] {
  const pools: Record<string, NodePool> = JSON.parse(stack).resource.google_container_node_pool ?? {};
  return Object.values(pools).flatMap((pool) =>
    pool.node_locations.flatMap((zone) =>
      Array.from({ length: pool.node_count }, (_, index) => toNode(pool, zone, index)),
    ),
  );
}

function toNode(pool: NodePool, zone: string, index: number): NodeSpec {
  const { node_config: config } = pool;
  const type = machineType(config.machine_type);
  if (!type)
    throw new Error(`node pool ${pool.name}: no machine type ${config.machine_type} in model/google/machine-types.ts`);
  const name = `gke-${pool.name}-${zone}-${index}`;
  return {
    name,
    pool: pool.name,
    zone,
    spot: config.spot ?? false,
    labels: { ...googleLabels({ name, pool, zone }), ...config.labels },
    taints: (config.taint ?? []).map(({ key, value, effect }) => ({ key, value, effect: effects[effect] ?? effect })),
    ...sizes(type, pool),
  };
}

const effects: Readonly<Record<string, string>> = {
  NO_SCHEDULE: 'NoSchedule',
  NO_EXECUTE: 'NoExecute',
  PREFER_NO_SCHEDULE: 'PreferNoSchedule',
};

/** GKE documentation, "About GKE node pools" and "Spot VMs"; `topology.gke.io/zone` comes from the disk driver. */
function googleLabels({ name, pool, zone }: { name: string; pool: NodePool; zone: string }): Record<string, string> {
  const { spot, machine_type: type } = pool.node_config;
  return {
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    'node.kubernetes.io/instance-type': type,
    'cloud.google.com/gke-nodepool': pool.name,
    'topology.kubernetes.io/region': zone.slice(0, zone.lastIndexOf('-')),
    'topology.kubernetes.io/zone': zone,
    'topology.gke.io/zone': zone,
    ...(spot ? { 'cloud.google.com/gke-spot': 'true', 'cloud.google.com/gke-provisioning': 'spot' } : {}),
  };
}

function sizes(type: MachineType, { node_config: config, max_pods_per_node: pods }: NodePool) {
  const left = allocatable(type, { imageStreaming: config.gcfs_config?.enabled ?? false });
  const diskMiB = Math.floor((config.boot_disk.size_gb * 1e9) / 2 ** 20);
  return {
    capacity: {
      cpu: String(type.cpus),
      memory: `${Math.floor(type.memoryGiB * 1024)}Mi`,
      'ephemeral-storage': `${diskMiB}Mi`,
      pods: String(pods),
    },
    allocatable: {
      cpu: `${left.cpuMilli}m`,
      memory: `${left.memoryMiB}Mi`,
      'ephemeral-storage': `${Math.floor(diskMiB - reservedDiskMiB(diskMiB))}Mi`,
      pods: String(pods),
    },
  };
}

/** GKE documentation, "Plan node sizes", local ephemeral storage: eviction threshold and system reservation. */
function reservedDiskMiB(diskMiB: number): number {
  return 0.1 * diskMiB + Math.min(0.5 * diskMiB, 6 * 1024 + 0.35 * diskMiB, 100 * 1024);
}

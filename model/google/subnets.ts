import { type Cidr, prefixFor, size } from './cidr';

/** A node pool at its largest: while GKE upgrades it, each zone holds the surge nodes on top. */
export interface PoolSize {
  readonly zones: number;
  readonly nodesPerZone: number;
  readonly maxSurge: number;
}

/** Nodes that can exist at once. An upgrade stops half-way when the ranges have no room for the surge. */
export function peakNodes(pools: readonly PoolSize[]): number {
  return pools.reduce((total, pool) => total + pool.zones * (pool.nodesPerZone + pool.maxSurge), 0);
}

/**
 * Pod addresses that GKE sets aside for one node: at least twice the pods, as a power of two, so that an address is
 * not given out again at once. GKE, "Configure maximum Pods per node": 8 pods take a /28, 48 a /25, 110 a /24.
 */
export function podAddressesPerNode(maxPodsPerNode: number): number {
  return 2 ** Math.ceil(Math.log2(2 * Math.max(maxPodsPerNode, 8)));
}

export interface PodRangeNeed {
  /** Surge included, see {@link peakNodes}. */
  readonly nodes: number;
  readonly maxPodsPerNode: number;
}

/** Prefix of the smallest pod range that holds the nodes. */
export function podRangePrefix({ nodes, maxPodsPerNode }: PodRangeNeed): number {
  return prefixFor(nodes * podAddressesPerNode(maxPodsPerNode));
}

/** Nodes that a pod range has room for: 4 in a /22 at GKE's default of 110 pods per node, 8 at 48. */
export function nodesInPodRange(range: Cidr, maxPodsPerNode: number): number {
  return Math.floor(size(range) / podAddressesPerNode(maxPodsPerNode));
}

/** As the end of a sentence that starts with the range; undefined when it is large enough. */
export function podRangeProblem(range: Cidr, need: PodRangeNeed): string | undefined {
  const room = nodesInPodRange(range, need.maxPodsPerNode);
  if (room >= need.nodes) return undefined;
  const prefix = podRangePrefix(need);
  return `has room for ${count(room, 'node')} of ${need.maxPodsPerNode} pods; ${need.nodes} are needed during an upgrade: use a /${prefix}`;
}

/** VPC, "Subnets": the first two and the last two addresses of a primary range are Google's; a /29 is the smallest. */
const RESERVED_IN_SUBNET = 4;
const SMALLEST_SUBNET_PREFIX = 29;

export interface NodeSubnetNeed {
  /** Surge included, see {@link peakNodes}. */
  readonly nodes: number;
  /** Internal load balancers, the control plane's private endpoint and whatever else lives in the subnet. */
  readonly otherAddresses?: number;
}

/** Prefix of the smallest primary range. */
export function nodeSubnetPrefix({ nodes, otherAddresses = 0 }: NodeSubnetNeed): number {
  return Math.min(SMALLEST_SUBNET_PREFIX, prefixFor(nodes + otherAddresses + RESERVED_IN_SUBNET));
}

/** As the end of a sentence that starts with the range; undefined when it is large enough. */
export function nodeSubnetProblem(range: Cidr, need: NodeSubnetNeed): string | undefined {
  const prefix = nodeSubnetPrefix(need);
  if (range.prefix <= prefix) return undefined;
  const room = Math.max(0, size(range) - RESERVED_IN_SUBNET - (need.otherAddresses ?? 0));
  return `has room for ${count(room, 'node')}; ${need.nodes} are needed during an upgrade: use a /${prefix}`;
}

/** GKE, "About VPC-native clusters": a services range that the user names holds 16 to 65536 Services. */
const SMALLEST_SERVICES_PREFIX = 28;
const LARGEST_SERVICES_PREFIX = 16;
/** The API server and the cluster's DNS. */
const SERVICES_OF_KUBERNETES = 2;

/** Prefix of the smallest services range. */
export function servicesRangePrefix(services: number): number {
  return Math.min(SMALLEST_SERVICES_PREFIX, prefixFor(services + SERVICES_OF_KUBERNETES));
}

/** As the end of a sentence that starts with the range; undefined when its size is right. It can never be changed. */
export function servicesRangeProblem(range: Cidr, services: number): string | undefined {
  const prefix = servicesRangePrefix(services);
  if (range.prefix > prefix) {
    const room = Math.max(0, size(range) - SERVICES_OF_KUBERNETES);
    return `has room for ${count(room, 'Service')}; ${services} are needed: use a /${prefix}`;
  }
  if (range.prefix < LARGEST_SERVICES_PREFIX)
    return `is larger than GKE takes: use a /${LARGEST_SERVICES_PREFIX} at most`;
  return undefined;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

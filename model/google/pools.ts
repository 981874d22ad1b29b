import type { BakerySettings } from '../settings/bakery.settings';
import { chosen } from '../settings/chosen';
import { peakNodes } from './subnets';

/** The two pools of a cluster: what a block or an attestation needs, and everything else, GKE's own pods included. */
export const poolRoles = ['baking', 'auxiliary'] as const;
export type PoolRole = (typeof poolRoles)[number];

/** Label and taint key of a node pool; its value is `poolName`. */
export const POOL_KEY = 'tezos-bakery/pool';

/** Value of the pool's label and, for the baking pool, taint: `mainnet-baking`. */
export function poolName(bakery: string, pool: PoolRole): string {
  return `${bakery}-${pool}`;
}

/** A pool of the cluster, as the settings describe it. */
export interface Pool {
  readonly machineType: string;
  readonly nodesPerZone: number;
  readonly bootDiskGiB: number;
}

/** The two pools, whoever made the cluster. */
export function poolsOf({ cluster }: Pick<BakerySettings, 'cluster'>): Readonly<Record<PoolRole, Pool>> {
  const { baking, auxiliary } = chosen(cluster).section;
  return { baking, auxiliary };
}

/** The cluster that the bakery's own stack makes; undefined where the bakery moves into one that exists. */
export function ownClusterOf({ cluster }: Pick<BakerySettings, 'cluster'>) {
  return cluster.regional ?? cluster.zonal;
}

/** The zones of the cluster, in the order of the file: one, or the two of the regional disks. */
export function zonesOf({ cluster }: Pick<BakerySettings, 'cluster'>): readonly string[] {
  const { section } = chosen(cluster);
  return 'zone' in section ? [section.zone] : section.zones;
}

/** Whether what the baker needs survives the loss of a zone: regional cluster, regional disks. */
export function survivesZoneLoss(settings: Pick<BakerySettings, 'cluster'>): boolean {
  return zonesOf(settings).length === 2;
}

/** Image streaming is on: a fail-over then does not wait for an image of a gigabyte. It costs memory of the node. */
export const IMAGE_STREAMING = true;

/** Nodes that a surge upgrade adds to a pool, per zone. */
export const MAX_SURGE = 1;

/** Pods that a node takes at most: Google's own recommendation; a node then takes a /25 of the pod range, not a /24. */
export const MAX_PODS_PER_NODE = 48;

/**
 * Connections of one node to one and the same destination at a time; ports are used again for other destinations
 * (Cloud NAT, "Ports and connections"). P2P needs few, as every peer is another destination. The number is for what
 * calls a single address often: a closed connection holds its port for 120 s, so 1024 allow 8 new ones a second to,
 * say, one block explorer, where the default of 64 stalls at one every two seconds.
 */
export const NAT_PORTS_PER_NODE = 1024;
const NAT_PORTS_PER_ADDRESS = 64_512;

/** Nodes of all pools at the height of an upgrade. */
export function nodesAtPeak(settings: Pick<BakerySettings, 'cluster'>): number {
  const zones = zonesOf(settings).length;
  const pools = Object.values(poolsOf(settings));
  return peakNodes(pools.map(({ nodesPerZone }) => ({ zones, nodesPerZone, maxSurge: MAX_SURGE })));
}

/** Addresses of Cloud NAT for all nodes at the height of an upgrade: a node without ports has no way out. */
export function natAddressCount(settings: Pick<BakerySettings, 'cluster'>): number {
  return Math.ceil((nodesAtPeak(settings) * NAT_PORTS_PER_NODE) / NAT_PORTS_PER_ADDRESS);
}

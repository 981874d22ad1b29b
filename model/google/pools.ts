import type { BakerySettings } from '../settings/bakery.settings';
import { zonesOf } from '../workloads';
import { peakNodes } from './subnets';

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
export function nodesAtPeak(settings: BakerySettings): number {
  const { regional, zonal, existing } = settings.cluster;
  const pools = regional ?? zonal ?? existing;
  if (!pools) return 0;
  const zones = zonesOf(settings).length;
  return peakNodes(
    [pools.baking, pools.auxiliary].map(({ nodesPerZone }) => ({ zones, nodesPerZone, maxSurge: MAX_SURGE })),
  );
}

/** Addresses of Cloud NAT for all nodes at the height of an upgrade: a node without ports has no way out. */
export function natAddressCount(settings: BakerySettings): number {
  return Math.ceil((nodesAtPeak(settings) * NAT_PORTS_PER_NODE) / NAT_PORTS_PER_ADDRESS);
}

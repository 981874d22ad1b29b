import type { Bakery } from './bakery';
import { type Amounts, type PlaceablePod, placePods } from './google/bin-packing';
import { type MachineType, machineType } from './google/machine-types';
import { IMAGE_STREAMING, poolsOf, zonesOf } from './google/pools';
import { usable } from './google/reserves';
import { expand, systemDeployments } from './google/system-pods';
import type { BakerySettings } from './settings/bakery.settings';
import { auxiliaryPods, bakingPods, type PodRequest } from './workloads';

/**
 * Why the baking pods do not fit, or undefined. Each zone must hold its own sentries and everything that
 * can move there when the other zone is lost: on less, a bakery survives no zone.
 */
export function bakingMisfit(bakery: Bakery): string | undefined {
  const { baking } = poolsOf(bakery.settings);
  const type = machineType(baking.machineType);
  if (!type) return undefined;
  const pods = bakingPods(bakery);
  for (const zone of bakery.zones) {
    const here = pods.filter((pod) => pod.zone === undefined || pod.zone === zone).map(toPlace);
    const result = placePods(here, nodesOf(type, baking.nodesPerZone));
    if (!result.fits) return `in ${zone}, ${result.text}`;
  }
  return undefined;
}

/** Why the system pods of GKE do not fit the auxiliary pool (they tolerate no taint), or undefined. */
export function auxiliaryMisfit(settings: BakerySettings): string | undefined {
  const { auxiliary } = poolsOf(settings);
  const type = machineType(auxiliary.machineType);
  if (!type) return undefined;
  const nodes = nodesOf(type, auxiliary.nodesPerZone * zonesOf(settings).length);
  const result = placePods(expand(systemDeployments), nodes);
  return result.fits ? undefined : result.text;
}

/**
 * Why the auxiliary pods of ours do not fit their pool, or undefined. The nodes of one zone must hold them, and GKE's own:
 * the other zone may be lost. In a cluster that exists, nobody knows where GKE's own pods are.
 */
export function auxiliaryPodsMisfit(bakery: Bakery): string | undefined {
  const { settings } = bakery;
  const { auxiliary } = poolsOf(settings);
  const type = machineType(auxiliary.machineType);
  if (!type) return undefined;
  const theirs = settings.cluster.existing ? [] : expand(systemDeployments);
  const result = placePods([...theirs, ...auxiliaryPods(bakery).map(toPlace)], nodesOf(type, auxiliary.nodesPerZone));
  return result.fits ? undefined : result.text;
}

function nodesOf(type: MachineType, count: number): Amounts[] {
  return Array.from({ length: count }, () => usable(type, { imageStreaming: IMAGE_STREAMING }));
}

function toPlace({ name, cpus, memoryGiB }: PodRequest): PlaceablePod {
  return { name, cpuMilli: Math.round(cpus * 1000), memoryMiB: Math.round(memoryGiB * 1024) };
}

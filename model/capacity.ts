import { type PodRequest as FitPod, placePods, type Resources } from './google/bin-packing';
import { expand, type MachineType, machineType, systemDeployments, usable } from './google/machine-types';
import type { BakerySettings } from './settings/bakery.settings';
import { daemonsOf } from './tezos/daemons';
import { networkOf } from './tezos/networks';
import { octezRelease } from './tezos/octez';
import { protocolNamed } from './tezos/protocols';
import { bakingPods, zonesOf } from './workloads';

/** Image streaming is on: a fail-over then does not wait for an image of a gigabyte. It costs memory of the node. */
export const imageStreaming = true;

/** A pool of the cluster, as the settings describe it. */
export interface Pool {
  readonly machineType: string;
  readonly nodesPerZone: number;
  readonly bootDiskGiB: number;
}

/** The two pools, whoever made the cluster. */
export function poolsOf({ cluster }: BakerySettings): { baking: Pool; auxiliary: Pool } {
  const { baking, auxiliary } = (cluster.regional ?? cluster.zonal ?? cluster.existing) as {
    baking: Pool;
    auxiliary: Pool;
  };
  return { baking, auxiliary };
}

/**
 * Why the baking pods do not fit, or undefined. Each zone must hold its own sentries and everything that
 * can move there when the other zone is lost: on less, a bakery survives no zone.
 */
export function bakingMisfit(settings: BakerySettings): string | undefined {
  const { baking } = poolsOf(settings);
  const type = machineType(baking.machineType);
  const pods = requestedPods(settings);
  if (!type || !pods) return undefined;
  for (const zone of zonesOf(settings)) {
    const here = pods.filter((pod) => pod.zone === undefined || pod.zone === zone).map(asFitPod);
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

function nodesOf(type: MachineType, count: number): Resources[] {
  return Array.from({ length: count }, () => usable(type, { imageStreaming }));
}

function requestedPods(settings: BakerySettings) {
  const protocol = protocolNamed(networkOf(settings).protocol);
  const bakerRelease = octezRelease(settings.octez.baker ?? settings.octez.node);
  if (!protocol || !bakerRelease) return undefined;
  const daemons = daemonsOf({ protocol, bakerRelease, dal: settings.dal !== undefined });
  return bakingPods(
    settings,
    daemons.some(({ name }) => name === 'endorser'),
  );
}

function asFitPod({ name, cpus, memoryGiB }: { name: string; cpus: number; memoryGiB: number }): FitPod {
  return { name, cpuMilli: Math.round(cpus * 1000), memoryMiB: Math.round(memoryGiB * 1024) };
}

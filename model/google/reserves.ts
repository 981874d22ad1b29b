import { type Amounts, minus } from './bin-packing';
import type { MachineType } from './machine-types';
import { systemDaemonRequests } from './system-pods';

/** GKE, "Plan node sizes" (memory and CPU reservations): share of each span, in MiB and in thousandths of a vCPU. */
const memoryReserve = [
  [4096, 0.25],
  [4096, 0.2],
  [8192, 0.1],
  [114_688, 0.06],
  [Infinity, 0.02],
] as const;
const cpuReserve = [
  [1000, 0.06],
  [1000, 0.01],
  [2000, 0.005],
  [Infinity, 0.0025],
] as const;
/** GKE, "Use Image streaming to pull container images" (memory reservation), on top of the ordinary one. */
const imageStreamingReserve = [
  [4096, 0.1],
  [4096, 0.08],
  [8192, 0.04],
  [114_688, 0.024],
  [Infinity, 0.008],
] as const;
/** The kubelet evicts pods below this much free memory. */
const EVICTION_THRESHOLD_MIB = 100;

/**
 * Memory that the firmware and the kernel keep before Kubernetes sees the machine: GKE reserves from what is left.
 * Measured on GKE: 388 MiB of 16 GiB (n2-standard-4, 1.36), 562 of 26 (n1-highmem-4), 658 of 32 (n2-highmem-4),
 * 4201 of 256 (n2-highmem-32). The line lies above all of them.
 */
function kernelMemoryMiB(memoryMiB: number): number {
  return 110 + 0.0175 * memoryMiB;
}

/** What GKE leaves for pods of any kind, its own DaemonSets included. */
export function allocatable(type: MachineType, options: { imageStreaming?: boolean } = {}): Amounts {
  const capacityMiB = type.memoryGiB * 1024 - kernelMemoryMiB(type.memoryGiB * 1024);
  const streaming = options.imageStreaming ? reserved(capacityMiB, imageStreamingReserve) : 0;
  return {
    cpuMilli: Math.floor(type.cpus * 1000 - reserved(type.cpus * 1000, cpuReserve)),
    memoryMiB: Math.floor(capacityMiB - reserved(capacityMiB, memoryReserve) - streaming - EVICTION_THRESHOLD_MIB),
  };
}

function reserved(amount: number, spans: readonly (readonly [number, number])[]): number {
  let left = amount;
  return spans.reduce((total, [span, share]) => {
    const part = Math.min(left, span);
    left -= part;
    return total + part * share;
  }, 0);
}

/** What is left on a node for pods of ours, and on an untainted one for GKE's Deployments. */
export function usable(type: MachineType, options: { imageStreaming?: boolean } = {}): Amounts {
  return minus(allocatable(type, options), systemDaemonRequests);
}

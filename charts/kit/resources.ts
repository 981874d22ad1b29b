import { k8s } from 'cdk8s-plus-27';
import type { Resources } from '../../model/workloads';

/**
 * Requests, and a limit of memory alone: a CPU limit would throttle a baker in the very second it
 * forges a block.
 */
export function resources({ cpus, memoryGiB }: Resources): k8s.ResourceRequirements {
  const memory = k8s.Quantity.fromString(`${Math.round(memoryGiB * 1024)}Mi`);
  return { requests: { cpu: k8s.Quantity.fromString(`${Math.round(cpus * 1000)}m`), memory }, limits: { memory } };
}

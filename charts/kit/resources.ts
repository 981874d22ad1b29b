import type { k8s } from 'cdk8s-plus-27';
import type { Resources } from '../../model/workloads';
import { mebibytes, milliCpus } from './quantity';

/**
 * Requests, and a limit of memory alone: a CPU limit would throttle a baker in the very second it
 * forges a block.
 */
export function resources({ cpus, memoryGiB }: Resources): k8s.ResourceRequirements {
  const memory = mebibytes(Math.round(memoryGiB * 1024));
  return { requests: { cpu: milliCpus(Math.round(cpus * 1000)), memory }, limits: { memory } };
}

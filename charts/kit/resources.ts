import type { k8s } from 'cdk8s-plus-27';
import type { Resources } from '../../model/workloads';
import { mebibytes, milliCpus } from './quantity';

/**
 * What a container leaves on its node's disk: its log, in five files of 10 MiB (GKE's kubelets), and a sixth while one is
 * packed. A node short of disk evicts first who uses more than was asked for.
 */
const LOG_MIB = 64;

/**
 * Requests, and a limit of memory alone; `workMiB`: what it writes to its node's disk, where it does. A CPU limit would
 * throttle a baker in the very second it forges a block. A limit of ephemeral storage would evict the whole pod for the log
 * of one container, which the kubelet rotates anyway. Of other pods nothing else is on the disk, since roots are read-only
 * and temporary files are in memory.
 */
export function resources({ cpus, memoryGiB }: Resources, workMiB = 0): k8s.ResourceRequirements {
  const memory = mebibytes(Math.round(memoryGiB * 1024));
  return {
    requests: { cpu: milliCpus(Math.round(cpus * 1000)), memory, 'ephemeral-storage': mebibytes(LOG_MIB + workMiB) },
    limits: { memory },
  };
}

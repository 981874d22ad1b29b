import { type KubeObject, nameOf } from '../../../charts/objects/kube-object';
import { cpuMilli, mebibytes } from './amounts';
import { containersOf, podTemplates } from './pod-templates';

/** The objects as they are applied here, and what was changed in them, one line for each workload. */
export interface Adapted {
  readonly objects: readonly KubeObject[];
  readonly changes: readonly string[];
}

const cpuDivisor = 50;
const memoryDivisor = 50;

/**
 * The only changes to dist/ of this part. Placement judges pools and sizes on nodes as Google would start them; these nodes
 * are one small machine.
 */
export function adapt(original: readonly KubeObject[]): Adapted {
  const objects = structuredClone(original) as KubeObject[];
  const changes = podTemplates(objects).map(({ object, spec }) => {
    const made = [...withoutPool(spec), ...scaledRequests(spec), ...withoutDisk(spec), ...withoutDigests(spec)];
    return `${nameOf(object.manifest)} (${object.file}): ${made.join('; ')}`;
  });
  return { objects, changes };
}

function withoutPool(spec: any): string[] {
  const pools = Object.entries(spec.nodeSelector ?? {}).filter(([key]) => key === 'tezos-bakery/pool');
  for (const [key] of pools) delete spec.nodeSelector[key];
  return pools.map(([key, value]) => `no nodeSelector ${key}=${value}`);
}

function scaledRequests(spec: any): string[] {
  return containersOf(spec).flatMap(({ name, resources }) => {
    const { cpu, memory } = resources?.requests ?? {};
    if (cpu) resources.requests.cpu = `${Math.max(1, Math.round(cpuMilli(cpu) / cpuDivisor))}m`;
    if (memory) resources.requests.memory = `${Math.max(1, Math.round(mebibytes(memory) / memoryDivisor))}Mi`;
    const said = [
      ...(cpu ? [`cpu ${cpu} -> ${resources.requests.cpu}`] : []),
      ...(memory ? [`memory ${memory} -> ${resources.requests.memory}`] : []),
    ];
    return said.length > 0 ? [`${name} requests ${said.join(', ')}`] : [];
  });
}

/** Kubelets in a container find no filesystem to give an account of (start-kubelet.ts), so their nodes offer no room on it. */
function withoutDisk(spec: any): string[] {
  return containersOf(spec).flatMap(({ name, resources }) => {
    const { 'ephemeral-storage': disk, ...requests } = resources?.requests ?? {};
    if (disk) resources.requests = requests;
    return disk ? [`${name} does not request ephemeral-storage ${disk}`] : [];
  });
}

/** Nobody can make an image of a given digest. */
function withoutDigests(spec: any): string[] {
  return containersOf(spec).flatMap((container) => {
    const [tagged, digest] = container.image.split('@');
    container.image = tagged;
    return digest ? [`${container.name} image without @${digest}`] : [];
  });
}

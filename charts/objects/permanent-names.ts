import type { Bakery } from '../../model/bakery';
import { type ClaimFact, claimsOf } from '../../model/claims';
import { atLeast, permanentLine } from '../../model/permanent-line';
import type { KubeObject, Manifest } from './kube-object';

/** Kinds by the names that people use. */
const words: Readonly<Record<string, string>> = {
  Namespace: 'namespace',
  PersistentVolumeClaim: 'claim',
  PriorityClass: 'priority class',
  StorageClass: 'storage class',
};

/**
 * Names, and what Kubernetes lets nobody change about them, as sorted lines of dist/permanent/<bakery>.txt.
 * The size of a claim stands at its line's end: it may grow, never shrink.
 */
export function permanentNames(bakery: Bakery, objects: readonly KubeObject[]): string[] {
  const claims = new Map(claimsOf(bakery).map((claim) => [claim.name, claim]));
  const facts: Record<string, (manifest: Manifest) => readonly string[]> = {
    namespace: () => [],
    claim: ({ metadata, spec }) => {
      const { storageClassName, accessModes } = spec as unknown as ClaimSpec;
      const { zone, sizeGiB } = claims.get(metadata.name) as ClaimFact;
      const where = [`class=${storageClassName}`, `access=${accessModes.join('+')}`, ...(zone ? [`zone=${zone}`] : [])];
      return [...where, atLeast(sizeGiB)];
    },
    'priority class': ({ value, preemptionPolicy }) => [
      `value=${value}`,
      `preemption=${preemptionPolicy ?? 'default'}`,
    ],
    Service: ({ spec }) => {
      const { clusterIP, loadBalancerClass } = spec as { clusterIP?: string; loadBalancerClass?: string };
      const balancer = loadBalancerClass === undefined ? [] : [`load-balancer=${loadBalancerClass}`];
      return clusterIP === 'None' ? ['headless', ...balancer] : balancer;
    },
    StatefulSet: ({ spec }) => {
      const { serviceName, selector, podManagementPolicy } = spec as unknown as StatefulSetSpec;
      return [`service=${serviceName}`, `selector=${pairs(selector.matchLabels)}`, `pods=${podManagementPolicy}`];
    },
    'storage class': storageClassFacts,
  };
  const lines = objects.flatMap(({ manifest }) => {
    const { name, namespace } = manifest.metadata;
    const word = words[manifest.kind] ?? manifest.kind;
    const factsOf = facts[word];
    return factsOf ? [permanentLine(word, namespace ? `${namespace}/${name}` : name, ...factsOf(manifest))] : [];
  });
  return lines.sort();
}

interface ClaimSpec {
  readonly storageClassName: string;
  readonly accessModes: readonly string[];
}

interface StatefulSetSpec {
  readonly serviceName: string;
  readonly podManagementPolicy?: string;
  readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
}

/** All fields of a storage class are immutable but `allowVolumeExpansion`. */
function storageClassFacts(manifest: Manifest): string[] {
  const { provisioner, parameters, reclaimPolicy, volumeBindingMode } = manifest;
  const topologies = manifest.allowedTopologies as { matchLabelExpressions: { key: string; values: string[] }[] }[];
  const zones = topologies.flatMap(({ matchLabelExpressions }) =>
    matchLabelExpressions.flatMap(({ values }) => values),
  );
  return [
    `provisioner=${provisioner}`,
    `parameters=${pairs(parameters as Record<string, string>)}`,
    `reclaim=${reclaimPolicy}`,
    `binding=${volumeBindingMode}`,
    `zones=${zones.join('+')}`,
  ];
}

function pairs(map: Readonly<Record<string, string>>): string {
  return Object.keys(map)
    .sort()
    .map((key) => `${key}=${map[key]}`)
    .join(',');
}

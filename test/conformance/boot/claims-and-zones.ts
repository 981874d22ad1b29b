import type { KubeObject } from '../../../charts/objects/kube-object';
import type { Claim } from './local-volumes';
import { podTemplates } from './pod-templates';

const zoneKey = 'topology.kubernetes.io/zone';

/** Claims of dist/, each with the zones of its disk: those of its class, and of the pod that mounts it. */
export function claimsOf(objects: readonly KubeObject[]): Claim[] {
  const manifests = objects.map(({ manifest }) => manifest as any);
  const classes = manifests.filter(({ kind }) => kind === 'StorageClass');
  return manifests
    .filter(({ kind }) => kind === 'PersistentVolumeClaim')
    .map(({ metadata: { name, namespace }, spec }) => {
      const { allowedTopologies } = classes.find(({ metadata }) => metadata.name === spec.storageClassName);
      const ofClass: string[] = allowedTopologies[0].matchLabelExpressions[0].values;
      const wanted = podTemplates(objects)
        .filter((pod) => pod.object.manifest.metadata.namespace === namespace && mounts(pod.spec, name))
        .flatMap((pod) => pod.spec.nodeSelector?.[zoneKey] ?? []);
      return {
        name,
        namespace,
        size: spec.resources.requests.storage,
        storageClass: spec.storageClassName,
        accessModes: spec.accessModes,
        zones: wanted.length > 0 ? wanted : ofClass,
      };
    });
}

const mounts = (spec: any, claim: string) =>
  (spec.volumes ?? []).some((volume: any) => volume.persistentVolumeClaim?.claimName === claim);

import { k8s } from 'cdk8s-plus-27';
import type { ClaimFact } from '../../model/claims';
import { storageClassName } from '../../model/claims';
import type { ComponentChart } from '../component-chart';
import { neverPruned } from './never-pruned';
import { gibibytes } from './quantity';

/**
 * A claim of its own, never a template of a StatefulSet: those can never be changed, and here a bigger
 * disk is one line.
 */
export function claim(chart: ComponentChart, { name, instance, sizeGiB, reach }: ClaimFact): void {
  new k8s.KubePersistentVolumeClaim(chart, `claim-${name}`, {
    metadata: chart.metadata({ name, instance, annotations: { ...neverPruned } }),
    spec: {
      // One pod, not one node: two pods on one node must not share a data directory either.
      accessModes: ['ReadWriteOncePod'],
      storageClassName: storageClassName(chart.bakery.name, reach),
      resources: { requests: { storage: gibibytes(sizeGiB) } },
    },
  });
}

/** The volume of a claim, under the claim's own name. */
export function claimVolume({ name }: ClaimFact): k8s.Volume {
  return { name, persistentVolumeClaim: { claimName: name } };
}

/**
 * Mounts a sub-directory of a claim: the root of an ext4 disk holds `lost+found`, and Octez refuses a
 * data directory with a file it does not know.
 */
export function claimMount({ name }: ClaimFact, mountPath: string, subPath: string): k8s.VolumeMount {
  return { name, mountPath, subPath };
}

/** Room for temporary files where the root is read-only; Octez puts sockets and downloads of proofs there. */
export function tmpVolume(): k8s.Volume {
  return { name: 'tmp', emptyDir: { sizeLimit: k8s.Quantity.fromString('256Mi') } };
}

export const tmpMount: k8s.VolumeMount = { name: 'tmp', mountPath: '/tmp' };

/** The volume of a ConfigMap, under the ConfigMap's own name. */
export function configVolume(name: string): k8s.Volume {
  return { name, configMap: { name } };
}

export function configMount(name: string, mountPath: string): k8s.VolumeMount {
  return { name, mountPath, readOnly: true };
}

import { k8s } from 'cdk8s-plus-27';
import type { ClaimFact } from '../../model/claims';
import { storageClassName } from '../../model/claims';
import type { ComponentChart } from '../component-chart';
import { neverPruned } from './never-pruned';
import { gibibytes, mebibytes } from './quantity';

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

/**
 * Room for the temporary files of one container, in memory that counts as its own. A disk's `sizeLimit` is no limit: who
 * exceeds it has the whole pod evicted, the baker because of a daemon beside it. Memory is full at its limit, and then
 * the program that fills it gets an error, and no other does. Octez puts sockets and locks there; downloads and
 * snapshots go to claims.
 */
export function tmpVolume(container: string): k8s.Volume {
  return { name: tmpName(container), emptyDir: { medium: 'Memory', sizeLimit: mebibytes(TMP_MIB) } };
}

const TMP_MIB = 64;

/** Mounts the `tmpVolume` of that container; of the init containers that prepare for it, too. */
export function tmpMount(container: string): k8s.VolumeMount {
  return { name: tmpName(container), mountPath: '/tmp' };
}

const tmpName = (container: string) => `tmp-${container}`;

/**
 * Room for Unix sockets and nothing else, which two containers share: one makes them, the other connects. In memory, so
 * that a pod that is made anew finds none of an older one.
 */
export function socketsVolume(name: string): k8s.Volume {
  return { name, emptyDir: { medium: 'Memory', sizeLimit: mebibytes(SOCKETS_MIB) } };
}

const SOCKETS_MIB = 1;

/** The volume of a Secret, under the Secret's own name. Not optional: without it the pod waits, and its events say for what. */
export function secretVolume(secretName: string, key: string): k8s.Volume {
  return { name: secretName, secret: { secretName, defaultMode: 0o440, items: [{ key, path: key }] } };
}

/** The volume of a ConfigMap, under the ConfigMap's own name. */
export function configVolume(name: string): k8s.Volume {
  return { name, configMap: { name } };
}

export function configMount(name: string, mountPath: string): k8s.VolumeMount {
  return { name, mountPath, readOnly: true };
}

import { closeSync, ftruncateSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Api } from '../cluster/api';
import { mustRun } from '../tools/run';
import { mebibytes } from './amounts';
import { machine } from './machine';

/** A claim, and where its disk may be. */
export interface Claim {
  readonly name: string;
  readonly namespace: string;
  /** As in 60Gi. */
  readonly size: string;
  readonly storageClass: string;
  readonly accessModes: readonly string[];
  readonly zones: readonly string[];
}

/** A disk that behaves, mounted there: ext4 in a sparse file. `size`: as in 60Gi. */
export async function makeDisk(path: string, size: string): Promise<void> {
  mkdirSync(path, { recursive: true });
  const file = `${path}.ext4`;
  const handle = openSync(file, 'w');
  ftruncateSync(handle, Math.round(mebibytes(size) * 2 ** 20));
  closeSync(handle);
  await mustRun('mkfs.ext4', ['-q', '-m', '0', '-E', 'lazy_itable_init=1,lazy_journal_init=1,nodiscard', file]);
  // The kernel would fill the inode tables in the background, gigabytes of nothing.
  await mustRun('mount', ['-o', 'loop,noinit_itable', file, path]);
}

/**
 * The disk of a claim, of its size, so that lost+found, fsGroup and a full disk are real. All nodes are this machine: a
 * regional disk is one that two may use. Before its claim, for which the controller otherwise looks every fifteen seconds
 * only.
 */
export async function makeVolume(api: Api, claim: Claim): Promise<void> {
  const name = `${claim.namespace}-${claim.name}`;
  const path = join(machine.folder, 'disks', name);
  await makeDisk(path, claim.size);
  await api.create('/api/v1/persistentvolumes', {
    metadata: { name },
    spec: {
      capacity: { storage: claim.size },
      accessModes: claim.accessModes,
      persistentVolumeReclaimPolicy: 'Retain',
      storageClassName: claim.storageClass,
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: claim.name, namespace: claim.namespace },
      local: { path },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: claim.zones }] },
          ],
        },
      },
    },
  });
}

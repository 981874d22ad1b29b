import { createHash } from 'node:crypto';
import type { Files } from '../component-chart';

/** Annotation of a pod template: another content of these files rolls the pod. */
const CHECKSUM = 'tezos-bakery/config-checksum';

/**
 * The annotation that rolls a pod when any of these files changes. For files that a running pod works with, such as its
 * wallet. Not for scripts that run at its start alone: a running pod has nothing of a new one, and the next start takes
 * it (the kubelet brings it into the volume of a pod that is still starting within two minutes).
 */
export function checksum(...files: readonly Files[]): Record<string, string> {
  if (files.every((each) => Object.keys(each).length === 0)) return {};
  const hash = createHash('sha256').update(JSON.stringify(files)).digest('hex');
  return { [CHECKSUM]: hash.slice(0, 16) };
}

import { createHash } from 'node:crypto';
import type { Files } from '../component-chart';

/** Annotation of a pod template: another content of its scripts or files rolls the pod. */
const CHECKSUM = 'tezos-bakery/config-checksum';

/** The annotation that rolls a pod when any of these files changes. */
export function checksum(...files: readonly Files[]): Record<string, string> {
  const hash = createHash('sha256').update(JSON.stringify(files)).digest('hex');
  return { [CHECKSUM]: hash.slice(0, 16) };
}

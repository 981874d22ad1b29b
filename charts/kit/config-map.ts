import { createHash } from 'node:crypto';
import { k8s } from 'cdk8s-plus-27';
import type { BakeryChart } from '../component-chart';

/** Annotation of a pod template: another content of its scripts or files rolls the pod. */
export const CHECKSUM = 'tezos-bakery/config-checksum';

/** Names and contents of files, as a ConfigMap holds them. */
export type Files = Readonly<Record<string, string>>;

/** Files for a pod, under a stable name (a name with a hash would leave old ones behind). */
export function configMap(chart: BakeryChart, name: string, component: string, data: Files): void {
  new k8s.KubeConfigMap(chart, `config-${name}`, { metadata: chart.metadata({ name, component }), data: { ...data } });
}

/** The annotation that rolls a pod when any of these files changes. */
export function checksum(...files: readonly Files[]): Record<string, string> {
  const hash = createHash('sha256').update(JSON.stringify(files)).digest('hex');
  return { [CHECKSUM]: hash.slice(0, 16) };
}

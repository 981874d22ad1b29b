import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type KubeObject, nameOf } from '../../../charts/objects/kube-object';
import { distObjects } from '../dist-objects';
import type { NetworkPolicy } from './endpoints';

/** What this part reads of a bakery's rendered manifests. */
export interface Rendered {
  readonly bakery: string;
  readonly policies: readonly NetworkPolicy[];
  /** The file in dist/ of each object, by `<kind> <namespace>/<name>`. */
  readonly files: ReadonlyMap<string, string>;
  readonly namespaces: readonly { readonly name: string; readonly labels: Readonly<Record<string, string>> }[];
  readonly workloads: readonly Workload[];
}

/** What makes pods. */
export interface Workload {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly { readonly name?: string; readonly containerPort: number; readonly protocol?: string }[];
}

/** Every bakery of dist/charts, by name. */
export function renderedBakeries(root: string): Rendered[] {
  const names = readdirSync(join(root, 'dist', 'charts')).sort();
  return names.map((bakery) => rendered(bakery, distObjects(root, bakery)));
}

function rendered(bakery: string, inFiles: readonly KubeObject[]): Rendered {
  const objects: readonly any[] = inFiles.map(({ manifest }) => manifest);
  const ofKind = (kind: string) => objects.filter((object) => object.kind === kind);
  return {
    bakery,
    policies: ofKind('NetworkPolicy'),
    files: new Map(inFiles.map(({ file, manifest }) => [nameOf(manifest), file])),
    namespaces: ofKind('Namespace').map(({ metadata }) => ({ name: metadata.name, labels: namespaceLabels(metadata) })),
    workloads: objects.flatMap((object) => workload(object) ?? []),
  };
}

/** The API server adds a namespace's name to its labels. */
function namespaceLabels(metadata: any): Record<string, string> {
  return { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name };
}

/** StatefulSets, Deployments, Jobs and what else has a pod template; CronJobs have it one storey down. */
function workload(object: any): Workload | undefined {
  const template = object.spec?.template ?? object.spec?.jobTemplate?.spec?.template;
  if (!template?.spec?.containers) return undefined;
  const { containers, initContainers = [] } = template.spec;
  return {
    name: object.metadata.name,
    namespace: object.metadata.namespace,
    labels: template.metadata?.labels ?? {},
    ports: [...containers, ...initContainers].flatMap(({ ports = [] }) => ports),
  };
}

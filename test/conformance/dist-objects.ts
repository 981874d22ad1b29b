import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubeObject, Manifest } from '../../charts/objects/kube-object';

/** Every object of a bakery as dist/ holds it, with the file's path from the root of the checkout. */
export function distObjects(root: string, bakery: string): KubeObject[] {
  const folder = join('dist', 'charts', bakery);
  const files = readdirSync(join(root, folder)).filter((name) => name.endsWith('.k8s.yaml'));
  return files.sort().flatMap((name) => objectsIn(join(folder, name), readFileSync(join(root, folder, name), 'utf8')));
}

/** The Terraform stack of a bakery. */
export function distStack(root: string, bakery: string): string {
  return readFileSync(join(root, 'dist', 'infra', 'stacks', bakery, 'cdk.tf.json'), 'utf8');
}

/** Objects of one YAML file. */
export function objectsIn(file: string, text: string): KubeObject[] {
  return parseAllDocuments(text).map((document) => ({ file, manifest: document.toJS() as Manifest }));
}

/** The namespaces that objects lie in. */
export function namespacesOf(objects: readonly KubeObject[]): string[] {
  return [...new Set(objects.flatMap(({ manifest }) => manifest.metadata.namespace ?? []))].sort();
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { type Manifest, nameOf } from '../../../charts/objects/kube-object';
import type { Subject } from '../findings';

/** An object as it is read back from dist/. */
export interface DistObject {
  readonly bakery: string;
  /** From the checkout's top: `dist/charts/mainnet/baker.k8s.yaml`. */
  readonly file: string;
  /** `StatefulSet mainnet-baking/baker` */
  readonly name: string;
  readonly manifest: Manifest;
}

/** A container, as far as the judges here look into it. */
export interface Container {
  readonly name: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly [field: string]: unknown;
}

export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
}

/** Bakeries that have a folder in dist/charts. */
export function distBakeries(root: string): string[] {
  return readdirSync(join(root, 'dist/charts')).sort();
}

/** Files that hold objects; whether kustomization.yaml names them all is judged elsewhere. */
export function objectFiles(root: string, bakery: string): string[] {
  const folder = `dist/charts/${bakery}`;
  const files = readdirSync(join(root, folder)).filter((file) => file.endsWith('.k8s.yaml'));
  return files.sort().map((file) => `${folder}/${file}`);
}

export function distObjects(root: string): DistObject[] {
  return distBakeries(root).flatMap((bakery) => objectFiles(root, bakery).flatMap((file) => read(root, bakery, file)));
}

function read(root: string, bakery: string, file: string): DistObject[] {
  return manifestsOf(readFileSync(join(root, file), 'utf8'), file).map((manifest) => ({
    bakery,
    file,
    name: nameOf(manifest),
    manifest,
  }));
}

/** The objects of a YAML text. */
export function manifestsOf(text: string, file: string): Manifest[] {
  return parseAllDocuments(text).map((document) => {
    const [error] = document.errors;
    if (error) throw new Error(`${file}: ${error.message}`);
    return document.toJS();
  });
}

/** The pod that a workload makes, whatever its kind; undefined for other objects. */
export function podOf({ spec }: Manifest): PodSpec | undefined {
  const { template, jobTemplate } = (spec ?? {}) as any;
  const pod = jobTemplate?.spec.template.spec ?? template?.spec ?? spec;
  return pod?.containers ? pod : undefined;
}

export function containersOf(manifest: Manifest): Container[] {
  const pod = podOf(manifest);
  return pod ? [...(pod.initContainers ?? []), ...pod.containers] : [];
}

/** What can be judged in an object: itself, and each container of its pods. */
export function subjectsOf({ file, manifest }: Pick<DistObject, 'file' | 'manifest'>): Subject[] {
  const name = nameOf(manifest);
  const containers = containersOf(manifest).map((container) => `${name} container ${container.name}`);
  return [name, ...containers].map((object) => ({ object, file }));
}

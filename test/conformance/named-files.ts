import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { distObjects } from './dist-objects';

/** Answers with the files of dist/charts that hold what a text names as `<namespace>/<name>`, pods included. */
export type FindFiles = (words: string) => string[];

/** A server's words name objects, seldom files; a person has to open the file. */
export function fileFinder(root: string): FindFiles {
  let files: ReadonlyMap<string, string> | undefined;
  return (words) => {
    files ??= filesByName(root);
    const names = [...words.matchAll(/[a-z0-9-]+\/[a-z0-9.-]+/g)].flatMap(([name]) => ofPod(name));
    return [...new Set(names.flatMap((name) => files?.get(name) ?? []))].filter((file) => !words.includes(file));
  };
}

/** Whose the pod may be: a set numbers its pods, a deployment and a job add letters. */
function ofPod(name: string): string[] {
  return [name, name.replace(/-\d+$/, ''), name.replace(/-[a-z0-9]{5}$/, ''), name.replace(/-\w+-[a-z0-9]{5}$/, '')];
}

function filesByName(root: string): Map<string, string> {
  const folder = join(root, 'dist', 'charts');
  const objects = existsSync(folder) ? readdirSync(folder).flatMap((bakery) => distObjects(root, bakery)) : [];
  const named = objects.filter(({ manifest }) => manifest.metadata.namespace !== undefined);
  return new Map(named.map(({ file, manifest: { metadata } }) => [`${metadata.namespace}/${metadata.name}`, file]));
}

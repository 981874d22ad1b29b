import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../kit/root';
import { distObjects } from '../dist-objects';
import { adapt } from './changes-to-dist';

const charts = join(ROOT, 'dist/charts');
const bakeries = existsSync(charts) ? readdirSync(charts) : [];

/** Paths at which two values differ, lists by index. */
function differences(one: any, other: any, path = ''): string[] {
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return one === other ? [] : [path];
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return keys.flatMap((key) => differences(one[key], other[key], `${path}/${key}`));
}

const permitted = [
  /\/nodeSelector\/tezos-bakery\/pool$/,
  /\/(init)?[cC]ontainers\/\d+\/resources\/requests\/(cpu|memory|ephemeral-storage)$/,
  /\/(init)?[cC]ontainers\/\d+\/image$/,
];

test('pools, requests and digests are all that boot changes of dist/, and each changed workload has its line', () => {
  for (const bakery of bakeries) {
    const original = distObjects(ROOT, bakery);
    const { objects, changes } = adapt(original);
    const changed = objects.map((object, index) => differences(original[index], object));
    const strange = changed.flat().filter((path) => !permitted.some((pattern) => pattern.test(path)));
    expect(strange).toEqual([]);
    const files = changed.flatMap((paths, index) => (paths.length > 0 ? [original[index]!.file] : []));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect(changes.some((line) => line.includes(`(${file})`))).toBe(true);
    expect(changes).toHaveLength(files.length);
  }
});

test('a digest, which nobody can make an image for, is left out and told', () => {
  const spec = { containers: [{ name: 'node', image: 'a/b:1@sha256:00' }] };
  const manifest = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'one', namespace: 'n' }, spec };
  const { objects, changes } = adapt([{ file: 'dist/x.yaml', manifest: manifest as any }]);
  expect((objects[0]!.manifest as any).spec.containers[0].image).toBe('a/b:1');
  expect(changes).toEqual([expect.stringContaining('node image without @sha256:00')]);
});

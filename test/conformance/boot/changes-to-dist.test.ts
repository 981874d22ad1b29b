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
  /\/containers\/\d+\/lifecycle\/preStop\/exec\/command\/1$/,
  /^\/manifest\/data\/guard\.json$/,
];

test('pools, requests, digests and what is counted by blocks are all that boot changes of dist/, and each changed workload has its line', () => {
  for (const bakery of bakeries) {
    const all = distObjects(ROOT, bakery);
    const { objects, changes } = adapt(all);
    const nameOfObject = ({ manifest }: (typeof all)[number]) =>
      `${manifest.kind} ${manifest.metadata.namespace}/${manifest.metadata.name}`;
    const kept = new Set(objects.map(nameOfObject));
    const leftOut = all.filter((object) => !kept.has(nameOfObject(object)));
    const programs = ['prometheus', 'alertmanager', 'kube-state-metrics'];
    const isPaying = ({ manifest }: (typeof all)[number]) => manifest.metadata.namespace?.endsWith('-payouts');
    const strangers = leftOut.filter((each) => !programs.includes(each.manifest.metadata.name) && !isPaying(each));
    expect(strangers).toEqual([]);
    const original = all.filter((object) => kept.has(nameOfObject(object)));
    const changed = objects.map((object, index) => differences(original[index], object));
    const strange = changed.flat().filter((path) => !permitted.some((pattern) => pattern.test(path)));
    expect(strange).toEqual([]);
    const files = changed.flatMap((paths, index) => (paths.length > 0 ? [original[index]!.file] : []));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect(changes.some((line) => line.includes(`(${file})`))).toBe(true);
    expect(changes).toHaveLength(files.length + leftOut.length);
  }
});

test("a guard counts by the blocks of the simulated chain, and by nothing else that is not its own bakery's", () => {
  const config = { chain: { id: 'Net', blockMs: 6000, startMs: 5 }, signers: ['one'] };
  const data = { 'guard.json': JSON.stringify(config) };
  const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'guard', namespace: 'n' }, data };
  const { objects, changes } = adapt([{ file: 'dist/x.yaml', manifest: manifest as any }]);
  expect(JSON.parse((objects[0]!.manifest as any).data['guard.json'])).toEqual({
    ...config,
    chain: { ...config.chain, blockMs: 2000 },
  });
  expect(changes).toEqual([expect.stringContaining('guard.json chain.blockMs 6000 -> 2000')]);
});

test('a digest, which nobody can make an image for, is left out and told', () => {
  const spec = { containers: [{ name: 'node', image: 'a/b:1@sha256:00' }] };
  const manifest = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'one', namespace: 'n' }, spec };
  const { objects, changes } = adapt([{ file: 'dist/x.yaml', manifest: manifest as any }]);
  expect((objects[0]!.manifest as any).spec.containers[0].image).toBe('a/b:1');
  expect(changes).toEqual([expect.stringContaining('node image without @sha256:00')]);
});

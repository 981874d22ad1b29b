import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../../kit/root';
import { distObjects } from '../dist-objects';
import { adapt } from './changes-to-dist';
import { DURATION_DIVISOR } from './shorter-durations';

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
  /\/(init)?[cC]ontainers\/\d+\/resources\/requests\/(cpu|memory)$/,
  /\/(init)?[cC]ontainers\/\d+\/image$/,
  /\/containers\/\d+\/lifecycle\/preStop\/exec\/command\/1$/,
  /^\/manifest\/data\/(guard\.json|(prometheus|rules|alertmanager)\.yaml)$/,
  /^\/manifest\/spec\/suspend$/,
];

test('pools, requests, digests, clocks of CronJobs, what is counted by blocks and how long alerts wait are all that boot changes of dist/, and each changed workload or file has its line', () => {
  for (const bakery of bakeries) {
    const original = distObjects(ROOT, bakery);
    const { objects, changes } = adapt(original);
    expect(objects).toHaveLength(original.length);
    const changed = objects.map((object, index) => differences(original[index], object));
    const strange = changed.flat().filter((path) => !permitted.some((pattern) => pattern.test(path)));
    expect(strange).toEqual([]);
    const files = changed.flatMap((paths, index) => (paths.length > 0 ? [original[index]!.file] : []));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect(changes.some((line) => line.includes(`(${file})`))).toBe(true);
    expect(changes).toHaveLength(files.length);
  }
});

const milliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** What a text says of time, in milliseconds, and the text without it. */
function timesOf(text: string): { times: number[]; rest: string } {
  const times: number[] = [];
  const rest = text
    .replaceAll(/(?<=\[|^|\boffset )(\d+)(ms|s|m|h|d)(?=\]|$|\b)/g, (_, number, unit) => {
      times.push(Number(number) * milliseconds[unit]!);
      return 'T';
    })
    .replaceAll(/(?<=\[T\](?: offset T)?, )(\d+)(?=\))/g, (seconds) => {
      times.push(Number(seconds) * 1000);
      return 'T';
    });
  return { times, rest };
}

/** Leaves of a value, by path. */
function leaves(value: any, path = ''): [string, string][] {
  if (typeof value !== 'object' || value === null) return [[path, String(value)]];
  return Object.entries(value).flatMap(([key, each]) => leaves(each, `${path}/${key}`));
}

test.each(bakeries)(
  'durations of the alerts of %s are divided by one number, and nothing else of them is changed',
  (bakery) => {
    const original = distObjects(ROOT, bakery);
    const { objects } = adapt(original);
    let divided = 0;
    for (const [index, object] of objects.entries()) {
      const files = Object.keys((object.manifest as any).data ?? {}).filter((name) =>
        /^(prometheus|rules|alertmanager)\.yaml$/.test(name),
      );
      for (const file of files) {
        const [before, after] = [original[index]!, object].map(({ manifest }) =>
          leaves(parse((manifest as any).data[file])),
        );
        const told = before!.filter(([path]) => !path.includes('/selectors/'));
        expect(after!.map(([path]) => path)).toEqual(told.map(([path]) => path));
        for (const [place, [, text]] of after!.entries()) {
          const [old, now] = [timesOf(told[place]![1]), timesOf(text)];
          expect(now.rest).toBe(old.rest);
          expect(now.times).toEqual(old.times.map((time) => Math.round(time / DURATION_DIVISOR)));
          divided += now.times.length;
        }
      }
    }
    if (original.some(({ manifest }) => manifest.metadata.name === 'prometheus')) expect(divided).toBeGreaterThan(50);
  },
);

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

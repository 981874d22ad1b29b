import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { fileFinder } from './named-files';

const root = mkdtempSync(join(tmpdir(), 'named-files-test-'));
const folder = join(root, 'dist/charts/a');
mkdirSync(folder, { recursive: true });
for (const name of ['baker', 'sentry-a', 'site']) {
  const manifest = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name, namespace: 'a-baking' } };
  writeFileSync(join(folder, `${name}.k8s.yaml`), stringify(manifest));
}
afterAll(() => rmSync(root, { recursive: true }));

test.each([
  ['StatefulSet a-baking/sentry-a: FailedCreate', ['sentry-a']],
  ['pod a-baking/baker-0: Pending', ['baker']],
  ['pod a-baking/site-5d9f7c6b8-x2x4z: Pending', ['site']],
  ['a-baking/baker and a-baking/sentry-a', ['baker', 'sentry-a']],
  ['a-baking/bakery, b-baking/baker', []],
  ['a-baking/baker (dist/charts/a/baker.k8s.yaml)', []], // it says so already
])('%s', (words, names) => {
  expect(fileFinder(root)(words)).toEqual(names.map((name) => `dist/charts/a/${name}.k8s.yaml`));
});

test('a checkout without dist/ has no files to name', () => {
  expect(fileFinder(join(root, 'elsewhere'))('a-baking/baker')).toEqual([]);
});

import { spawnSync } from 'node:child_process';
import { bakeryDashboards } from '../../charts/bakery.charts';
import type { Edit } from '../../model/rules/rule';
import { payingMainnet } from '../kit/paying';
import { changedExample, exampleBakeries, find, manifestsOf } from '../kit/rendered';
import { ROOT } from '../kit/root';

const asked: Edit = [[['monitoring', 'own', 'dashboards'], 'grafana']];
const withBoards = changedExample('mainnet', asked);
const objects = manifestsOf(withBoards);
const boards = objects.filter(({ metadata }) => metadata.labels?.grafana_dashboard === '1') as any[];
const jsonOf = (name: string) =>
  JSON.parse(find(objects, 'ConfigMap', `dashboard-${name}`).data[`mainnet-${name}.json`]);

test('boards are ConfigMaps that the sidecar of Grafana finds, each with one file of a name of its own', () => {
  expect(boards.map(({ metadata, data }) => [metadata.namespace, metadata.name, Object.keys(data)])).toEqual([
    ['mainnet-monitoring', 'dashboard-overview', ['mainnet-overview.json']],
    ['mainnet-monitoring', 'dashboard-signing', ['mainnet-signing.json']],
  ]);
});

test('a board fits a ConfigMap many times, and its id fits Grafana for the longest name of a bakery', () => {
  for (const { data } of boards) {
    const bytes = Buffer.byteLength(JSON.stringify(data));
    expect(bytes).toBeLessThan(1024 * 1024 - 1);
    expect(bytes).toBeGreaterThan(5000);
  }
  for (const { name } of bakeryDashboards(withBoards))
    expect(`a-bakery-of-20-chars-${name}`.length).toBeLessThanOrEqual(40);
});

test('the same bakery makes the same bytes', () => {
  const again = manifestsOf(changedExample('mainnet', asked));
  expect(again.filter(({ metadata }) => metadata.labels?.grafana_dashboard)).toEqual(boards);
});

test('whoever opens a board picks the Prometheus, and every query asks that one', () => {
  for (const name of ['overview', 'signing']) {
    const { templating, panels, uid } = jsonOf(name);
    expect(uid).toBe(`mainnet-${name}`);
    expect(templating.list.map(({ name: each, type, query }: any) => [each, type, query])).toEqual([
      ['datasource', 'datasource', 'prometheus'],
    ]);
    expect(new Set(panels.map(({ id }: any) => id)).size).toBe(panels.length);
    const shown = panels.filter(({ type }: any) => type !== 'row');
    expect(shown.length).toBeGreaterThan(8);
    for (const { datasource, targets, title, description } of shown) {
      expect([title, datasource]).toEqual([title, { type: 'prometheus', uid: '$datasource' }]);
      expect(targets.length).toBeGreaterThan(0);
      expect(description).toMatch(/^\S.{5,}[.]$/);
    }
  }
});

test('no two panels lie on each other, and none reaches beyond the 24 columns', () => {
  for (const name of ['overview', 'signing']) {
    const taken = new Set<string>();
    for (const { gridPos, title } of jsonOf(name).panels) {
      expect([title, gridPos.x + gridPos.w <= 24]).toEqual([title, true]);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect([title, taken.has(`${x} ${y}`)]).toEqual([title, false]);
          taken.add(`${x} ${y}`);
        }
      }
    }
  }
});

test('the homes are on the signing path, Cloud KMS is where it signs, and octez-signer has nothing to show', () => {
  const titles = (edits: Edit) =>
    bakeryDashboards(changedExample('bakingnet', edits)).map(({ name, rows }) => `${name}: ${rows[0].title}`);
  expect(bakeryDashboards(withBoards).map(({ rows }) => rows.length)).toEqual([7, 4]);
  expect(titles([])).toEqual(['overview: Alerts']);
  expect(titles([[['custody'], { kms: {} }]])).toEqual(['overview: Alerts', 'signing: Signatory and Cloud KMS']);
});

test("boards are there for an operator's Prometheus too, and without the word in the bakery file nowhere", () => {
  const named = (edits: Edit) =>
    manifestsOf(changedExample('mainnet', edits))
      .map(({ metadata }) => metadata.name)
      .filter((name) => name.startsWith('dashboard-'));
  const operator = { namespace: 'monitoring', dashboards: 'grafana' };
  expect(named([[['monitoring'], { operator }]])).toEqual(['dashboard-overview', 'dashboard-signing']);
  expect(named([])).toEqual([]);
});

test('who does not ask for boards does not load what makes them', () => {
  const print = `
    const { manifestsOf, changedExample } = require('./bin/bundle.cjs').load('test/kit/rendered.ts');
    const loaded = () => Object.keys(require.cache).filter((path) => path.includes('grafana-foundation-sdk')).length;
    manifestsOf(changedExample('mainnet'));
    const without = loaded();
    manifestsOf(changedExample('mainnet', ${JSON.stringify(asked)}));
    process.stdout.write(JSON.stringify([without, loaded() > 0]));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', print], { cwd: ROOT, encoding: 'utf8' });
  expect([stdout, stderr]).toEqual(['[0,true]', '']);
});

test('payouts have a board where the bakery has payouts', () => {
  const named = (bakery: typeof withBoards) => bakeryDashboards(bakery).map(({ name }) => name);
  expect(named(payingMainnet())).toEqual(['overview', 'signing', 'payouts']);
  expect(named(withBoards)).toEqual(['overview', 'signing']);
});

test('every bakery of the fixtures has an overview', () => {
  for (const bakery of Object.values(exampleBakeries())) {
    expect(bakeryDashboards(bakery).map(({ name }) => name)).toContain('overview');
  }
});

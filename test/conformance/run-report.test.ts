import type { Part } from './part';
import { parts } from './parts';
import { closingLine, clusterBudgetSeconds, PartReport, table, timeLine } from './run-report';

const part: Part = { name: 'made-up', budgetSeconds: 10, run: async () => {} };
const mirror = 'no folder has the provider';

let told: jest.SpyInstance;
beforeEach(() => {
  told = jest.spyOn(console, 'log').mockImplementation(() => {});
});
afterEach(() => told.mockRestore());

describe('where every change is judged', () => {
  test('what is skipped has failed, unless it needs the cloud', () => {
    const report = new PartReport(part, true);
    report.skip('one', 'there is no such program');
    report.skip('two', mirror, 'the cloud');
    expect(closingLine([report])).toBe('0 passed, 1 failed, 1 skipped');
    expect(told.mock.calls.join()).toContain('there is no such program');
  });
});

test('elsewhere a skip is a plain line of the table', () => {
  const report = new PartReport(part, false);
  report.skip('two', mirror, 'the cloud');
  expect(closingLine([report])).toBe('0 passed, 0 failed, 1 skipped');
  expect(table([report])).toContain(`SKIPPED two: ${mirror}; needs the cloud`);
});

test('a check of nothing has failed', () => {
  const report = new PartReport(part, false);
  report.pass('objects', 0);
  expect(closingLine([report])).toBe('0 passed, 1 failed, 0 skipped');
});

test('a check over many things counts once, and fails with one of them', () => {
  const report = new PartReport(part, false);
  report.pass('objects', 99);
  report.fail('objects', 'dist/charts/a.yaml: wrong');
  report.pass('others', 3);
  expect(closingLine([report])).toBe('1 passed, 1 failed, 0 skipped');
  expect(table([report])).toMatch(/FAILED objects +1 of 100/);
});

test('what takes longer than it may is told', () => {
  const report = new PartReport(part, false);
  report.pass('objects');
  report.seconds = 12;
  expect(table([report])).toContain('12.0 of 10');
  expect(timeLine([report], 4)).toBe(`16 s of ${10 + clusterBudgetSeconds} s, 4 of them for the start of the cluster`);
  expect(timeLine([report], 0)).toMatch(/^LATE, .*12 s of 10 s/);
});

test('budgets: 4 minutes for what needs no kubelet, its cluster included, 40 for all parts', () => {
  const sum = (of: readonly Part[]) => of.reduce((total, { budgetSeconds }) => total + budgetSeconds, 0);
  const simulated = ['manifests', 'terraform', 'network', 'admission', 'placement'];
  const first = parts.filter(({ name }) => simulated.includes(name));
  expect(first.map(({ name }) => name)).toEqual(simulated);
  expect(sum(first) + clusterBudgetSeconds).toBeLessThanOrEqual(4 * 60);
  expect(sum(parts) + clusterBudgetSeconds).toBeLessThanOrEqual(40 * 60);
});

test('a failure names the files of dist/ that hold what the words speak of, pods included', () => {
  const files: Record<string, string> = { 'a-baking/baker': 'dist/charts/a/baker.k8s.yaml' };
  const report = new PartReport(part, false, (words) =>
    Object.keys(files).flatMap((name) => (words.includes(name) ? files[name]! : [])),
  );
  report.fail('pods run', 'pod a-baking/baker-0: Pending\n');
  expect(told.mock.calls.join()).toContain('    pod a-baking/baker-0: Pending\n    see dist/charts/a/baker.k8s.yaml\n');
});

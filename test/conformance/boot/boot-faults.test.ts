import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bakeryAlerts } from '../../../charts/bakery.charts';
import type { Bakery } from '../../../model/bakery';
import { bakeriesOf, fixtureFiles } from '../../kit/bakeries';
import { containerStarts } from './container-logs';
import type { Fault } from './faults/fault';
import { faults } from './faults/faults';
import { asked, bootable, planOf } from './faults/plan';

const bakeries = ['one', 'two'].map((name) => ({ name })) as unknown as Bakery[];

const fault = (word: string, seconds: number, rest: Partial<Fault> = {}) =>
  ({ word, name: word, seconds, fits: () => true, ...rest }) as Fault;

function planned(...wanted: Fault[]): { plan: string[]; skipped: string[] } {
  const skipped: string[] = [];
  const report = { skip: (what: string) => void skipped.push(what) } as any;
  const plan = planOf(bakeries, wanted, report).map(
    ({ bakery, faults: befallen }) => `${bakery.name}: ${befallen.map(({ word }) => word).join(' ')}`,
  );
  return { plan, skipped };
}

test('bakeries share the faults by how long they take', () => {
  const { plan } = planned(fault('short', 10), fault('middle', 30), fault('long', 35), fault('last', 5));
  expect(plan).toEqual(['one: long last', 'two: middle short']);
});

test('a fault befalls a bakery of the kind that it needs, or is skipped', () => {
  const { plan, skipped } = planned(fault('picky', 10, { fits: ({ name }) => name === 'two' }), {
    ...fault('odd', 5),
    fits: () => false,
  });
  expect(plan).toEqual(['one: ', 'two: picky']);
  expect(skipped).toEqual(['odd']);
});

test('what hits all bakeries is borne by all', () => {
  const { plan } = planned(fault('all', 70, { hitsAll: true }), fault('a', 20), fault('b', 10));
  expect(plan).toEqual(['one: all a', 'two: b']);
});

test('a bakery whose keys are in Cloud KMS is skipped, and says so; the others are booted', () => {
  const custodies = [{ kms: {} }, { hot: {} }, { homes: {} }];
  const all = custodies.map((custody) => ({ name: Object.keys(custody)[0], settings: { custody } }));
  const skipped: string[] = [];
  const report = { skip: (what: string) => void skipped.push(what) } as any;
  expect(bootable(all as unknown as Bakery[], report).map(({ name }) => name)).toEqual(['hot', 'homes']);
  expect(skipped).toEqual(['pods of kms']);
});

test('among the three examples every fault has a bakery that it fits', () => {
  const skip = (what: string) => fail(what);
  const fail = (what: string): never => {
    throw new Error(`${what}: no bakery`);
  };
  const plan = planOf(bakeriesOf(fixtureFiles()), faults, { skip } as any);
  expect(plan.flatMap((each) => each.faults).length).toBe(faults.length);
  expect(plan.filter((each) => each.faults.length === 0)).toEqual([]);
});

test('the alert that a fault names is a rule of the bakery that it befalls, and somebody there hears of such alerts', () => {
  const plan = planOf(bakeriesOf(fixtureFiles()), faults, { skip: () => {} } as any);
  const alerts = plan.flatMap(({ bakery, faults: befallen }) =>
    befallen.flatMap(({ alert }) => (alert ? [{ bakery, alert }] : [])),
  );
  expect(alerts.length).toBeGreaterThan(1);
  for (const { bakery, alert } of alerts) {
    const all = [...bakeryAlerts(bakery).values()].flat();
    expect(all.find(({ name }) => name === alert.name)?.severity).toBe(alert.severity);
    const { receivers = [] } = bakery.settings.monitoring.own ?? {};
    expect(receivers.some(({ severities }) => severities.includes(alert.severity))).toBe(true);
  }
});

test('every fault is asked for by a word of its own, and promises something of its own', () => {
  expect(new Set(faults.map(({ word }) => word)).size).toBe(faults.length);
  expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
});

test('one bakery or one fault can be asked for by name, and a name of nothing is an error', () => {
  const all = [fault('a', 1), fault('b', 1)];
  const names = (text?: string) => {
    const { ours, wanted } = asked(text, bakeries, all);
    return [...ours.map(({ name }) => name), ...wanted.map(({ word }) => word)].join(' ');
  };
  expect([names(), names(''), names('one'), names('b'), names('two,a')]).toEqual([
    'one two a b',
    'one two a b',
    'one a b',
    'one two b',
    'two a',
  ]);
  expect(() => names('two,c')).toThrow('BAKERY_BOOT: c: write some of one, two, a, b');
});

test('starts of containers are counted by the files of the kubelet', () => {
  const folder = mkdtempSync(join(tmpdir(), 'container-starts-'));
  for (const path of ['mine_pod-0_u1/node/0.log', 'mine_pod-0_u1/node/1.log', 'mine-too_pod-0_u2/node/0.log']) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), '');
  }
  writeFileSync(join(folder, 'mine_pod-0_u1/node/0.log.20261128-000000'), '');
  expect(containerStarts(folder, ['mine']).sort()).toEqual(['mine_pod-0_u1/node/0', 'mine_pod-0_u1/node/1']);
  expect(containerStarts(join(folder, 'nothing'), ['mine'])).toEqual([]);
  rmSync(folder, { recursive: true });
});

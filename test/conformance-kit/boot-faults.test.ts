import type { Bakery } from '../../model/bakery';
import type { Fault } from '../conformance/boot/faults/fault';
import { faults } from '../conformance/boot/faults/faults';
import { planOf } from '../conformance/boot/faults/plan';

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

test('every fault is asked for by a word of its own, and promises something of its own', () => {
  expect(new Set(faults.map(({ word }) => word)).size).toBe(faults.length);
  expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
});

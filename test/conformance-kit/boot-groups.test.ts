import type { Fault } from '../conformance/boot/faults/fault';
import { faults } from '../conformance/boot/faults/faults';
import { groupsOf, type Planned } from '../conformance/boot/together';

const hitsAll = faults.find((fault) => fault.hitsAll)!;

const planned = (name: string, zones: readonly string[], befallen: readonly Fault[] = []): Planned =>
  ({ bakery: { name, zones }, faults: befallen }) as unknown as Planned;

const names = (groups: readonly (readonly Planned[])[]) =>
  groups.map((group) => group.map(({ bakery }) => bakery.name).join(' '));

test('bakeries boot side by side as long as two nodes can stand in all their zones', () => {
  const all = [planned('one', ['a']), planned('two', ['a', 'b']), planned('three', ['c', 'd']), planned('four', ['b'])];
  expect(names(groupsOf(all))).toEqual(['one two four', 'three']);
});

test('a fault that hits every bakery comes last: the cluster is slow afterwards', () => {
  const all = [planned('hit', ['a'], [hitsAll]), planned('later', ['c', 'd'])];
  expect(names(groupsOf(all))).toEqual(['later', 'hit']);
});

test('every fault is asked for by a word of its own, and promises something of its own', () => {
  expect(new Set(faults.map(({ word }) => word)).size).toBe(faults.length);
  expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
});

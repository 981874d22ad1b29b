import { sum } from '../../../model/google/bin-packing';
import { machineType, machineTypes, nearestMachineTypes } from '../../../model/google/machine-types';
import { allocatable, usable } from '../../../model/google/reserves';
import { expand, systemDaemonRequests, systemDaemons, systemDeployments } from '../../../model/google/system-pods';

const type = (name: string) => machineType(name)!;

test('a machine type knows its cores, memory, disks and quota', () => {
  expect(type('e2-highmem-4')).toEqual({
    name: 'e2-highmem-4',
    series: 'e2',
    cpus: 4,
    memoryGiB: 32,
    regionalDisks: true,
    standardDisks: true,
    bootDiskType: 'pd-balanced',
    quotaMetric: 'E2_CPUS',
    otherQuotaMetric: 'CPUS',
  });
  expect(type('c4-standard-2')).toMatchObject({
    memoryGiB: 7,
    regionalDisks: false,
    standardDisks: false,
    bootDiskType: 'hyperdisk-balanced',
    quotaMetric: 'CPUS_PER_VM_FAMILY',
  });
});

test.each([
  ['n1-standard-2', 7.5],
  ['n1-highmem-4', 26],
  ['n1-highcpu-32', 28.8],
  ['c3d-highcpu-30', 59],
  ['c4-highmem-2', 15],
  ['c4-highmem-8', 62],
  ['c2-standard-30', 120],
  ['t2d-standard-32', 128],
])('%s has %d GiB', (name, memoryGiB) => expect(type(name).memoryGiB).toBe(memoryGiB));

test('names are unique, and every series of the table has types', () => {
  expect(new Set(machineTypes.map(({ name }) => name)).size).toBe(machineTypes.length);
  expect([...new Set(machineTypes.map(({ series }) => series))].sort()).toEqual([
    'c2',
    'c2d',
    'c3',
    'c3d',
    'c4',
    'e2',
    'n1',
    'n2',
    'n2d',
    'n4',
    'n4d',
    't2d',
  ]);
});

test.each(['e2-medium', 'e2-micro', 'f1-micro', 'e2-highmem-32', 'c3-standard-2', 'constructor'])(
  '%s is no machine type for a bakery',
  (name) => expect(machineType(name)).toBeUndefined(),
);

test('suggestions stay in the series, and in the class where that exists', () => {
  expect(nearestMachineTypes('n2-standard-6', 2)).toEqual(['n2-standard-4', 'n2-standard-8']);
  expect(nearestMachineTypes('e2-medium').every((name) => name.startsWith('e2-'))).toBe(true);
  expect(nearestMachineTypes('e2-standrad-4', 1)).toEqual(['e2-standard-4']);
  expect(nearestMachineTypes('e'.repeat(4000))).toEqual([]);
});

// Allocatable as `kubectl describe node` reported it on GKE. Ours may be smaller, never larger.
test.each([
  ['n2-standard-4', 3920, 13273],
  ['n2-highmem-4', 3920, 28404],
  ['n1-highmem-4', 3920, 22725],
  ['n2-highmem-32', 31850, 245841],
])('%s never promises more than a real node gives', (name, cpuMilli, memoryMiB) => {
  const ours = allocatable(type(name));
  expect(ours.cpuMilli).toBe(cpuMilli);
  expect(ours.memoryMiB).toBeLessThanOrEqual(memoryMiB);
  expect(ours.memoryMiB).toBeGreaterThan(memoryMiB * 0.995);
});

test('image streaming takes memory of its own', () => {
  const plain = allocatable(type('e2-highmem-4')).memoryMiB;
  expect(plain - allocatable(type('e2-highmem-4'), { imageStreaming: true }).memoryMiB).toBeGreaterThan(1400);
});

test('a 16 GiB pod fits an e2-highmem-4 and not an e2-standard-4', () => {
  expect(usable(type('e2-highmem-4')).memoryMiB).toBeGreaterThan(16 * 1024);
  expect(allocatable(type('e2-standard-4')).memoryMiB).toBeLessThan(16 * 1024);
});

test('usable is allocatable minus the DaemonSets of GKE', () => {
  const all = allocatable(type('e2-standard-4'));
  const left = usable(type('e2-standard-4'));
  expect(sum([left, systemDaemonRequests])).toEqual(all);
  expect(sum(systemDaemons)).toEqual(systemDaemonRequests);
});

test('every system pod says where its numbers come from', () => {
  expect([...systemDaemons, ...systemDeployments].filter(({ source }) => source === '')).toEqual([]);
  expect(expand(systemDeployments).filter(({ name }) => name === 'kube-dns')).toHaveLength(2);
});

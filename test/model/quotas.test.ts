import type { Bakery } from '../../model/bakery';
import { quotasOf } from '../../model/quotas';
import { withHotKey } from '../../model/rules/edits';
import type { Edit } from '../../model/rules/rule';
import { fixtures, smallest } from '../kit/bakeries';
import { changedExample } from '../kit/rendered';

const { mainnet, bakingnet, carthagenet } = fixtures();
const E2 = 'E2_CPUS (CPUS in older projects)';

const amounts = (bakery: Bakery) => Object.fromEntries(quotasOf(bakery).map(({ metric, amount }) => [metric, amount]));

test('the production bakery', () => {
  // Nodes at the height of an upgrade: each pool has 1 per zone and 1 of the upgrade, in 2 zones: 4.
  expect(amounts(mainnet)).toEqual({
    [E2]: 48, // 4 e2-standard-8 and 4 e2-standard-4
    // Claims: 2 sentries of 150, zonal: 300. Regional, so twice: node 150, base directory 10, DAL 10: 340; Prometheus 20 and
    // Alertmanager 10: 60. Boot disks, pd-balanced: 8 nodes with 50: 400.
    SSD_TOTAL_GB: 1100,
    STATIC_ADDRESSES: 4, // Cloud NAT, sentry a, DAL, the gateway
    CPUS_ALL_REGIONS: 48,
  });
});

test('the cheap bakery', () => {
  // One zone: 2 nodes per pool.
  expect(amounts(bakingnet)).toEqual({
    [E2]: 12, // 2 e2-standard-4 and 2 e2-standard-2
    // Zonal claims of 60, 10 (base directory), 10 (watermarks), 20 (Prometheus) and 10 (Alertmanager); 4 boot disks of 50.
    SSD_TOTAL_GB: 310,
    STATIC_ADDRESSES: 1, // Cloud NAT
    CPUS_ALL_REGIONS: 12,
  });
});

test('the old bakery, with pools of two series', () => {
  expect(amounts(carthagenet)).toEqual({
    CPUS: 16, // 4 n1-standard-4
    [E2]: 8, // 4 e2-standard-2
    // Zonal: 2 sentries of 100. Regional, twice: node 200, base directories of baker and endorser 10 each: 440;
    // Prometheus 20, Alertmanager 10: 60. Boot disks: 8 of 50.
    SSD_TOTAL_GB: 1100,
    STATIC_ADDRESSES: 2, // Cloud NAT, the gateway
    CPUS_ALL_REGIONS: 24,
  });
});

test('hard disks count apart from the boot disks of their nodes', () => {
  const hard = changedExample('mainnet', [
    [['storage', 'type'], 'pd-standard'],
    [['privateNode', 'diskGiB'], 200], // a regional one starts there
    [['dal', 'diskGiB'], 200],
  ]);
  expect(amounts(hard)).toEqual({
    [E2]: 48,
    // Zonal: 2 sentries of 150. Regional, twice: node, DAL, base directory, Prometheus and Alertmanager of 200
    // each: none is smaller.
    DISKS_TOTAL_GB: 2300,
    SSD_TOTAL_GB: 400, // boot disks
    STATIC_ADDRESSES: 4,
    CPUS_ALL_REGIONS: 48,
  });
});

test('fast disks count like balanced ones', () => {
  const fast = changedExample('mainnet', [[['storage', 'type'], 'pd-ssd']]);
  expect(amounts(fast).SSD_TOTAL_GB).toBe(amounts(mainnet).SSD_TOTAL_GB);
});

test('a series that boots from Hyperdisk has a quota of its own for that', () => {
  const n4: Edit = [[['cluster', 'zonal', 'auxiliary'], { machineType: 'n4-standard-2', bootDiskGiB: 60 }]];
  const { HDB_TOTAL_GB, SSD_TOTAL_GB } = amounts(changedExample('bakingnet', n4));
  expect(HDB_TOTAL_GB).toBe(120); // 2 auxiliary nodes
  expect(SSD_TOTAL_GB).toBe(210); // claims of 110, 2 baking nodes with 50
});

describe("a cluster of somebody else's", () => {
  const zones = ['europe-west4-a', 'europe-west4-b'];
  const existing: Edit = [
    [['cluster'], { existing: { context: 'theirs', zones, baking: { machineType: 'e2-standard-8' } } }],
  ];

  test('brings its nodes and its way out; disks and published addresses are still ours', () => {
    expect(amounts(changedExample('mainnet', existing))).toEqual({
      SSD_TOTAL_GB: 700, // the claims of the production bakery
      STATIC_ADDRESSES: 3, // sentry a, DAL, the gateway
    });
  });

  test('needs no quota that nothing of ours counts in', () => {
    expect(
      amounts(
        smallest([
          ...withHotKey,
          [
            ['cluster'],
            { existing: { context: 'theirs', zones: zones.slice(0, 1), baking: { machineType: 'e2-standard-8' } } },
          ],
        ]),
      ),
    ).not.toHaveProperty('STATIC_ADDRESSES');
  });
});

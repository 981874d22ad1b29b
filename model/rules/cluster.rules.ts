import { auxiliaryMisfit, bakingMisfit } from '../capacity';
import { leastMovingDiskGiB } from '../claims';
import { machineType, nearestMachineTypes } from '../google/machine-types';
import { poolRoles, poolsOf, survivesZoneLoss, zonesOf } from '../google/pools';
import { projectIdOf } from '../google/project-id';
import { isKnownRegion, regionOf, regions, zonesOfRegion } from '../google/regions';
import { nearest } from '../messages/did-you-mean';
import { sentriesOf } from '../sentries';
import type { BakerySettings } from '../settings/bakery.settings';
import { chosen } from '../settings/chosen';
import { isMainnet } from '../tezos/networks';
import { createdProject, regionalCluster, watched } from './edits';
import { bakeryOf, type Edit, finding, type Rule } from './rule';

/** The section of the kind of cluster that is chosen. */
const clusterPath = ({ cluster }: BakerySettings) => ['cluster', chosen(cluster).name] as const;

const zonePath = (settings: BakerySettings, index: number) =>
  settings.cluster.zonal ? ['cluster', 'zonal', 'zone'] : [...clusterPath(settings), 'zones', index];
const standard = (zone: string) => ({
  existing: { context: 'other', zones: [zone], baking: { machineType: 'e2-standard-8' } },
});
/** A cluster that exists, by another context. */
const elsewhere = (context: string): Edit => [
  [['cluster'], { existing: { ...standard('europe-west4-a').existing, context } }],
];

export const clusterRules: readonly Rule[] = [
  {
    name: 'a regional cluster has exactly two zones',
    reads: ['cluster'],
    find({ settings: { cluster } }) {
      const zones = cluster.regional?.zones ?? [];
      if (!cluster.regional || (zones.length === 2 && zones[0] !== zones[1])) return [];
      const message = `lists ${new Set(zones).size} different zone${zones.length === 1 ? '' : 's'}; a regional disk has exactly two: write two zones of the region`;
      return finding(['cluster', 'regional', 'zones'], message);
    },
    broken: {
      by: [
        [
          ['cluster'],
          { regional: { ...regionalCluster.regional, zones: ['europe-west4-a', 'europe-west4-b', 'europe-west4-c'] } },
        ],
      ],
      says: 'lists 3 different zones; a regional disk has exactly two',
    },
  },
  {
    name: 'an existing cluster spans one zone or two',
    reads: ['cluster'],
    find({ settings: { cluster } }) {
      const zones = new Set(cluster.existing?.zones ?? []);
      if (!cluster.existing || (zones.size <= 2 && zones.size === cluster.existing.zones.length)) return [];
      return finding(
        ['cluster', 'existing', 'zones'],
        'must list one zone, or the two different zones of the regional disks',
      );
    },
    broken: {
      by: [
        [
          ['cluster'],
          { existing: { ...standard('europe-west4-a').existing, zones: ['europe-west4-a', 'europe-west4-a'] } },
        ],
      ],
      says: 'must list one zone, or the two different zones',
    },
  },
  {
    name: 'an existing cluster is of the project and the region',
    reads: ['cluster', 'google.project', 'google.region'],
    find({ settings }) {
      const path = ['cluster', 'existing', 'context'];
      const [, other, place] =
        /^gke_([a-z0-9.:-]+)_([a-z0-9-]+)_[a-z0-9-]+$/.exec(settings.cluster.existing?.context ?? '') ?? [];
      const project = projectIdOf(settings);
      const { region } = settings.google;
      if (other === project && place !== region && regionOf(place) !== region) {
        return finding(
          path,
          `is a cluster in ${place}: its Services can take no address of ${region}, its pods no disk; write its region as google.region`,
        );
      }
      const message = `is a cluster of the project ${other}: its Services can take no reserved address of ${project}, and its pods no identity there; write ${other} as google.project.existing.id`;
      return finding(path, other && other !== project ? message : undefined);
    },
    broken: { by: elsewhere('gke_theirs_europe-west4_big'), says: 'is a cluster of the project theirs' },
    alsoBroken: [
      { by: elsewhere('gke_smallest-project_us-east1_big'), says: 'is a cluster in us-east1' },
      { by: elsewhere('gke_smallest-project_europe-west1-b_big'), says: 'is a cluster in europe-west1-b' },
    ],
  },
  {
    name: 'a new project has no cluster that exists',
    reads: ['cluster', 'google.project'],
    find({ settings: { cluster, google } }) {
      const { create } = google.project;
      const message = `is a cluster in a project that is there; google.project.create makes ${create?.id}, with none in it: write google.project.existing.id, or a zonal or regional cluster`;
      return finding(['cluster', 'existing'], cluster.existing && create ? message : undefined, null);
    },
    broken: {
      by: [
        [['google'], createdProject],
        [['cluster'], standard('europe-west4-a')],
      ],
      says: 'makes made-project, with none in it: write google.project.existing.id',
    },
  },
  {
    name: 'zones lie in the region',
    reads: ['cluster', 'google.region'],
    find({ settings }) {
      const { region } = settings.google;
      return zonesOf(settings).flatMap((zone, i) => {
        const path = zonePath(settings, i);
        if (regionOf(zone) !== region)
          return finding(path, `is not in the region ${region}; write one of its zones`, zone);
        const known = zonesOfRegion(region);
        const message = `does not exist; ${region} has ${known?.join(', ')}`;
        return finding(path, known && !known.includes(zone) ? message : undefined, zone);
      });
    },
    broken: { by: [[['cluster', 'zonal', 'zone'], 'europe-west1-b']], says: 'is not in the region europe-west4' },
  },
  {
    name: 'the region exists',
    reads: ['google.region'],
    severity: 'warning',
    find({ settings: { google } }) {
      if (isKnownRegion(google.region)) return [];
      const near = nearest(google.region, regions);
      return finding(
        ['google', 'region'],
        `is not a region that we know${near ? `; did you mean ${near}?` : '; is it new?'}`,
      );
    },
    broken: {
      by: [
        [['google', 'region'], 'europe-west44'],
        [['cluster', 'zonal', 'zone'], 'europe-west44-a'],
      ],
      says: 'did you mean europe-west4?',
    },
  },
  {
    name: 'Autopilot cannot carry a bakery',
    reads: ['cluster'],
    find({ settings: { cluster } }) {
      const message =
        'is refused: Autopilot has no node pools of ours, so it decides when the baker moves, and it takes no out-of-service taint after a lost zone; use a standard cluster';
      return finding(['cluster', 'existing', 'autopilot'], cluster.existing?.autopilot ? message : undefined);
    },
    broken: {
      by: [[['cluster'], { existing: { ...standard('europe-west4-a').existing, autopilot: true } }]],
      says: 'Autopilot has no node pools of ours',
    },
  },
  {
    name: 'a zonal cluster on mainnet is a risk',
    reads: ['network', 'cluster'],
    severity: 'warning',
    find({ settings }) {
      const zonal = isMainnet(settings) && !survivesZoneLoss(settings);
      return finding(
        clusterPath(settings),
        zonal ? 'has one zone: while it is down nothing bakes or attests; regional survives that' : undefined,
      );
    },
    broken: { by: [[['network'], 'mainnet'], ...watched], says: 'while it is down nothing bakes or attests' },
    alsoBroken: [
      {
        by: [[['network'], 'mainnet'], ...watched, [['cluster'], standard('europe-west4-a')]],
        says: 'while it is down nothing bakes or attests',
      },
    ],
  },
  {
    name: 'machine types exist',
    reads: ['cluster'],
    find({ settings }) {
      const pools = poolsOf(settings);
      return poolRoles.flatMap((pool) => {
        const name = pools[pool].machineType;
        if (machineType(name)) return [];
        const near = nearestMachineTypes(name);
        const message = 'is not a machine type that can carry a bakery';
        return finding(
          [...clusterPath(settings), pool, 'machineType'],
          near.length > 0 ? `${message}; near it: ${near.join(', ')}` : `${message}; write one, e.g. e2-standard-8`,
        );
      });
    },
    broken: {
      by: [[['cluster', 'zonal', 'baking', 'machineType'], 'e2-standart-8']],
      says: 'is not a machine type that can carry a bakery; near it: e2-standard-8',
    },
  },
  {
    name: 'the baking machines take the disks',
    reads: ['cluster', 'storage'],
    find({ settings }) {
      const { baking } = poolsOf(settings);
      const type = machineType(baking.machineType);
      if (!type) return [];
      const path = [...clusterPath(settings), 'baking', 'machineType'];
      if (type.bootDiskType !== 'pd-balanced')
        return finding(path, `takes no persistent disks at all; use e2, n1, n2 or n2d`);
      if (settings.storage.type === 'pd-standard' && !type.standardDisks)
        return finding(path, 'takes no pd-standard disks; write storage.type: pd-balanced, or use e2, n1, n2 or n2d');
      const message = 'takes no regional disks, without which a lost zone stops the baker; use e2, n1, n2 or n2d';
      return finding(path, survivesZoneLoss(settings) && !type.regionalDisks ? message : undefined);
    },
    broken: {
      by: [[['cluster'], { regional: { ...regionalCluster.regional, baking: { machineType: 'c3-standard-8' } } }]],
      says: 'takes no regional disks, without which a lost zone stops the baker; use e2, n1, n2 or n2d',
    },
    alsoBroken: [
      {
        by: [
          [['cluster', 'zonal', 'baking', 'machineType'], 'c3-standard-8'],
          [['storage'], { type: 'pd-standard' }],
        ],
        says: 'takes no pd-standard disks; write storage.type: pd-balanced',
      },
    ],
  },
  {
    name: 'the baking pods fit their machines',
    reads: ['network', 'octez', 'cluster', 'privateNode', 'baker', 'sentries', 'dal', 'custody'],
    find(candidate) {
      const bakery = bakeryOf(candidate);
      const misfit = bakery && bakingMisfit(bakery);
      const path = [...clusterPath(candidate.settings), 'baking', 'machineType'];
      return finding(
        path,
        misfit &&
          `is too small: ${misfit} (GKE's own reservations and system pods counted); take a larger machine, another node per zone, or less cpus or memoryGiB`,
      );
    },
    broken: {
      by: [[['cluster', 'zonal', 'baking', 'machineType'], 'e2-standard-2']],
      says: 'is too small: in europe-west4-a, baker needs',
    },
    alsoBroken: [
      {
        // Both zones must hold what moves there: here the second one is full of sentries.
        by: [
          [['cluster'], regionalCluster],
          [
            ['sentries'],
            ['a', 'b', 'c', 'd'].map((name, i) => ({
              name,
              memoryGiB: 4,
              zone: `europe-west4-${i === 0 ? 'a' : 'b'}`,
            })),
          ],
        ],
        says: 'is too small: in europe-west4-b,',
      },
    ],
  },
  {
    name: "GKE's system pods fit the auxiliary machines",
    reads: ['cluster'],
    find({ settings }) {
      if (settings.cluster.existing) return [];
      const misfit = auxiliaryMisfit(settings);
      const path = [...clusterPath(settings), 'auxiliary', 'machineType'];
      return finding(path, misfit && `is too small for GKE's own pods: ${misfit}; take a larger machine`);
    },
    broken: {
      by: [[['cluster', 'zonal', 'auxiliary'], { machineType: 'e2-highcpu-2' }]],
      says: "is too small for GKE's own pods",
    },
  },
  {
    name: 'a disk that moves is as large as its type wants',
    reads: ['cluster', 'storage', 'privateNode.diskGiB', 'dal'],
    find({ settings }) {
      const least = leastMovingDiskGiB(settings);
      const message = `is too small: a regional ${settings.storage.type} disk has at least ${least} GiB; write ${least}, or storage.type: pd-balanced`;
      const disks = [
        { path: ['privateNode', 'diskGiB'], size: settings.privateNode.diskGiB },
        ...(settings.dal ? [{ path: ['dal', 'diskGiB'], size: settings.dal.diskGiB }] : []),
      ];
      return disks.flatMap(({ path, size }) => finding(path, size < least ? message : undefined));
    },
    broken: {
      by: [
        [['cluster'], regionalCluster],
        [['storage'], { type: 'pd-standard' }],
      ],
      says: 'a regional pd-standard disk has at least 200 GiB',
    },
  },
  {
    name: 'sentries lie in zones of the cluster',
    reads: ['cluster', 'sentries'],
    find({ settings }) {
      const zones = zonesOf(settings);
      return settings.sentries.flatMap(({ zone }, i) =>
        finding(
          ['sentries', i, 'zone'],
          zone && !zones.includes(zone) ? `is not a zone of the cluster (${zones.join(', ')})` : undefined,
        ),
      );
    },
    broken: {
      by: [
        [['sentries'], [{ name: 'a', zone: 'europe-west4-c' }, { name: 'b' }]],
        [['privateNode'], { memoryGiB: 6 }],
      ],
      says: 'is not a zone of the cluster (europe-west4-a)',
    },
  },
  {
    name: 'sentries stand in both zones',
    reads: ['cluster', 'sentries'],
    find({ settings }) {
      const taken = new Set(sentriesOf(settings).map(({ zone }) => zone));
      const bare = zonesOf(settings).filter((zone) => !taken.has(zone));
      const message = `stand in ${[...taken].join()} alone: when that zone is lost, the baker moves to ${bare.join()} and has no peer; put one there`;
      return finding(
        ['sentries'],
        settings.sentries.length > 1 &&
          bare.length > 0 &&
          taken.size > 0 &&
          !settings.sentries.some(({ zone }) => zone && !zonesOf(settings).includes(zone))
          ? message
          : undefined,
      );
    },
    broken: {
      by: [
        [['cluster'], regionalCluster],
        [['sentries'], ['a', 'b'].map((name) => ({ name, memoryGiB: 2, zone: 'europe-west4-a' }))],
      ],
      says: 'when that zone is lost, the baker moves to europe-west4-b and has no peer; put one there',
    },
  },
];

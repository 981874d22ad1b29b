import { parseCidr } from '../../../model/google/cidr';
import {
  nodeSubnetPrefix,
  nodeSubnetProblem,
  nodesInPodRange,
  peakNodes,
  podAddressesPerNode,
  podRangePrefix,
  podRangeProblem,
  servicesRangePrefix,
  servicesRangeProblem,
} from '../../../model/google/subnets';

const at = parseCidr;

test('surge nodes exist in every zone', () => {
  expect(peakNodes([{ zones: 2, nodesPerZone: 1, maxSurge: 1 }])).toBe(4);
  expect(
    peakNodes([
      { zones: 2, nodesPerZone: 1, maxSurge: 1 },
      { zones: 1, nodesPerZone: 2, maxSurge: 0 },
    ]),
  ).toBe(6);
});

// The table of GKE, "Configure maximum Pods per node"; 22 was seen on a real node.
test.each([
  [8, 28],
  [9, 27],
  [16, 27],
  [17, 26],
  [22, 26],
  [32, 26],
  [33, 25],
  [48, 25],
  [64, 25],
  [65, 24],
  [110, 24],
  [256, 23],
])('%d pods per node take a /%d', (pods, prefix) => expect(podAddressesPerNode(pods)).toBe(2 ** (32 - prefix)));

test('a /22 of pods holds 4 nodes of 110 pods, and 8 of 48', () => {
  expect(nodesInPodRange(at('10.4.0.0/22'), 110)).toBe(4);
  expect(nodesInPodRange(at('10.4.0.0/22'), 48)).toBe(8);
  expect(podRangePrefix({ nodes: 8, maxPodsPerNode: 48 })).toBe(22);
  expect(podRangePrefix({ nodes: 9, maxPodsPerNode: 48 })).toBe(21);
});

test('a pod range too small for an upgrade says how large it must be', () => {
  expect(podRangeProblem(at('10.4.0.0/22'), { nodes: 4, maxPodsPerNode: 110 })).toBeUndefined();
  expect(podRangeProblem(at('10.4.0.0/22'), { nodes: 6, maxPodsPerNode: 110 })).toBe(
    'has room for 4 nodes of 110 pods; 6 are needed during an upgrade: use a /21',
  );
});

test('a node subnet loses four addresses to Google', () => {
  expect([1, 4, 5, 12, 13].map((nodes) => nodeSubnetPrefix({ nodes }))).toEqual([29, 29, 28, 28, 27]);
  expect(nodeSubnetPrefix({ nodes: 4, otherAddresses: 1 })).toBe(28);
  expect(nodeSubnetProblem(at('10.0.0.0/28'), { nodes: 12 })).toBeUndefined();
  expect(nodeSubnetProblem(at('10.0.0.0/29'), { nodes: 6, otherAddresses: 3 })).toBe(
    'has room for 1 node; 6 are needed during an upgrade: use a /28',
  );
});

test('a services range is between /28 and /16', () => {
  expect([1, 14, 15, 60].map(servicesRangePrefix)).toEqual([28, 28, 27, 26]);
  expect(servicesRangeProblem(at('10.8.0.0/24'), 60)).toBeUndefined();
  expect(servicesRangeProblem(at('10.8.0.0/28'), 60)).toBe('has room for 14 Services; 60 are needed: use a /26');
  expect(servicesRangeProblem(at('10.8.0.0/15'), 60)).toBe('is larger than GKE takes: use a /16 at most');
});

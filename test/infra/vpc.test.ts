import { natAddressCount } from '../../model/google/pools';
import type { Edit } from '../../model/rules/rule';
import { smallest } from '../kit/bakeries';
import { at, type Json, ofType, regional, stackOf } from './terraform';

const stack = stackOf(smallest());

test('nodes have the ranges of the bakery file, and the cluster takes its pods and Services from them', () => {
  const ranges = { nodes: '10.1.0.0/24', pods: '10.2.0.0/18', services: '10.3.0.0/22', controlPlane: '172.20.0.0/28' };
  const ranged = stackOf(smallest([[['google', 'ranges'], ranges]]));
  const subnet = at(ranged, 'google_compute_subnetwork.nodes');
  expect(subnet.ip_cidr_range).toBe('10.1.0.0/24');
  const { ip_allocation_policy, private_cluster_config } = at(ranged, 'google_container_cluster.bakery');
  const range = (name: string) =>
    subnet.secondary_ip_range.find((each: Json) => each.range_name === name)?.ip_cidr_range;
  expect(range(ip_allocation_policy.cluster_secondary_range_name)).toBe('10.2.0.0/18');
  expect(range(ip_allocation_policy.services_secondary_range_name)).toBe('10.3.0.0/22');
  expect(private_cluster_config.master_ipv4_cidr_block).toBe('172.20.0.0/28');
});

test('flow logs see a share of the packets: some, or there is nothing to read, and no more than all', () => {
  const { aggregation_interval, flow_sampling, metadata } = at(stack, 'google_compute_subnetwork.nodes').log_config;
  expect(flow_sampling).toBeGreaterThan(0);
  expect(flow_sampling).toBeLessThanOrEqual(1);
  expect({ aggregation_interval, metadata }).toEqual({
    aggregation_interval: 'INTERVAL_10_MIN',
    metadata: 'INCLUDE_ALL_METADATA',
  });
});

test('connections leave from reserved addresses only, and one is taken out of service before it is given back', () => {
  const nat = at(stack, 'google_compute_router_nat.nat');
  expect(nat.nat_ip_allocate_option).toBe('MANUAL_ONLY');
  expect(nat.nat_ips).toEqual([`\${google_compute_address.nat_1.self_link}`]);
  expect(at(stack, 'google_compute_address.nat_1').lifecycle).toEqual({ create_before_destroy: true });
  expect(stack.json.output.nat_addresses.value).toEqual([`\${google_compute_address.nat_1.address}`]);
});

test('every node finds ports at the height of an upgrade', () => {
  const edits: Edit = [
    ...regional,
    [['cluster', 'regional', 'auxiliary'], { nodesPerZone: 20 }],
    [['google', 'ranges'], { pods: '10.64.0.0/17' }],
  ];
  const many = smallest([...edits, [['cluster', 'regional', 'baking', 'nodesPerZone'], 12]]);
  const { nat_ips, min_ports_per_vm } = at(stackOf(many), 'google_compute_router_nat.nat');
  const nodesAtPeak = 2 * (20 + 1) + 2 * (12 + 1);
  expect(nat_ips.length * 64_512).toBeGreaterThanOrEqual(nodesAtPeak * min_ports_per_vm);
  expect(nat_ips).toHaveLength(natAddressCount(many.settings));
  expect(nat_ips).toHaveLength(2);
});

test('a port serves any number of destinations: endpoint-independent mapping is off', () => {
  expect(at(stack, 'google_compute_router_nat.nat')).toMatchObject({
    enable_endpoint_independent_mapping: false,
    enable_dynamic_port_allocation: false,
    min_ports_per_vm: 1024,
  });
});

test('nothing comes in that no rule allows, and attempts are logged', () => {
  expect(ofType(stack, 'google_compute_firewall')).toEqual([
    expect.objectContaining({
      direction: 'INGRESS',
      priority: 65_534,
      source_ranges: ['0.0.0.0/0'],
      deny: [{ protocol: 'all' }],
      log_config: { metadata: 'INCLUDE_ALL_METADATA' },
    }),
  ]);
});

test('reserved addresses have the names that Services take them by, and outlive every change', () => {
  const published = stackOf(
    smallest([
      [['sentries'], [{ name: 'a', loadBalancer: { sourceRanges: ['203.0.113.7/32'] } }, { name: 'b' }]],
      [['dal'], {}],
      [['cluster', 'zonal', 'baking', 'machineType'], 'e2-highmem-8'],
    ]),
  );
  for (const [id, name] of [
    ['sentry_a_p2p', 'smallest-sentry-a-p2p'],
    ['dal_p2p', 'smallest-dal-p2p'],
  ]) {
    expect(at(published, `google_compute_address.${id}`)).toMatchObject({
      name,
      region: 'europe-west4',
      address_type: 'EXTERNAL',
      network_tier: 'PREMIUM',
      lifecycle: { prevent_destroy: true },
    });
    expect(published.json.output[`${id}_address`].value).toBe(`\${google_compute_address.${id}.address}`);
  }
  expect(() => at(published, 'google_compute_address.sentry_b_p2p')).toThrow();
});

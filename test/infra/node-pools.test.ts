import fc from 'fast-check';
import type { Edit } from '../../model/rules/rule';
import { smallest } from '../kit/bakeries';
import { at, everyStack, ofType, regional, stackOf } from './terraform';

const pool = (name: 'baking' | 'auxiliary', edits: Edit = []) =>
  at(stackOf(smallest(edits)), `google_container_node_pool.${name}`);

test('baking nodes are never spot', () => {
  fc.assert(
    fc.property(fc.boolean(), fc.boolean(), (spot, twoZones) => {
      const kind = twoZones ? 'regional' : 'zonal';
      const edits: Edit = [...(twoZones ? regional : []), [['cluster', kind, 'auxiliary'], { spot }]];
      expect(pool('baking', edits).node_config.spot).toBe(false);
      expect(pool('baking', edits).node_config.preemptible).toBeUndefined();
      expect(pool('auxiliary', edits).node_config.spot).toBe(spot);
    }),
    { numRuns: 8 },
  );
});

test('only what asks for a baking node runs on one; everything else, DNS and metrics included, has the other pool', () => {
  const baking = pool('baking').node_config;
  const label = { 'tezos-bakery/pool': 'smallest-baking' };
  expect(baking.labels).toEqual(label);
  expect(baking.taint).toEqual([{ key: 'tezos-bakery/pool', value: 'smallest-baking', effect: 'NO_SCHEDULE' }]);
  const auxiliary = pool('auxiliary').node_config;
  expect(auxiliary.labels).toEqual({ 'tezos-bakery/pool': 'smallest-auxiliary' });
  expect(auxiliary.taint).toBeUndefined();
});

test('an upgrade brings a new node before it takes an old one', () => {
  for (const name of ['baking', 'auxiliary'] as const) {
    expect(pool(name).upgrade_settings).toEqual({ strategy: 'SURGE', max_surge: 1, max_unavailable: 0 });
  }
});

test('a change that would replace the baking nodes is refused, and an upgrade has the time that its drains may take', () => {
  expect(pool('baking').lifecycle).toEqual({ prevent_destroy: true });
  for (const name of ['baking', 'auxiliary'] as const) expect(pool(name).timeouts).toEqual({ update: '3h' });
});

test('a pool has the size of the bakery file in each zone, and never another', () => {
  const edits: Edit = [
    ...regional,
    [['cluster', 'regional', 'baking'], { machineType: 'n2-highmem-4', nodesPerZone: 3, bootDiskGiB: 80 }],
  ];
  const { node_count, node_locations, node_config, autoscaling, max_pods_per_node } = pool('baking', edits);
  expect({ node_count, autoscaling, max_pods_per_node }).toEqual({ node_count: 3, max_pods_per_node: 48 });
  expect(node_locations).toEqual(['europe-west4-a', 'europe-west4-b']);
  expect(node_config).toMatchObject({
    machine_type: 'n2-highmem-4',
    boot_disk: { disk_type: 'pd-balanced', size_gb: 80 },
  });
});

test('a series that boots from Hyperdisk only gets a Hyperdisk', () => {
  const edits: Edit = [
    [['cluster', 'zonal', 'auxiliary'], { machineType: 'n4-standard-2' }],
    [['monitoring'], { operator: { namespace: 'monitoring' } }], // it takes no disk of a Prometheus
  ];
  expect(pool('auxiliary', edits).node_config.boot_disk.disk_type).toBe('hyperdisk-balanced');
});

test('each pool runs as an account of its own', () => {
  const accounts = (['baking', 'auxiliary'] as const).map((name) => pool(name).node_config.service_account);
  expect(accounts).toEqual([
    `\${google_service_account.baking_nodes.email}`,
    `\${google_service_account.auxiliary_nodes.email}`,
  ]);
});

test('no node starts before its account may register it and pull images', () => {
  for (const name of ['baking', 'auxiliary'] as const) {
    expect(pool(name).depends_on).toEqual(
      expect.arrayContaining([
        `google_project_iam_member.${name}_nodes_role`,
        `google_artifact_registry_repository_iam_member.${name}_nodes_pull_mirror_docker_io`,
      ]),
    );
  }
});

test.each(Object.entries(everyStack()))('%s: all nodes are hardened alike', (_, stack) => {
  const nodes = [...ofType(stack, 'google_container_node_pool'), ...ofType(stack, 'google_container_cluster')];
  expect(nodes).toHaveLength(stack.bakery.settings.cluster.existing ? 0 : 3);
  for (const { node_config } of nodes) {
    expect(node_config).toMatchObject({
      image_type: 'COS_CONTAINERD',
      shielded_instance_config: { enable_secure_boot: true, enable_integrity_monitoring: true },
      workload_metadata_config: { mode: 'GKE_METADATA' },
      metadata: { 'disable-legacy-endpoints': 'true' },
      kubelet_config: {
        cpu_cfs_quota: true,
        insecure_kubelet_readonly_port_enabled: 'FALSE',
        pod_pids_limit: 4096,
      },
    });
  }
});

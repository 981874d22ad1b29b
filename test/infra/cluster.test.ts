import type { Edit } from '../../model/rules/rule';
import { smallest } from '../kit/bakeries';
import { at, existing, kms, ofType, regional, stackOf } from './terraform';

const clusterOf = (edits: Edit = []) => at(stackOf(smallest(edits)), 'google_container_cluster.bakery');
const authorized = (cidr: string): Edit => [[['google', 'authorizedNetworks'], [{ name: 'office', cidr }]]];

describe('the control plane', () => {
  test('nobody can reach it by IP unless a network is authorized', () => {
    const cluster = clusterOf();
    expect(cluster.private_cluster_config).toMatchObject({ enable_private_nodes: true, enable_private_endpoint: true });
    expect(cluster.master_authorized_networks_config).toEqual({
      cidr_blocks: [],
      gcp_public_cidrs_access_enabled: false,
      private_endpoint_enforcement_enabled: true,
    });
  });

  test('people reach it by its DNS name, so that closing it by IP locks nobody out', () => {
    const { dns_endpoint_config, ip_endpoints_config } = clusterOf().control_plane_endpoints_config;
    expect(dns_endpoint_config).toEqual({ allow_external_traffic: true });
    expect(ip_endpoints_config).toEqual({ enabled: true });
    expect(stackOf(smallest()).json.output.get_credentials.value).toBe(
      'gcloud container clusters get-credentials smallest --location=europe-west4-a --project=smallest-project --dns-endpoint',
    );
  });

  test.each([
    '10.20.0.0/24',
    '100.64.0.0/10',
    '172.20.1.0/24',
    '192.168.0.0/16',
    '198.18.7.0/24',
    '240.0.0.0/4',
    '127.0.0.0/8',
  ])('an authorized network that no internet routes (%s) opens no public endpoint', (cidr) => {
    const cluster = clusterOf(authorized(cidr));
    expect(cluster.private_cluster_config.enable_private_endpoint).toBe(true);
    expect(cluster.master_authorized_networks_config.cidr_blocks).toEqual([
      { cidr_block: cidr, display_name: 'office' },
    ]);
  });

  test('an authorized public network has a public endpoint to reach, still for itself alone', () => {
    const cluster = clusterOf(authorized('203.0.113.7/32'));
    expect(cluster.private_cluster_config.enable_private_endpoint).toBe(false);
    expect(cluster.master_authorized_networks_config).toMatchObject({
      cidr_blocks: [{ cidr_block: '203.0.113.7/32', display_name: 'office' }],
      private_endpoint_enforcement_enabled: true,
    });
  });

  test('Google Groups can be bound to roles once the bakery file names their group', () => {
    expect(clusterOf().authenticator_groups_config).toBeUndefined();
    const groups = 'gke-security-groups@example.com';
    expect(clusterOf([[['google', 'groups'], groups]]).authenticator_groups_config).toEqual({ security_group: groups });
  });
});

test('names are resolved without a pod of the auxiliary pool', () => {
  const { dns_config, addons_config } = clusterOf();
  expect(dns_config).toMatchObject({ cluster_dns: 'CLOUD_DNS', cluster_dns_scope: 'CLUSTER_SCOPE' });
  expect(addons_config.dns_cache_config).toEqual({ enabled: true });
});

test('images are streamed: the API that streams them is on before there is a node', () => {
  const stack = stackOf(smallest());
  const cluster = at(stack, 'google_container_cluster.bakery');
  const pools = ofType(stack, 'google_container_node_pool');
  for (const { node_config } of [cluster, ...pools]) expect(node_config.gcfs_config).toEqual({ enabled: true });
  expect(at(stack, 'google_project_service.containerfilesystem').service).toBe('containerfilesystem.googleapis.com');
  expect(cluster.depends_on).toContain('google_project_service.containerfilesystem');
});

test('no agent waits for backups that nobody has planned', () => {
  for (const edits of [[], regional]) {
    expect(clusterOf(edits).addons_config.gke_backup_agent_config).toEqual({ enabled: false });
  }
});

test('GKE tells of upgrades to a topic of the bakery', () => {
  const stack = stackOf(smallest());
  expect(at(stack, 'google_pubsub_topic.upgrades').name).toBe('smallest-upgrades');
  expect(at(stack, 'google_container_cluster.bakery').notification_config).toEqual({
    pubsub: { enabled: true, topic: `\${google_pubsub_topic.upgrades.id}` },
  });
});

test('Kubernetes Secrets are encrypted with a key that GKE may use before the cluster is made', () => {
  const stack = stackOf(smallest());
  const cluster = at(stack, 'google_container_cluster.bakery');
  const grant = at(stack, 'google_kms_crypto_key_iam_member.encrypt_cluster_secrets_agent');
  const key = `\${google_kms_crypto_key.encrypt_cluster_secrets.id}`;
  expect(cluster.database_encryption).toEqual({ state: 'ENCRYPTED', key_name: key });
  expect(cluster.depends_on).toContain('google_kms_crypto_key_iam_member.encrypt_cluster_secrets_agent');
  expect(grant).toMatchObject({
    crypto_key_id: key,
    role: 'roles/cloudkms.cryptoKeyEncrypterDecrypter',
    member: `serviceAccount:service-\${data.google_project.project.number}@container-engine-robot.iam.gserviceaccount.com`,
  });
});

test('Terraform neither destroys the cluster, nor replaces it for what the removed pool looked like', () => {
  const { deletion_protection, lifecycle, remove_default_node_pool } = clusterOf();
  expect({ deletion_protection, remove_default_node_pool }).toEqual({
    deletion_protection: true,
    remove_default_node_pool: true,
  });
  expect(lifecycle.prevent_destroy).toBe(true);
  expect(lifecycle.ignore_changes).toEqual(expect.arrayContaining(['initial_node_count', 'node_config']));
});

test('what GKE turns on by itself is no change that a later deploy would take back', () => {
  const { enable_l4_ilb_subsetting, lifecycle } = clusterOf();
  expect(enable_l4_ilb_subsetting).toBe(true);
  expect(lifecycle.ignore_changes).toContain('database_encryption[0].state');
});

describe('upgrades', () => {
  const maintenance = (settings: object) => clusterOf([[['maintenance'], settings]]).maintenance_policy;

  test('happen in the hours of the bakery file, from a day on that is one of its days', () => {
    const { recurring_window } = maintenance({ days: ['SA', 'WE'], startUtc: '22:30', hours: 5 });
    expect(recurring_window).toEqual({
      recurrence: 'FREQ=WEEKLY;BYDAY=WE,SA',
      start_time: '2026-01-07T22:30:00Z',
      end_time: '2026-01-08T03:30:00Z',
    });
    expect(new Date(recurring_window.start_time).getUTCDay()).toBe(3); // a Wednesday
  });

  test('are kept away by dated exclusions', () => {
    const [from, to] = ['2027-01-01T00:00:00Z', '2027-01-08T00:00:00Z'];
    const { maintenance_exclusion } = maintenance({ exclusions: [{ name: 'away', from, to, scope: 'NO_UPGRADES' }] });
    expect(maintenance_exclusion).toEqual([
      { exclusion_name: 'away', start_time: from, end_time: to, exclusion_options: { scope: 'NO_UPGRADES' } },
    ]);
  });
});

describe('a regional cluster', () => {
  test('has its nodes in the two zones of the file, and can move a disk when one is lost', () => {
    const cluster = clusterOf(regional);
    expect(cluster.location).toBe('europe-west4');
    expect(cluster.node_locations).toEqual(['europe-west4-a', 'europe-west4-b']);
    expect(cluster.addons_config.stateful_ha_config).toEqual({ enabled: true });
  });
});

describe('a zonal cluster', () => {
  test('is in its zone', () => {
    const cluster = clusterOf();
    expect(cluster.location).toBe('europe-west4-a');
    expect(cluster.node_locations).toBeUndefined();
    expect(cluster.addons_config.stateful_ha_config).toEqual({ enabled: false });
  });
});

describe('a cluster of somebody else', () => {
  const stack = stackOf(smallest([...existing, ...kms]));

  test('is left alone: no cluster, network or policy on images', () => {
    const made = new Set(stack.resources.map(({ type }) => type));
    for (const type of ['container_cluster', 'container_node_pool', 'compute_network', 'compute_router_nat']) {
      expect(made).not.toContain(`google_${type}`);
    }
    expect(made).not.toContain('google_binary_authorization_policy');
  });

  test('gets accounts, registries and keys', () => {
    expect(ofType(stack, 'google_service_account')).toHaveLength(3);
    expect(ofType(stack, 'google_artifact_registry_repository')).toHaveLength(5); // own images, and four mirrors
    expect(at(stack, 'google_kms_crypto_key.sign_alice').purpose).toBe('ASYMMETRIC_SIGN');
    expect(stack.json.output.get_credentials.value).toBe("kubectl config use-context 'theirs'");
  });
});

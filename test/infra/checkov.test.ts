import { smallest } from '../kit/bakeries';
import { everyStack, kms, ofType, stackOf } from './terraform';

/** What a check of checkov's wants of every resource of a type. checkov itself is the judge; this is the quick look. */
interface Row {
  readonly checks: string;
  readonly type: string;
  readonly wants: object;
}

const cluster = 'google_container_cluster';
const pool = 'google_container_node_pool';
const some = expect.anything();

const rows: readonly Row[] = [
  { checks: 'CKV_GCP_7', type: cluster, wants: { enable_legacy_abac: false } },
  {
    checks: 'CKV_GCP_4',
    type: 'google_compute_ssl_policy',
    wants: { profile: 'RESTRICTED', min_tls_version: 'TLS_1_2' },
  },
  { checks: 'CKV_GCP_9 CKV_GCP_10', type: pool, wants: { management: { auto_repair: true, auto_upgrade: true } } },
  {
    checks: 'CKV_GCP_12',
    type: cluster,
    wants: { network_policy: { enabled: false }, datapath_provider: 'ADVANCED_DATAPATH' },
  },
  {
    checks: 'CKV_GCP_13',
    type: cluster,
    wants: { master_auth: { client_certificate_config: { issue_client_certificate: false } } },
  },
  { checks: 'CKV_GCP_16', type: 'google_dns_managed_zone', wants: { dnssec_config: { state: 'on' } } },
  { checks: 'CKV_GCP_20', type: cluster, wants: { master_authorized_networks_config: some } },
  { checks: 'CKV_GCP_21', type: cluster, wants: { resource_labels: some } },
  { checks: 'CKV_GCP_22', type: pool, wants: { node_config: { image_type: 'COS_CONTAINERD' } } },
  { checks: 'CKV_GCP_23', type: cluster, wants: { ip_allocation_policy: some } },
  { checks: 'CKV_GCP_25 CKV_GCP_64', type: cluster, wants: { private_cluster_config: { enable_private_nodes: true } } },
  { checks: 'CKV_GCP_26', type: 'google_compute_subnetwork', wants: { log_config: some } },
  { checks: 'CKV_GCP_27', type: 'google_project', wants: { auto_create_network: false } },
  {
    checks: 'CKV_GCP_29',
    type: 'google_storage_bucket',
    wants: { uniform_bucket_level_access: true },
  },
  { checks: 'CKV_GCP_61', type: cluster, wants: { enable_intranode_visibility: true } },
  {
    checks: 'CKV_GCP_66',
    type: cluster,
    wants: { binary_authorization: { evaluation_mode: 'PROJECT_SINGLETON_POLICY_ENFORCE' } },
  },
  {
    checks: 'CKV_GCP_69',
    type: cluster,
    wants: { node_config: { workload_metadata_config: { mode: 'GKE_METADATA' } } },
  },
  { checks: 'CKV_GCP_70', type: cluster, wants: { release_channel: { channel: 'REGULAR' } } },
  { checks: 'CKV_GCP_71', type: cluster, wants: { enable_shielded_nodes: true } },
  { checks: 'CKV_GCP_74', type: 'google_compute_subnetwork', wants: { private_ip_google_access: true } },
  { checks: 'CKV_GCP_76', type: 'google_compute_subnetwork', wants: { stack_type: 'IPV4_ONLY' } },
  { checks: 'CKV_GCP_82', type: 'google_kms_crypto_key', wants: { lifecycle: { prevent_destroy: true } } },
];

/** Not checkov's, but of the same lists: GKE's hardening guide and CIS GKE. */
const hardening: readonly Row[] = [
  { checks: 'CIS GKE 5.3.1', type: cluster, wants: { database_encryption: { state: 'ENCRYPTED' } } },
  { checks: 'CIS GKE 5.10.4', type: cluster, wants: { security_posture_config: { mode: 'BASIC' } } },
  { checks: 'anonymous requests', type: cluster, wants: { anonymous_authentication_config: { mode: 'LIMITED' } } },
  {
    checks: 'bindings to everybody',
    type: cluster,
    wants: {
      rbac_binding_config: {
        enable_insecure_binding_system_authenticated: false,
        enable_insecure_binding_system_unauthenticated: false,
      },
    },
  },
  { checks: 'CVE-2020-8554', type: cluster, wants: { service_external_ips_config: { enabled: false } } },
  { checks: 'unused Gateway API', type: cluster, wants: { gateway_api_config: { channel: 'CHANNEL_DISABLED' } } },
];

const stacks = Object.values(everyStack());

test.each([...rows, ...hardening])('$checks holds for every $type', ({ type, wants }) => {
  const resources = stacks.flatMap((stack) => ofType(stack, type));
  expect(resources.length).toBeGreaterThan(0);
  for (const resource of resources) expect(resource).toMatchObject(wants);
});

test('CKV_GCP_43: keys that encrypt are rotated every 90 days; keys that sign never', () => {
  const keys = ofType(stackOf(smallest(kms)), 'google_kms_crypto_key');
  expect(keys.map(({ purpose, rotation_period }) => `${purpose} ${rotation_period}`).sort()).toEqual([
    'ASYMMETRIC_SIGN undefined',
    'ENCRYPT_DECRYPT 7776000s',
  ]);
});

test('CKV_GCP_1, 8, 123 and CKV2_GCP_19: arguments that must be absent are', () => {
  for (const stack of stacks) {
    for (const config of ofType(stack, cluster)) {
      for (const argument of ['logging_service', 'monitoring_service', 'node_pool', 'enable_kubernetes_alpha']) {
        expect(config).not.toHaveProperty(argument);
      }
    }
  }
});

test('CKV_GCP_28 and 114: no bucket is public but that of the payout site', () => {
  const buckets = stacks.flatMap(({ resources }) => resources.filter(({ type }) => type === 'google_storage_bucket'));
  const open = buckets.filter(({ config }) => config.public_access_prevention !== 'enforced');
  expect(buckets.length).toBeGreaterThan(open.length);
  expect(new Set(open.map(({ id }) => id))).toEqual(new Set(['site_bucket']));
});

test('CKV_GCP_41 to 49, 112, 117, CKV2_GCP_6 and 8: nobody is an owner, an impostor or the public, which may read the site', () => {
  const broad = /roles\/(owner|editor|viewer|iam\.serviceAccountTokenCreator|iam\.serviceAccountUser)$|[aA]dmin$/;
  for (const { resources } of stacks) {
    for (const { address, config } of resources.filter(({ type }) => type.endsWith('_iam_member'))) {
      expect(config.role).not.toMatch(broad);
      if (address === 'google_storage_bucket_iam_member.site_public') continue;
      expect(config.member).not.toMatch(/allUsers|allAuthenticatedUsers/);
    }
  }
});

test('CKV2_GCP_18: every network has a firewall rule', () => {
  for (const stack of stacks) {
    const networks = ofType(stack, 'google_compute_network').length;
    expect(ofType(stack, 'google_compute_firewall')).toHaveLength(networks);
  }
});

import { apisOf } from '../../infra/project-services';
import { Bakery } from '../../model/bakery';
import { registries } from '../../model/images';
import type { Edit } from '../../model/rules/rule';
import { smallest } from '../kit/bakeries';
import { at, created, everyStack, existing, type Json, ofType, stackOf } from './terraform';

const policy = 'google_binary_authorization_policy.image_admission';
const patterns = (of: ReturnType<typeof stackOf>) =>
  at(of, policy).admission_whitelist_patterns.map(({ name_pattern }: Json) => name_pattern);

describe('a project that exists', () => {
  const stack = stackOf(smallest());

  test('is only looked up', () => {
    expect(ofType(stack, 'google_project')).toEqual([]);
    expect(stack.json.data.google_project).toEqual({ project: { project_id: 'smallest-project' } });
    expect(stack.json.output.project_number.value).toBe(`\${data.google_project.project.number}`);
  });
});

describe('a project that the bakery creates', () => {
  const stack = stackOf(smallest(created));

  test('has no default network, and Terraform refuses to delete it', () => {
    expect(at(stack, 'google_project.project')).toEqual({
      name: 'made-project',
      project_id: 'made-project',
      billing_account: '012345-6789AB-CDEF01',
      folder_id: '42',
      auto_create_network: false,
      deletion_policy: 'PREVENT',
    });
    expect(stack.json.data).toBeUndefined();
  });

  test('is there before its APIs are turned on', () => {
    for (const service of ofType(stack, 'google_project_service')) {
      expect(service.project).toBe(`\${google_project.project.project_id}`);
    }
  });

  test('may belong to an organization instead of a folder', () => {
    const parent = [['google', 'project', 'create', 'parent'], { organization: { id: '7' } }] as const;
    const project = at(stackOf(smallest([...created, [[...parent[0]], parent[1]]])), 'google_project.project');
    expect(project.org_id).toBe('7');
    expect(project.folder_id).toBeUndefined();
  });
});

test('the GitOps tool of a cluster may run where the bakery file names its images, and only there', () => {
  const argo = 'quay.io/argoproj/**';
  expect(patterns(stackOf(smallest([[['google', 'allowedImages'], [argo]]])))).toContain(argo);
  expect(patterns(stackOf(smallest()))).not.toContain(argo);
});

test('destroying a stack turns off no API: another bakery of the project may need it', () => {
  const bakery = smallest();
  const services = ofType(stackOf(bakery), 'google_project_service');
  expect(services.map(({ service }) => service).sort()).toEqual(
    apisOf(bakery)
      .map((name) => `${name}.googleapis.com`)
      .sort(),
  );
  for (const service of services) {
    expect(service).toMatchObject({ disable_on_destroy: false, disable_dependent_services: false });
  }
});

/** The API behind each type of resource; what hangs on another resource waits for that one. */
const needs: Record<string, string> = {
  google_artifact_registry_repository: 'artifactregistry',
  google_binary_authorization_policy: 'binaryauthorization',
  google_compute_address: 'compute',
  google_compute_backend_bucket: 'compute',
  google_compute_global_address: 'compute',
  google_compute_managed_ssl_certificate: 'compute',
  google_compute_network: 'compute',
  google_compute_ssl_policy: 'compute',
  google_compute_url_map: 'compute',
  google_container_cluster: 'container',
  google_dns_managed_zone: 'dns',
  google_firestore_database: 'firestore',
  google_kms_key_ring: 'cloudkms',
  google_logging_project_exclusion: 'logging',
  google_project_iam_audit_config: 'cloudresourcemanager',
  google_project_iam_member: 'cloudresourcemanager',
  google_project_iam_member_remove: 'compute',
  google_pubsub_topic: 'pubsub',
  google_secret_manager_secret: 'secretmanager',
  google_service_account: 'iam',
  google_storage_bucket: 'storage',
};

test.each(Object.entries(everyStack()))('%s: everything waits for the API it needs', (_, { resources }) => {
  for (const { type, address, config } of resources) {
    if (['google_project', 'google_project_service'].includes(type)) continue;
    const arguments_ = JSON.stringify({ ...config, depends_on: undefined });
    const hangsOnAnother = /\$\{google_(?!project\.)/.test(arguments_);
    const waits = config.depends_on ?? [];
    const direct = needs[type] ? waits.includes(`google_project_service.${needs[type]}`) : hangsOnAnother;
    expect([address, direct]).toEqual([address, true]);
  }
});

describe('what exists once per project', () => {
  const owner = smallest([], 'owner');
  const guest = smallest(existing, 'guest');
  const tenant = new Bakery('tenant', smallest([], 'tenant').settings, false);
  const stack = stackOf(owner, [tenant, guest]);

  test('is held by the bakery that owns the project, and by no other', () => {
    expect(ofType(stack, 'google_project_iam_audit_config').length).toBeGreaterThan(0);
    const types = (type: string) => ofType(stackOf(tenant, [owner]), type);
    expect(types('google_project_iam_audit_config')).toEqual([]);
    expect(types('google_binary_authorization_policy')).toEqual([]);
    expect(types('google_project_iam_member_remove')).toEqual([]);
  });

  test('every use of a key, a secret or an identity is audited, and not every question to Kubernetes', () => {
    const logs = ofType(stack, 'google_project_iam_audit_config');
    expect(logs.map(({ service }) => service).sort()).toEqual(
      ['cloudkms', 'iam', 'secretmanager', 'sts'].map((name) => `${name}.googleapis.com`),
    );
    for (const { audit_log_config } of logs) {
      expect(audit_log_config).toEqual(['ADMIN_READ', 'DATA_READ', 'DATA_WRITE'].map((log_type) => ({ log_type })));
    }
  });

  test('only images from registries of the bakeries of the project run', () => {
    expect(at(stack, policy)).toMatchObject({
      global_policy_evaluation_mode: 'ENABLE',
      default_admission_rule: { evaluation_mode: 'ALWAYS_DENY', enforcement_mode: 'ENFORCED_BLOCK_AND_AUDIT_LOG' },
    });
    const host = 'europe-west4-docker.pkg.dev/smallest-project';
    expect(patterns(stack)).toEqual(
      ['owner', 'tenant', 'guest'].flatMap((name) =>
        ['images', 'docker-io', 'gcr-io', 'ghcr-io', 'registry-k8s-io'].map((each) => `${host}/${name}-${each}/**`),
      ),
    );
  });

  test('a bakery of another project adds no images', () => {
    const stranger = smallest([[['google', 'project'], { existing: { id: 'other-project' } }]], 'stranger');
    expect(patterns(stackOf(owner, [stranger]))).toHaveLength(1 + registries.length);
  });

  test('accounts that Google makes lose their Editor role, also if they come late, and no other role', () => {
    const own = stackOf(owner, [tenant]);
    const removals = ofType(own, 'google_project_iam_member_remove');
    expect(removals.map(({ role, member }) => [role, member])).toEqual([
      ['roles/editor', `serviceAccount:\${data.google_project.project.project_id}@appspot.gserviceaccount.com`],
      ['roles/editor', `serviceAccount:\${data.google_project.project.number}-compute@developer.gserviceaccount.com`],
    ]);
  });

  test("changes of the project's policy that take no turns wait for each other", () => {
    const own = stackOf(owner, [tenant]);
    const writers = own.resources.filter(({ type }) => /^google_project_iam_(member|audit_config)$/.test(type));
    const compute = at(own, 'google_project_iam_member_remove.no_editor_compute');
    const appengine = at(own, 'google_project_iam_member_remove.no_editor_appengine');
    expect(compute.depends_on).toEqual(expect.arrayContaining(writers.map(({ address }) => address)));
    expect(appengine.depends_on).toContain('google_project_iam_member_remove.no_editor_compute');
  });

  test("nodes of somebody else's cluster keep the account they may run as", () => {
    expect(ofType(stack, 'google_project_iam_member_remove')).toEqual([]);
  });

  test('logs are kept as long as the bakery file says, and as Google does without a word of it', () => {
    const retention = (edits: Edit) => ofType(stackOf(smallest(edits)), 'google_logging_project_bucket_config');
    expect(retention([])).toEqual([]);
    expect(retention([[['google', 'logRetentionDays'], 90]])).toEqual([
      expect.objectContaining({ bucket_id: '_Default', location: 'global', retention_days: 90 }),
    ]);
  });

  test('a budget writes before it is spent, to the account that pays for the project', () => {
    const budgets = (edits: Edit) => ofType(stackOf(smallest(edits)), 'google_billing_budget');
    expect(budgets([])).toEqual([]);
    const [budget] = budgets([[['google', 'budget'], { perMonth: 900, billingAccount: 'AAAAAA-BBBBBB-CCCCCC' }]]);
    expect(budget).toMatchObject({
      billing_account: 'AAAAAA-BBBBBB-CCCCCC',
      amount: { specified_amount: { units: '900' } },
      budget_filter: { projects: [`projects/\${data.google_project.project.number}`] },
      provider: 'google.billing',
    });
    expect(budget.threshold_rules.map(({ threshold_percent }: Json) => threshold_percent)).toEqual([0.5, 0.9, 1]);
    const [own] = budgets([...created, [['google', 'budget'], { perMonth: 900 }]]);
    expect(own.billing_account).toBe('012345-6789AB-CDEF01');
  });

  test.each(Object.entries(everyStack()))('%s: a budget that is no more can be taken away', (_, { bakery }) => {
    for (const each of [bakery, new Bakery(bakery.name, bakery.settings, false)]) {
      expect(stackOf(each).json.provider.google).toContainEqual({
        alias: 'billing',
        project: bakery.projectId,
        billing_project: bakery.projectId,
        user_project_override: true,
        add_terraform_attribution_label: false,
      });
    }
  });
});

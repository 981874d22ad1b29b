import { apiNames } from '../../infra/project-services';
import { Bakery } from '../../model/bakery';
import { registries } from '../../model/images';
import { smallest } from '../kit/bakeries';
import { at, created, everyStack, existing, type Json, ofType, stackOf } from './terraform';

const audit = 'google_project_iam_audit_config.audit_logs';
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
  const services = ofType(stackOf(smallest()), 'google_project_service');
  expect(services.map(({ service }) => service).sort()).toEqual(
    apiNames.map((name) => `${name}.googleapis.com`).sort(),
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
  google_compute_network: 'compute',
  google_container_cluster: 'container',
  google_kms_key_ring: 'cloudkms',
  google_project_default_service_accounts: 'compute',
  google_project_iam_audit_config: 'cloudresourcemanager',
  google_project_iam_member: 'cloudresourcemanager',
  google_secret_manager_secret: 'secretmanager',
  google_service_account: 'iam',
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
    expect(at(stack, audit).service).toBe('allServices');
    const types = (type: string) => ofType(stackOf(tenant, [owner]), type);
    expect(types('google_project_iam_audit_config')).toEqual([]);
    expect(types('google_binary_authorization_policy')).toEqual([]);
    expect(types('google_project_default_service_accounts')).toEqual([]);
  });

  test('every access is audited', () => {
    const logs = at(stack, audit).audit_log_config;
    expect(logs.map(({ log_type }: Json) => log_type)).toEqual(['ADMIN_READ', 'DATA_READ', 'DATA_WRITE']);
    expect(JSON.stringify(logs)).not.toContain('exempted');
  });

  test('only images from registries of the bakeries of the project run', () => {
    expect(at(stack, policy)).toMatchObject({
      global_policy_evaluation_mode: 'ENABLE',
      default_admission_rule: { evaluation_mode: 'ALWAYS_DENY', enforcement_mode: 'ENFORCED_BLOCK_AND_AUDIT_LOG' },
    });
    const host = 'europe-west4-docker.pkg.dev/smallest-project';
    expect(patterns(stack)).toEqual(
      ['owner', 'tenant', 'guest'].flatMap((name) =>
        [`${name}-images`, `${name}-docker-io`].map((repository) => `${host}/${repository}/**`),
      ),
    );
  });

  test('a bakery of another project adds no images', () => {
    const stranger = smallest([[['google', 'project'], { existing: { id: 'other-project' } }]], 'stranger');
    expect(patterns(stackOf(owner, [stranger]))).toHaveLength(1 + registries.length);
  });

  test('accounts that Google makes lose their Editor role, and do not get it back', () => {
    expect(ofType(stackOf(owner, [tenant]), 'google_project_default_service_accounts')).toEqual([
      expect.objectContaining({ action: 'DEPRIVILEGE', restore_policy: 'NONE' }),
    ]);
  });

  test("nodes of somebody else's cluster keep the account they may run as", () => {
    expect(ofType(stack, 'google_project_default_service_accounts')).toEqual([]);
  });
});

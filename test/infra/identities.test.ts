import { serviceAccountIds } from '../../model/google/pod-identities';
import { poolRoles } from '../../model/google/pools';
import type { Edit } from '../../model/rules/rule';
import { smallest } from '../kit/bakeries';
import { at, everyStack, existing, heartbeat, kms, ofType, paying, stackOf } from './terraform';

const stacks = Object.entries(everyStack());

test.each(stacks)('%s: no service account has a key', (_, { resources, text }) => {
  expect(resources.filter(({ type }) => type.includes('key') && type.includes('account'))).toEqual([]);
  expect(text).not.toContain('private_key');
});

test.each(stacks)('%s: the accounts are those that the model names', (_, stack) => {
  const ids = ofType(stack, 'google_service_account').map(({ account_id }) => account_id);
  expect(ids.sort()).toEqual(
    serviceAccountIds(stack.bakery)
      .map(({ id }) => id)
      .sort(),
  );
});

test.each(stacks)(
  '%s: in the project nodes may do what a node must, a signer may keep its marks, and no more',
  (_, stack) => {
    const grants = ofType(stack, 'google_project_iam_member').map(({ role, member, condition }) => {
      return [member, role, ...(condition ? [condition.expression] : [])].join(' ');
    });
    const ofNodes = poolRoles.flatMap((pool) =>
      ['roles/container.defaultNodeServiceAccount', 'roles/serviceusage.serviceUsageConsumer'].map(
        (role) => `\${google_service_account.${pool}_nodes.member} ${role}`,
      ),
    );
    const own = `resource.name=="\${google_firestore_database.watermarks.id}"`;
    const ofSigner = `\${google_service_account.signer.member} roles/datastore.user ${own}`;
    const { kms: signs } = stack.bakery.settings.custody;
    expect(grants.sort()).toEqual([...ofNodes, ...(signs ? [ofSigner] : [])].sort());
  },
);

test('nodes of both pools may pull from every repository, and push to none', () => {
  const stack = stackOf(smallest());
  const grants = ofType(stack, 'google_artifact_registry_repository_iam_member');
  expect(new Set(grants.map(({ role }) => role))).toEqual(new Set(['roles/artifactregistry.reader']));
  const pairs = grants.map(({ repository, member }) => `${repository} ${member}`);
  const repositories = ['images', 'mirror_docker_io', 'mirror_gcr_io', 'mirror_ghcr_io', 'mirror_registry_k8s_io'];
  const expected = poolRoles.flatMap((pool) =>
    repositories.map(
      (id) => `\${google_artifact_registry_repository.${id}.name} \${google_service_account.${pool}_nodes.member}`,
    ),
  );
  expect(pairs.sort()).toEqual(expected.sort());
});

describe('keys in Cloud KMS', () => {
  const tz3 = {
    address: 'tz3Q67aMz7gSMiQRcW729sXSfuMtkyAHYfqc',
    publicKey: 'p2pk66gP3wq6k9QgNwAgaGLeXc3YFfrxgYdC7cdYuJWAHYBw4hExVHW',
  };
  const withConsensusKey: Edit = [...kms, [['bakers', 0, 'consensusKey'], tz3]];
  const keys = (edits: Edit) =>
    stackOf(smallest(edits)).resources.filter(({ config }) => config.purpose === 'ASYMMETRIC_SIGN');

  test('never leave their hardware, and Terraform never destroys them', () => {
    const [{ address, config }] = keys(kms);
    expect(address).toBe('google_kms_crypto_key.sign_alice');
    expect(config).toMatchObject({
      name: 'smallest-sign-alice',
      version_template: { algorithm: 'EC_SIGN_SECP256K1_SHA256', protection_level: 'HSM' },
      lifecycle: { prevent_destroy: true },
    });
    expect(config.rotation_period).toBeUndefined();
  });

  test('sign with the consensus key where there is one, on the curve of its address', () => {
    const [{ config }, ...others] = keys(withConsensusKey);
    expect(others).toEqual([]);
    expect(config.name).toBe('smallest-sign-alice-consensus');
    expect(config.version_template.algorithm).toBe('EC_SIGN_P256_SHA256');
  });

  test('are used by the signer alone, which may sign and look, not administer', () => {
    const stack = stackOf(smallest(kms));
    const signer = `\${google_service_account.signer.member}`;
    expect(at(stack, 'google_kms_crypto_key_iam_member.sign_alice_signer')).toMatchObject({
      crypto_key_id: `\${google_kms_crypto_key.sign_alice.id}`,
      role: 'roles/cloudkms.signerVerifier',
      member: signer,
    });
    expect(ofType(stack, 'google_kms_key_ring_iam_member')).toEqual([
      { key_ring_id: `\${google_kms_key_ring.signing.id}`, role: 'roles/cloudkms.viewer', member: signer },
    ]);
    const onSigningKeys = ofType(stack, 'google_kms_crypto_key_iam_member').filter(({ crypto_key_id }) =>
      crypto_key_id.includes('.sign_'),
    );
    expect(onSigningKeys).toHaveLength(1);
  });

  test('belong to the pod that the chart gives that service account, once the identity pool exists', () => {
    const grant = at(stackOf(smallest(kms)), 'google_service_account_iam_member.signer_workload_identity');
    expect(grant.role).toBe('roles/iam.workloadIdentityUser');
    expect(grant.member).toBe('serviceAccount:smallest-project.svc.id.goog[smallest-baking/signer-gateway]');
    expect(grant.depends_on).toContain('google_container_cluster.bakery');
    const guest = at(
      stackOf(smallest([...existing, ...kms])),
      'google_service_account_iam_member.signer_workload_identity',
    );
    expect(guest.depends_on).not.toContain('google_container_cluster.bakery');
  });

  test('have their marks in a database that neither Terraform nor a person deletes in passing, in their region', () => {
    expect(at(stackOf(smallest(kms)), 'google_firestore_database.watermarks')).toEqual({
      name: 'smallest-watermarks',
      location_id: 'europe-west4',
      type: 'FIRESTORE_NATIVE',
      delete_protection_state: 'DELETE_PROTECTION_ENABLED',
      depends_on: ['google_project_service.firestore'],
      lifecycle: { prevent_destroy: true },
    });
  });

  test('are absent with any other custody', () => {
    const { resources, json } = stackOf(smallest());
    expect(resources.filter(({ address }) => /\.sign(?!er_gateway)|firestore|watermark/.test(address))).toEqual([]);
    expect(json.output.public_key_commands).toBeUndefined();
  });
});

describe('the heartbeat in a bucket', () => {
  const stack = stackOf(smallest(heartbeat));
  const bucket = `\${google_storage_bucket.heartbeat_bucket.name}`;

  test('is written by its pod alone, and read by those whom the bakery file names', () => {
    expect(ofType(stack, 'google_storage_bucket_iam_member')).toEqual([
      { bucket, role: 'roles/storage.objectViewer', member: 'user:watchtower@example.com' },
      { bucket, role: 'roles/storage.objectUser', member: `\${google_service_account.heartbeat.member}` },
    ]);
    const grant = at(stack, 'google_service_account_iam_member.heartbeat_workload_identity');
    expect(grant.member).toBe('serviceAccount:smallest-project.svc.id.goog[smallest-monitoring/heartbeat]');
    expect(ofType(stack, 'google_project_iam_member').filter(({ member }) => member.includes('heartbeat'))).toEqual([]);
  });

  test('keeps no version of what is written over each minute, and goes with its bakery', () => {
    expect(at(stack, 'google_storage_bucket.heartbeat_bucket')).toMatchObject({
      name: 'smallest-heartbeat-smallest-project',
      location: 'EUROPE-WEST4',
      force_destroy: true,
      versioning: { enabled: false },
      soft_delete_policy: { retention_duration_seconds: 0 },
      lifecycle_rule: [{ action: { type: 'Delete' }, condition: { age: 7 } }],
    });
  });

  test('is where terraform output says', () => {
    expect(stack.json.output.heartbeat_object.value).toBe('gs://smallest-heartbeat-smallest-project/heartbeat.json');
  });

  test('is absent with any other heartbeat, with its API', () => {
    const { resources, json } = stackOf(smallest([[['monitoring'], { own: { heartbeat: 'hosted' } }]]));
    expect(resources.filter(({ address }) => /heartbeat|storage/.test(address))).toEqual([]);
    expect(json.output.heartbeat_object).toBeUndefined();
  });
});

describe('wallets', () => {
  const stack = stackOf(smallest(paying));
  const guard = `\${google_service_account.payouts.member}`;
  const grants = (type: string) => ofType(stack, type).filter(({ member }) => member === guard);

  test('have keys that nobody exports and payout-guard alone uses, in a ring of their own', () => {
    expect(at(stack, 'google_kms_crypto_key.wallet_baker')).toMatchObject({
      name: 'smallest-wallet-baker',
      key_ring: `\${google_kms_key_ring.wallets.id}`,
      purpose: 'ASYMMETRIC_SIGN',
      version_template: { algorithm: 'EC_SIGN_P256_SHA256', protection_level: 'HSM' },
      lifecycle: { prevent_destroy: true },
    });
    const key = `\${google_kms_crypto_key.wallet_baker.id}`;
    const users = ofType(stack, 'google_kms_crypto_key_iam_member').filter(
      ({ crypto_key_id }) => crypto_key_id === key,
    );
    expect(users).toEqual([{ crypto_key_id: key, role: 'roles/cloudkms.signerVerifier', member: guard }]);
    expect(grants('google_kms_key_ring_iam_member').map(({ role }) => role)).toEqual(['roles/cloudkms.viewer']);
    const grant = at(stack, 'google_service_account_iam_member.payouts_workload_identity');
    expect(grant.member).toBe('serviceAccount:smallest-project.svc.id.goog[smallest-payouts/payout-guard]');
    expect(grants('google_project_iam_member')).toEqual([]);
  });

  test('have records that payout-guard can add to and read, and neither write over nor delete', () => {
    expect(at(stack, 'google_storage_bucket.payout_records')).toMatchObject({
      name: 'smallest-payouts-smallest-project',
      location: 'EUROPE-WEST4',
      versioning: { enabled: true },
      uniform_bucket_level_access: true,
      public_access_prevention: 'enforced',
      lifecycle: { prevent_destroy: true },
    });
    const roles = ofType(stack, 'google_storage_bucket_iam_member').map(({ role, member }) => [role, member]);
    expect(roles.sort()).toEqual([
      ['roles/storage.objectCreator', guard],
      ['roles/storage.objectViewer', guard],
    ]);
  });

  test('in a Secret need no key, and the same records', () => {
    const [[path, settings]] = paying as readonly [readonly string[], any][];
    const custody = { hot: { secret: 'wallets' } };
    const hot = stackOf(smallest([[path, { tezpay: { ...settings.tezpay, custody } }]]));
    expect(ofType(hot, 'google_kms_key_ring').map(({ name }) => name)).toEqual(['smallest-encryption']);
    expect(at(hot, 'google_secret_manager_secret.secret_payouts_wallets').secret_id).toBe('smallest-payouts-wallets');
    expect(ofType(hot, 'google_storage_bucket')).toHaveLength(1);
  });

  test('are absent where nobody is paid', () => {
    const { resources } = stackOf(smallest());
    expect(resources.filter(({ address }) => /payout|wallet|storage/.test(address))).toEqual([]);
  });
});

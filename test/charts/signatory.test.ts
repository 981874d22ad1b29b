import { parse } from 'yaml';
import { fixedResources } from '../../model/workloads';
import { kms as kmsStack, stackOf } from '../infra/terraform';
import { smallest } from '../kit/bakeries';
import { changedExample, find, manifestsOf } from '../kit/rendered';

const kms = changedExample('mainnet', [[['custody'], { kms: {} }]]);
const withoutDal = changedExample('mainnet', [
  [['custody'], { kms: {} }],
  [['dal'], undefined],
]);
const objects = manifestsOf(kms);
const { spec } = find(objects, 'StatefulSet', 'signer-gateway');
const pod = spec.template.spec;
const [signatory] = pod.containers;

const configOf = (manifests: typeof objects) =>
  parse(find(manifests, 'ConfigMap', 'signer-gateway-signatory').data['signatory.yaml']);
const config = configOf(objects);
const [key] = kms.settings.bakers;

test('one Signatory at the Service that the baker dials, which no drain takes in passing', () => {
  expect(spec.replicas).toBe(1);
  expect(pod.containers).toHaveLength(1);
  expect(signatory.command).toEqual(['/bin/signatory', 'serve', '--config', '/etc/signatory/signatory.yaml']);
  expect(find(objects, 'Service', 'signer-gateway').spec.ports).toEqual([
    { name: 'signer', port: 6732, targetPort: 'signer' },
    { name: 'metrics', port: 6733, targetPort: 'metrics' },
  ]);
  expect(find(objects, 'ConfigMap', 'baker-wallet').data.secret_keys).toContain(
    `http://signer-gateway:6732/${key.address}`,
  );
  expect(find(objects, 'PodDisruptionBudget', 'signer-gateway').spec.maxUnavailable).toBe(0);
});

test('listens where its Service and its probes look for it, and tells its metrics', () => {
  expect(config.server).toEqual({ address: '0.0.0.0:6732', utility_address: '0.0.0.0:6733' });
  expect(signatory.ports).toEqual([
    { name: 'signer', containerPort: 6732 },
    { name: 'metrics', containerPort: 6733 },
  ]);
});

test('the marks of what was signed are in Firestore, not in the pod', () => {
  expect(config.watermark).toEqual({
    driver: 'gcp',
    config: { project: 'example-bakery', database: 'mainnet-watermarks' },
  });
  expect(pod.volumes.filter((volume: any) => volume.persistentVolumeClaim || volume.secret)).toEqual([]);
});

test('key ring and database are those that Terraform makes', () => {
  const bakery = smallest(kmsStack);
  const { project, location, key_ring, database } = {
    ...configOf(manifestsOf(bakery)).vaults.kms.config,
    ...configOf(manifestsOf(bakery)).watermark.config,
  };
  const { text } = stackOf(bakery);
  const made = JSON.parse(text).resource;
  expect(made.google_kms_key_ring.signing).toMatchObject({ name: key_ring, location });
  expect(made.google_firestore_database.watermarks.name).toBe(database);
  expect(project).toBe(bakery.projectId);
});

test('no request to Cloud KMS outlives half a block', () => {
  const { timeout, max_retries } = config.vaults.kms.config;
  expect(timeout * (1 + max_retries)).toBeLessThan(kms.protocol.blockSeconds / 2);
});

describe('it signs', () => {
  test('blocks, preattestations and attestations of its own chain, and nothing else', () => {
    const kinds = ['block', 'preattestation', 'attestation', 'attestation_with_dal'];
    expect(config.tezos).toEqual({
      [key.address]: {
        allow: Object.fromEntries(kinds.map((kind) => [kind, []])),
        allowed_chains: ['NetXdQprcVkpaWU'],
      },
    });
  });

  test('no attestation with DAL where nobody asks for one: its mark would be another than that of the attestation', () => {
    const [{ allow }] = Object.values<any>(configOf(manifestsOf(withoutDal)).tezos);
    expect(Object.keys(allow)).toEqual(['block', 'preattestation', 'attestation']);
  });

  test('with the consensus key where there is one, not with the delegate', () => {
    const tz3 = {
      address: 'tz3Q67aMz7gSMiQRcW729sXSfuMtkyAHYfqc',
      publicKey: 'p2pk66gP3wq6k9QgNwAgaGLeXc3YFfrxgYdC7cdYuJWAHYBw4hExVHW',
    };
    const consensus = changedExample('mainnet', [
      [['custody'], { kms: {} }],
      [['bakers', 0, 'consensusKey'], tz3],
    ]);
    expect(Object.keys(configOf(manifestsOf(consensus)).tezos)).toEqual([tz3.address]);
  });
});

test('is ready when it has found the key: its own word of health needs none', () => {
  expect(signatory.readinessProbe.httpGet).toEqual({ path: `/keys/${key.address}`, port: 'signer' });
  expect(signatory.startupProbe.httpGet).toEqual({ path: '/healthz', port: 'metrics' });
  expect(signatory.livenessProbe.httpGet).toEqual({ path: '/healthz', port: 'metrics' });
});

test('acts as the account that may use the keys, and as no other; no other pod does', () => {
  const accounts = objects.filter(({ kind }) => kind === 'ServiceAccount');
  const named = accounts.filter(({ metadata }) => metadata.annotations?.['iam.gke.io/gcp-service-account']);
  expect(
    named.map(({ metadata }) => [metadata.name, metadata.annotations?.['iam.gke.io/gcp-service-account']]),
  ).toEqual([['signer-gateway', 'mainnet-signer@example-bakery.iam.gserviceaccount.com']]);
  expect(pod.serviceAccountName).toBe('signer-gateway');
  expect(pod.automountServiceAccountToken).toBe(false);
});

test('writes to its temporary files alone, as the user of its image', () => {
  expect(pod.securityContext).toMatchObject({ runAsUser: 10000, runAsNonRoot: true });
  expect(signatory.securityContext.readOnlyRootFilesystem).toBe(true);
  expect(signatory.volumeMounts).toContainEqual({ name: 'tmp-signatory', mountPath: config.base_dir });
});

test('moves to the other zone by itself: its marks are no pod of its own', () => {
  expect(find(objects, 'HighAvailabilityApplication', 'signer-gateway')).toBeDefined();
});

test('is counted among what the machines must hold', () => {
  expect(signatory.resources.requests.memory).toBe(`${fixedResources.signatory.memoryGiB * 1024}Mi`);
});

test('another line of its configuration starts it anew; another order of the bakers does not', () => {
  const checksum = (bakery: typeof kms) =>
    find(manifestsOf(bakery), 'StatefulSet', 'signer-gateway').spec.template.metadata.annotations[
      'tezos-bakery/config-checksum'
    ];
  const second = {
    name: 'another',
    address: 'tz2Kk8Ej1zuULjpgv2HtnWxiPm4D1THvis1c',
    publicKey: 'sppk7ZNS9KaHKGQ5A32ZVQiqPCdhccZ7Eno6jTjUCrJS3zQyb3bGx91',
  };
  const both = (bakers: readonly object[]) =>
    changedExample('mainnet', [
      [['custody'], { kms: {} }],
      [['bakers'], bakers],
    ]);
  expect(checksum(both([key, second]))).toBe(checksum(both([second, key])));
  expect(checksum(withoutDal)).not.toBe(checksum(kms));
});

import { changedExample, exampleBakeries, find, manifestsOf } from '../kit/rendered';

const { mainnet, carthagenet } = exampleBakeries();
const old = manifestsOf(carthagenet);
const pod = find(old, 'StatefulSet', 'endorser').spec.template;

test('exists on chains whose baker does not endorse, and nowhere else', () => {
  const endorsing = (bakery: typeof mainnet) =>
    manifestsOf(bakery).filter(({ metadata }) => /endorser/.test(metadata.name));
  expect(endorsing(mainnet)).toEqual([]);
  expect(endorsing(carthagenet).map(({ kind }) => kind)).toEqual(
    expect.arrayContaining([
      'StatefulSet',
      'PersistentVolumeClaim',
      'ConfigMap',
      'PodDisruptionBudget',
      'NetworkPolicy',
    ]),
  );
});

test('two endorsers never run: one replica, replaced after it has ended', () => {
  expect(find(old, 'StatefulSet', 'endorser').spec).toMatchObject({
    replicas: 1,
    updateStrategy: { type: 'RollingUpdate' },
  });
  expect(find(old, 'PersistentVolumeClaim', 'endorser-base-dir').spec.accessModes).toEqual(['ReadWriteOncePod']);
});

test("dials the private node's full RPC, and asks the gateway for signatures", () => {
  const [endorser] = pod.spec.containers;
  expect(endorser.command.join(' ')).toMatch(
    /tezos-endorser-006-PsCARTHA --addr baker-rpc --port 8734 .* run example$/,
  );
  const wallet = JSON.parse(find(old, 'ConfigMap', 'endorser-wallet').data.secret_keys);
  expect(wallet.map(({ value }: any) => value)).toEqual([expect.stringMatching(/^http:\/\/signer-gateway:6732\/tz1/)]);
});

test('its wallet is copied beside its watermarks, which stay on a disk of their own', () => {
  const [init] = pod.spec.initContainers;
  const base = { name: 'endorser-base-dir', mountPath: '/var/tezos/endorser', subPath: 'base-dir' };
  expect(init.volumeMounts).toContainEqual(base);
  expect(pod.spec.containers[0].volumeMounts).toContainEqual(base);
  expect(pod.spec.containers[0].command).toContain(base.mountPath);
});

test('is not disturbed in passing: no drain, no consolidation, time to end', () => {
  expect(find(old, 'PodDisruptionBudget', 'endorser').spec.maxUnavailable).toBe(0);
  expect(pod.metadata.annotations['cluster-autoscaler.kubernetes.io/safe-to-evict']).toBe('false');
  expect(pod.spec.terminationGracePeriodSeconds).toBe(300);
});

test('another key rolls the pod', () => {
  const other = changedExample('carthagenet', [[['bakers', 0, 'name'], 'other']]);
  const annotations = find(manifestsOf(other), 'StatefulSet', 'endorser').spec.template.metadata.annotations;
  expect(annotations['tezos-bakery/config-checksum']).not.toBe(
    pod.metadata.annotations['tezos-bakery/config-checksum'],
  );
});

test('moves to the other zone by itself only where no key is in the cluster', () => {
  expect(find(old, 'HighAvailabilityApplication', 'endorser').apiVersion).toBe('ha.gke.io/v1');
  const hot = manifestsOf(changedExample('carthagenet', [[['custody'], { hot: { secret: 'signing-keys' } }]]));
  const moving = hot.filter(({ kind }) => kind === 'HighAvailabilityApplication');
  expect(moving.filter(({ metadata }) => metadata.namespace === 'carthagenet-baking')).toEqual([]);
});

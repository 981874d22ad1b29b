import { claimsOf } from '../../model/claims';
import { changedExample, exampleBakeries, find, manifestsOf } from '../kit/rendered';

const { mainnet, bakingnet } = exampleBakeries();

test('no pod that is less than restricted gets into a namespace of the bakery, whatever the cluster is upgraded to', () => {
  for (const role of ['baking', 'payouts', 'monitoring']) {
    const { labels } = find(manifestsOf(mainnet), 'Namespace', `mainnet-${role}`).metadata;
    expect(labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/audit': 'restricted',
      'pod-security.kubernetes.io/warn': 'restricted',
    });
    expect(labels['pod-security.kubernetes.io/enforce-version']).toMatch(/^v1\.\d+$/);
  }
});

test('a regional disk exists in the two zones of the cluster, and is taken by force from a lost node', () => {
  expect(find(manifestsOf(mainnet), 'StorageClass', 'mainnet-regional')).toMatchObject({
    provisioner: 'pd.csi.storage.gke.io',
    parameters: {
      'replication-type': 'regional-pd',
      'availability-class': 'regional-hard-failover',
      type: 'pd-balanced',
    },
    allowedTopologies: [{ matchLabelExpressions: [{ values: ['europe-west4-a', 'europe-west4-b'] }] }],
  });
});

test('a bakery in one zone has no regional disks', () => {
  const names = manifestsOf(bakingnet).filter(({ kind }) => kind === 'StorageClass');
  expect(names.map(({ metadata }) => metadata.name)).toEqual(['bakingnet-zonal']);
  expect(JSON.stringify(names)).not.toContain('regional');
});

test("disks carry the bakery's name, and no label that the bakery file could change: a storage class never changes", () => {
  const labelled = manifestsOf(changedExample('mainnet', [[['google', 'labels'], { team: 'ops' }]]));
  expect(labelled).toEqual(manifestsOf(mainnet));
  for (const reach of ['regional', 'zonal']) {
    const { labels } = find(labelled, 'StorageClass', `mainnet-${reach}`).parameters;
    expect(labels).toBe('bakery=mainnet,managed-by=tezos-bakery');
  }
});

test.each(Object.entries(exampleBakeries()))(
  '%s: GitOps tools prune no claim, and no namespace either',
  (_, bakery) => {
    const guarded = manifestsOf(bakery).filter(({ metadata }) => {
      const { annotations = {} } = metadata;
      return (
        annotations['argocd.argoproj.io/sync-options'] === 'Prune=false,Delete=false' &&
        annotations['kustomize.toolkit.fluxcd.io/prune'] === 'disabled'
      );
    });
    const claims = claimsOf(bakery).map(({ name }) => name);
    const namespaces = ['baking', 'payouts', 'monitoring'].map((role) => `${bakery.name}-${role}`);
    expect(guarded.map(({ metadata }) => metadata.name).sort()).toEqual([...claims, ...namespaces].sort());
  },
);

test('disks outlive their claims, grow, and are made where the pod runs', () => {
  for (const reach of ['regional', 'zonal']) {
    expect(find(manifestsOf(mainnet), 'StorageClass', `mainnet-${reach}`)).toMatchObject({
      reclaimPolicy: 'Retain',
      allowVolumeExpansion: true,
      volumeBindingMode: 'WaitForFirstConsumer',
    });
  }
});

test('the order of the zones in the file does not change a storage class, which nobody could apply', () => {
  const swapped = changedExample('mainnet', [
    [
      ['cluster', 'regional', 'zones'],
      ['europe-west4-b', 'europe-west4-a'],
    ],
  ]);
  for (const name of ['mainnet-regional', 'mainnet-zonal']) {
    const [before, after] = [mainnet, swapped].map((bakery) => find(manifestsOf(bakery), 'StorageClass', name));
    expect(after).toEqual(before);
  }
});

test('the disk type of the file is that of every class', () => {
  const ssd = manifestsOf(changedExample('mainnet', [[['storage', 'type'], 'pd-ssd']]));
  for (const reach of ['regional', 'zonal']) {
    expect(find(ssd, 'StorageClass', `mainnet-${reach}`).parameters.type).toBe('pd-ssd');
  }
});

test('what bakes goes before sentries, these before what only assists, and that before what can wait', () => {
  const manifests = manifestsOf(mainnet);
  const classes = ['baking', 'sentries', 'assisting', 'auxiliary'].map((name) =>
    find(manifests, 'PriorityClass', `mainnet-${name}`),
  );
  const values = classes.map(({ value }) => value);
  expect(values).toEqual([...values].sort((a, b) => b - a));
  expect(new Set(values).size).toBe(4);
  expect(values[0]).toBeLessThan(1_000_000_000); // the rest belongs to Kubernetes
  expect(classes.every(({ globalDefault }) => !globalDefault)).toBe(true);
  expect(manifests.filter(({ kind }) => kind === 'PriorityClass')).toHaveLength(4);
  // What can wait pushes nobody out.
  expect(classes.map(({ preemptionPolicy }) => preemptionPolicy)).toEqual([undefined, undefined, undefined, 'Never']);
});

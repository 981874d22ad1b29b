import { parse } from 'yaml';
import { isDialled } from '../../model/flows';
import type { Edit } from '../../model/rules/rule';
import { changedExample, exampleBakeries, find, manifestsOf } from '../kit/rendered';

const { mainnet, bakingnet, carthagenet } = exampleBakeries();

const configOf = (bakery: typeof mainnet) =>
  parse(find(manifestsOf(bakery), 'ConfigMap', 'prometheus-config').data['prometheus.yaml']);
const podOf = (bakery: typeof mainnet, name: string) =>
  find(manifestsOf(bakery), 'StatefulSet', name).spec.template.spec;

/** Where Prometheus looks: `<instance>: <address><path>`. */
function targetsOf(bakery: typeof mainnet): string[] {
  const statics = configOf(bakery).scrape_configs.flatMap(({ static_configs = [] }: any) => static_configs);
  return statics.map(
    ({ targets, labels }: any) => `${labels.instance}: ${targets}${labels.__metrics_path__ ?? '/metrics'}`,
  );
}

test('every port with metrics is scraped by the name of its Service, and the homes behind the guard', () => {
  expect(targetsOf(mainnet).sort()).toEqual([
    'alertmanager: alertmanager:9093/metrics',
    'attic: signer-gateway.mainnet-baking:6733/signers/attic/metrics',
    'baker: baker.mainnet-baking:9932/metrics',
    'cellar: signer-gateway.mainnet-baking:6733/signers/cellar/metrics',
    'chain-exporter: chain-exporter.mainnet-monitoring:9114/metrics',
    'dal-node: dal-node.mainnet-baking:11733/metrics',
    'kube-state-metrics: kube-state-metrics.mainnet-monitoring:8080/metrics',
    'prometheus: localhost:9090/metrics',
    'sentry-a: sentry-a.mainnet-baking:9932/metrics',
    'sentry-b: sentry-b.mainnet-baking:9932/metrics',
    'signer-gateway: signer-gateway.mainnet-baking:6733/metrics',
  ]);
});

test('octez-signer and Octez 7.5, which have none, are not missed', () => {
  expect(targetsOf(bakingnet).filter((line) => line.includes('signer-gateway'))).toEqual([]);
  expect(targetsOf(carthagenet).filter((line) => /baker:|sentry/.test(line))).toEqual([]);
});

test('every Service that is scraped exists, with that port', () => {
  for (const bakery of [mainnet, bakingnet, carthagenet]) {
    const offered = manifestsOf(bakery)
      .filter(({ kind }) => kind === 'Service')
      .flatMap(({ metadata, spec }: any) =>
        spec.ports.map((port: any) => `${metadata.name}.${metadata.namespace}:${port.port}`),
      );
    const scraped = targetsOf(bakery).map((line) => line.split(' ')[1].split('/')[0]);
    const others = scraped.filter((address) => address.includes('.'));
    expect(offered).toEqual(expect.arrayContaining(others));
    expect(others.length).toBeGreaterThan(1);
  }
});

test('nobody who is scraped can pass for another: labels of ours win', () => {
  expect(JSON.stringify(configOf(mainnet))).not.toContain('honor_labels');
  expect(JSON.stringify(configOf(carthagenet))).not.toContain('honor_labels');
});

test('a home has 20 seconds, since it comes over a mobile network', () => {
  const statics = configOf(mainnet).scrape_configs.flatMap(({ static_configs = [] }: any) => static_configs);
  const [attic] = statics.filter(({ labels }: any) => labels.instance === 'attic');
  expect(attic.labels).toMatchObject({ __scrape_timeout__: '20s', __scrape_interval__: '30s' });
});

test('a series about a key says whose it is, whatever the order of the bakers', () => {
  const consensus = {
    address: 'tz2Kk8Ej1zuULjpgv2HtnWxiPm4D1THvis1c',
    publicKey: 'sppk7ZNS9KaHKGQ5A32ZVQiqPCdhccZ7Eno6jTjUCrJS3zQyb3bGx91',
  };
  const edit: Edit = [[['bakers', 0, 'consensusKey'], consensus]];
  const gateway = (bakery: typeof mainnet) =>
    configOf(bakery).scrape_configs.find(({ job_name }: any) => job_name === 'signer-gateway');
  expect(gateway(changedExample('mainnet', edit)).metric_relabel_configs).toEqual([
    {
      source_labels: ['key', 'address'],
      separator: '',
      regex: consensus.address,
      target_label: 'delegate_name',
      replacement: 'example',
    },
  ]);
});

test('what the DAL node tells of a delegate says whose it is', () => {
  const job = configOf(mainnet).scrape_configs.find(({ job_name }: any) => job_name === 'dal-node');
  expect(job.metric_relabel_configs).toEqual([
    {
      source_labels: ['attester'],
      separator: '',
      regex: mainnet.settings.bakers[0].address,
      target_label: 'delegate_name',
      replacement: 'example',
    },
  ]);
});

test('the kubelets alone are discovered, of our own pools, and of them the disks of our own namespaces are kept', () => {
  const discovered = configOf(mainnet).scrape_configs.filter(({ kubernetes_sd_configs }: any) => kubernetes_sd_configs);
  expect(discovered).toHaveLength(1);
  const [{ kubernetes_sd_configs, metric_relabel_configs }] = discovered;
  expect(kubernetes_sd_configs[0].selectors[0].label).toBe('tezos-bakery/pool in (mainnet-baking,mainnet-auxiliary)');
  const kept = metric_relabel_configs.filter(({ action }: any) => action === 'keep').map(({ regex }: any) => regex);
  expect(kept).toEqual([
    'kubelet_volume_stats_(available_bytes|capacity_bytes)',
    'mainnet-baking|mainnet-payouts|mainnet-monitoring',
  ]);
});

test('Prometheus may list nodes and read their metrics; kube-state-metrics may read five kinds, in our namespaces', () => {
  const roles = manifestsOf(mainnet).filter(({ kind }) => ['Role', 'ClusterRole'].includes(kind)) as any[];
  const rights = roles.map(({ metadata, rules }) => [
    `${metadata.namespace ?? 'cluster'}/${metadata.name}`,
    rules.flatMap(({ resources, verbs }: any) => resources.map((each: string) => `${each}: ${verbs.join(' ')}`)).sort(),
  ]);
  const watched = ['cronjobs', 'jobs', 'persistentvolumeclaims', 'pods', 'statefulsets'].map(
    (each) => `${each}: list watch`,
  );
  expect(Object.fromEntries(rights)).toEqual({
    'cluster/mainnet-prometheus': ['nodes/metrics: get', 'nodes: get list watch'],
    'mainnet-baking/kube-state-metrics': watched,
    'mainnet-payouts/kube-state-metrics': watched,
    'mainnet-monitoring/kube-state-metrics': watched,
  });
  const { command } = podOf(mainnet, 'kube-state-metrics').containers[0];
  expect(command).toContain('--namespaces=mainnet-baking,mainnet-payouts,mainnet-monitoring');
  expect(command).toContain(`--resources=cronjobs,jobs,persistentvolumeclaims,pods,statefulsets`);
});

test('a receiver whose secret is missing keeps nobody else from being told: the Secret is mounted whole', () => {
  const { volumes } = podOf(mainnet, 'alertmanager');
  expect(volumes.find(({ secret }: any) => secret).secret).toEqual({
    secretName: 'alertmanager-receivers',
    defaultMode: 0o440,
  });
  expect(podOf(bakingnet, 'alertmanager').volumes.filter(({ secret }: any) => secret)).toEqual([]);
});

test('Prometheus and Alertmanager follow their disks to the other zone by themselves, whatever the custody', () => {
  const moving = (edits: Edit = []) =>
    manifestsOf(changedExample('mainnet', edits))
      .filter(({ kind }) => kind === 'HighAvailabilityApplication')
      .map(({ metadata }) => metadata.name);
  const watching = ['prometheus', 'alertmanager', 'kube-state-metrics', 'chain-exporter'];
  expect(moving()).toEqual(expect.arrayContaining(watching));
  expect(moving([[['custody'], { hot: { secret: 'keys' } }]])).toEqual(watching);
});

describe('the chain-exporter', () => {
  const config = (bakery: typeof mainnet) =>
    JSON.parse(find(manifestsOf(bakery), 'ConfigMap', 'chain-exporter-config').data['chain-exporter.json']);

  test('asks the sentries, and the private node where there are none', () => {
    expect(config(mainnet).sources.map(({ url }: any) => url)).toEqual([
      'http://sentry-a.mainnet-baking:8735',
      'http://sentry-b.mainnet-baking:8735',
    ]);
    expect(config(bakingnet).sources.map(({ url }: any) => url)).toEqual(['http://baker-rpc.bakingnet-baking:8735']);
    expect(isDialled(bakingnet, 'baker', 'rpc-follow')).toBe(true);
  });

  test('tells of the nodes themselves where their release has no metrics', () => {
    expect(config(mainnet).nodes).toEqual([]);
    expect(config(carthagenet).nodes.map(({ name }: any) => name)).toEqual(['baker', 'sentry-a', 'sentry-b']);
  });

  test('knows which protocols our release bakes', () => {
    expect(config(mainnet).bakedProtocols.length).toBeGreaterThan(0);
    expect(config(mainnet).chain).toMatchObject({ rank: 'round' });
    expect(config(carthagenet).chain).toMatchObject({ rank: 'priority' });
  });

  test('runs where an operator watches, too', () => {
    const operated = changedExample('mainnet', [[['monitoring'], { operator: { namespace: 'monitoring' } }]]);
    expect(podOf(operated, 'chain-exporter').containers).toHaveLength(1);
    const names = manifestsOf(operated).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(names.filter((name) => /prometheus|alertmanager|kube-state/.test(name))).toEqual([]);
  });
});

describe('a heartbeat in a bucket', () => {
  const beating = changedExample('mainnet', [[['monitoring', 'own', 'heartbeat'], 'bucket']]);

  test("is written as a service account of Google's that its pod alone acts as, without any key", () => {
    const objects = manifestsOf(beating);
    const account = find(objects, 'ServiceAccount', 'heartbeat');
    expect(account.metadata.annotations).toMatchObject({
      'iam.gke.io/gcp-service-account': 'mainnet-heartbeat@example-bakery.iam.gserviceaccount.com',
    });
    const { serviceAccountName, automountServiceAccountToken, volumes } = podOf(beating, 'heartbeat');
    expect({ serviceAccountName, automountServiceAccountToken }).toEqual({
      serviceAccountName: 'heartbeat',
      automountServiceAccountToken: false,
    });
    expect(volumes.filter(({ secret }: any) => secret)).toEqual([]);
  });

  test('asks Alertmanager for the alert of its bakery, and writes into the bucket that the stack makes', () => {
    const { data } = find(manifestsOf(beating), 'ConfigMap', 'heartbeat-config');
    expect(JSON.parse(data['heartbeat.json'])).toMatchObject({
      bakery: 'mainnet',
      alertmanager: 'http://alertmanager:9093',
      bucket: 'mainnet-heartbeat-example-bakery',
    });
  });

  test('needs no file of the Secret, and Alertmanager calls nobody for it', () => {
    const { data } = find(manifestsOf(beating), 'ConfigMap', 'alertmanager-config');
    expect(data['alertmanager.yaml']).not.toContain('heartbeat.url');
    expect(targetsOf(beating)).toContain('heartbeat: heartbeat.mainnet-monitoring:9115/metrics');
  });
});

describe('for an operator that runs in the cluster already', () => {
  const labels = { release: 'kube-prometheus-stack' };
  const operated = changedExample('mainnet', [[['monitoring'], { operator: { namespace: 'monitoring', labels } }]]);
  const objects = manifestsOf(operated) as any[];

  test('the rules are those that our own Prometheus would have, but for what it would say of itself', () => {
    const { spec, metadata } = find(objects, 'PrometheusRule', 'alerts');
    expect(metadata.labels).toMatchObject(labels);
    const own = parse(find(manifestsOf(mainnet), 'ConfigMap', 'prometheus-config').data['rules.yaml']);
    expect(spec.groups).toEqual(own.groups.filter(({ name }: any) => name !== 'mainnet-prometheus'));
  });

  test('each target of our own is one of its monitors, with the labels that the rules ask for', () => {
    const monitors = objects.filter(({ kind }) => kind === 'ServiceMonitor');
    const paths = monitors.flatMap(({ metadata, spec }) =>
      spec.endpoints.map(({ path, scrapeTimeout }: any) => `${metadata.name} ${path} ${scrapeTimeout}`),
    );
    expect(paths.sort()).toEqual([
      'baker /metrics 10s',
      'chain-exporter /metrics 10s',
      'dal-node /metrics 10s',
      'sentry /metrics 10s',
      'signer-gateway /metrics 10s',
      'signer-gateway /signers/attic/metrics 20s',
      'signer-gateway /signers/cellar/metrics 20s',
    ]);
    for (const { spec, metadata } of monitors) {
      for (const { port, relabelings } of spec.endpoints) {
        expect(port).toBe('metrics');
        expect(relabelings.map(({ targetLabel }: any) => targetLabel)).toEqual(['bakery', 'component', 'instance']);
      }
      const services = objects.filter(
        ({ kind, metadata: each, spec: { ports = [] } = {} as any }) =>
          kind === 'Service' &&
          spec.namespaceSelector.matchNames.includes(each.namespace) &&
          each.labels['app.kubernetes.io/name'] === metadata.name &&
          ports.some(({ name }: any) => name === 'metrics'),
      );
      expect([metadata.name, services.length > 0]).toEqual([metadata.name, true]);
    }
  });
});

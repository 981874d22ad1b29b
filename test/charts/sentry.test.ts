import { spawnSync } from 'node:child_process';
import type { Manifest } from '../../charts/objects/kube-object';
import { OctezScriptsChart } from '../../charts/octez-scripts/octez-scripts.chart';
import { SentryChart } from '../../charts/sentry/sentry.chart';
import type { Bakery } from '../../model/bakery';
import type { Edit } from '../../model/rules/rule';
import { importTold } from '../kit/import-told';
import { changedExample, find, manifestsOf, objectsOf } from '../kit/rendered';

type Named = { name: string };

const objects = (bakery: Bakery): Manifest[] =>
  objectsOf((app) => [new SentryChart(app, bakery), new OctezScriptsChart(app, bakery)]);
const mainnet = (edits: Edit = []) => objects(changedExample('mainnet', edits));
const carthagenet = objects(changedExample('carthagenet'));

const podOf = (manifests: Manifest[], name: string) => find(manifests, 'StatefulSet', name).spec.template.spec;
const nodeOf = (manifests: Manifest[], name = 'sentry-a') => podOf(manifests, name).containers[0];
const environmentOf = (manifests: Manifest[], name = 'sentry-a') => importTold(manifests, name);
const portNames = (service: { spec: { ports: Named[] } }) => service.spec.ports.map(({ name }: Named) => name);

test('each sentry stays in the zone of its disk, and the zones take turns', () => {
  const zones = ['sentry-a', 'sentry-b'].map(
    (name) => podOf(mainnet(), name).nodeSelector['topology.kubernetes.io/zone'],
  );
  expect(zones).toEqual(['europe-west4-a', 'europe-west4-b']);
  expect(find(mainnet(), 'PersistentVolumeClaim', 'sentry-a-node-data').spec.storageClassName).toBe('mainnet-zonal');
});

test('a bigger disk is one line, and the StatefulSet does not change', () => {
  const bigger = mainnet([[['sentries', 0, 'diskGiB'], 300]]);
  expect(find(bigger, 'PersistentVolumeClaim', 'sentry-a-node-data').spec.resources.requests.storage).toBe('300Gi');
  expect(find(bigger, 'StatefulSet', 'sentry-a')).toEqual(find(mainnet(), 'StatefulSet', 'sentry-a'));
});

test('sentries run on the baking pool and before other pods', () => {
  const pod = podOf(mainnet(), 'sentry-a');
  expect(pod.nodeSelector['tezos-bakery/pool']).toBe('mainnet-baking');
  expect(pod.tolerations).toEqual([expect.objectContaining({ value: 'mainnet-baking', effect: 'NoSchedule' })]);
  expect(pod.priorityClassName).toBe('mainnet-sentries');
});

test('P2P reaches a sentry that is not synced, and no Service offers what nobody may dial', () => {
  expect(find(mainnet(), 'Service', 'sentry-a').spec.publishNotReadyAddresses).toBe(true);
  expect(portNames(find(mainnet(), 'Service', 'sentry-a'))).toEqual(['p2p', 'rpc-follow', 'metrics']);
  const services = mainnet([[['custody'], 'kms']]).filter(({ kind }) => kind === 'Service');
  expect(services.map(({ metadata }) => metadata.name)).not.toContain('sentry-rpc');
});

test('a sentry is ready when its node says synced; otherwise the event of its pod says what the node answers', () => {
  const [shell, flag, script] = nodeOf(mainnet()).readinessProbe.exec.command;
  const probe = (answer: string) => spawnSync(shell, [flag, `wget() { ${answer}; }; ${script}`], { encoding: 'utf8' });
  const states = ['synced', 'unsynced', 'stuck'].map((state) => `{"bootstrapped":true,"sync_state":"${state}"}`);
  const answers = states.map((text) => probe(`echo '${text}'`));
  expect(answers.map(({ status }) => status)).toEqual([0, 1, 1]);
  expect(answers.map(({ stdout }) => stdout.trim())).toEqual(states);
  const silent = probe("echo 'wget: connection refused' >&2; return 1");
  expect([silent.status, silent.stdout.trim()]).toEqual([1, 'wget: connection refused']);
});

test('a halted chain restarts no node: only silence of the RPC for 3 minutes does', () => {
  for (const node of [nodeOf(mainnet()), nodeOf(carthagenet)]) {
    const { livenessProbe: live, startupProbe: start } = node;
    expect(live.httpGet.path).not.toMatch(/head|bootstrapped/);
    expect(live.periodSeconds * live.failureThreshold).toBe(180);
    expect(start.periodSeconds * start.failureThreshold).toBeGreaterThanOrEqual(7200);
  }
});

test('the outside sees the RPC that the release restricts, never all of it', () => {
  const { command } = nodeOf(mainnet());
  expect(command.filter((_: string, i: number) => command[i - 1] === '--rpc-addr')).toEqual([
    '127.0.0.1:8732',
    '0.0.0.0:8733',
    '0.0.0.0:8735', // what a DAL node asks: an access list of its own
  ]);
  expect(command).not.toContain('--allow-all-rpc');
});

describe('load balancer', () => {
  const balancers = (manifests: Manifest[]) =>
    manifests.filter(({ kind, spec }) => kind === 'Service' && (spec as { type?: string }).type === 'LoadBalancer');

  test('only a sentry that asks for it is published', () => {
    expect(balancers(mainnet()).map(({ metadata }) => metadata.name)).toEqual(['sentry-a-p2p']);
    expect(balancers(carthagenet)).toEqual([]);
  });

  test('it takes the reserved address, lets in the listed peers alone, keeps their addresses and shows P2P alone', () => {
    const [{ metadata, spec }] = balancers(mainnet()) as any[];
    expect(metadata.annotations['networking.gke.io/load-balancer-ip-addresses']).toBe('mainnet-sentry-a-p2p');
    expect(spec.loadBalancerClass).toBe('networking.gke.io/l4-regional-external');
    expect(metadata.annotations).not.toHaveProperty('cloud.google.com/l4-rbs'); // a wish that can come too late
    expect(spec.loadBalancerSourceRanges).toEqual(['198.51.100.0/24']);
    expect(spec.externalTrafficPolicy).toBe('Local');
    expect(portNames({ spec })).toEqual(['p2p']);
  });
});

test('a drain takes one sentry at a time, and a broken sentry does not stop it', () => {
  const { spec } = find(mainnet(), 'PodDisruptionBudget', 'sentry');
  expect(spec).toMatchObject({ maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' });
});

test('what Octez 7.5 lacks is absent: metrics, access lists, the newer probes and flags', () => {
  expect(portNames(find(carthagenet, 'Service', 'sentry-a'))).toEqual(['p2p', 'rpc-follow']);
  const node = nodeOf(carthagenet);
  expect(node.ports.map(({ name }: Named) => name)).toEqual(['p2p', 'rpc', 'rpc-follow']);
  expect(JSON.stringify(carthagenet)).not.toContain('rpc-access');
  expect(node.command).not.toContain('--metrics-addr');
  expect(node.readinessProbe).toMatchObject({ httpGet: { path: '/chains/main/chain_id', port: 'rpc' } });
});

describe('before the node starts', () => {
  const steps = (manifests: Manifest[]) => podOf(manifests, 'sentry-a').initContainers.map(({ name }: Named) => name);

  test('it gets its state, then its identity where `run` makes none, then the format of this release', () => {
    expect(steps(mainnet())).toEqual(['import', 'upgrade-storage', 'configure']);
    expect(steps(carthagenet)).toEqual(['import', 'identity', 'upgrade-storage', 'configure']);
  });

  test('the import is told the network, the history mode of the node, providers and public nodes in their order', () => {
    const environment = environmentOf(mainnet());
    expect(environment).toMatchObject({ NETWORK: 'mainnet', HISTORY_MODE: 'rolling:6', HAS_SNAPSHOT_INFO: 'yes' });
    expect(environment.PROVIDERS).toBe('https://snapshots.tzinit.org/mainnet/rolling tzinit\n');
    expect(environment.PUBLIC_RPCS).toMatch(/^https:\/\/rpc\.tzbeta\.net Tezos Foundation$/m);
    expect(environmentOf(mainnet([[['sentries', 0, 'historyMode'], 'full']])).PROVIDERS).toContain('/mainnet/full ');
  });

  test('it is told what the chain is called, and how long a download may take: 1 MiB/s at least', () => {
    expect(environmentOf(mainnet())).toMatchObject({ CHAIN_NAME: 'TEZOS_MAINNET', DOWNLOAD_SECONDS: '10240' });
    const full = mainnet([
      [['sentries', 0, 'historyMode'], 'full'],
      [['sentries', 0, 'diskGiB'], 900],
    ]);
    expect(environmentOf(full).DOWNLOAD_SECONDS).toBe('153600');
    expect(environmentOf(carthagenet).DOWNLOAD_SECONDS).toBeUndefined(); // nothing to download
  });

  test('the command has the cycles of the import, and the flag that a store with other cycles needs', () => {
    const words = (cycles: number) =>
      [[['sentries', 0, 'historyMode'], { rolling: { additionalCycles: cycles } }]] as Edit;
    for (const cycles of [0, 1, 20]) {
      const manifests = mainnet(words(cycles));
      const { command } = nodeOf(manifests);
      expect(command[command.indexOf('--history-mode') + 1]).toBe(`rolling:${cycles}`);
      expect(command).toContain('--force-history-mode-switch');
      expect(environmentOf(manifests).HISTORY_MODE).toBe(`rolling:${cycles}`);
    }
    expect(nodeOf(carthagenet).command).not.toContain('--force-history-mode-switch');
  });

  test('an archive node imports nothing: a snapshot holds no old states', () => {
    expect(environmentOf(mainnet([[['sentries', 0, 'historyMode'], 'archive']])).PROVIDERS).toBeUndefined();
  });

  test('settings of the bakery file reach the import: pinned block, own providers, none, reimport', () => {
    const hash = 'BLockGenesisGenesisGenesisGenesisGenesisf79b5d1CoW2';
    expect(environmentOf(mainnet([[['bringUp', 'block'], { hash }]])).BLOCK).toBe(hash);
    const own = [{ operator: 'Me', url: 'https://snapshots.example/{mode}' }];
    expect(environmentOf(mainnet([[['bringUp', 'snapshots'], own]])).PROVIDERS).toBe(
      'https://snapshots.example/rolling Me\n',
    );
    expect(environmentOf(mainnet([[['bringUp', 'snapshots'], []]])).PROVIDERS).toBeUndefined();
    const environments = mainnet([[['sentries', 1, 'reimport'], 'july']]);
    expect(['sentry-a', 'sentry-b'].map((name) => environmentOf(environments, name).REIMPORT)).toEqual([
      undefined,
      'july',
    ]);
  });

  test('a network of its own is a file beside the scripts, and a change of it rolls no sentry, which would not read it', () => {
    const custom = (chain: string): Edit => [
      [
        ['network'],
        {
          custom: {
            name: 'mine',
            chainId: 'NetXdQprcVkpaWU',
            protocol: 'ushuaia',
            config: { inline: { chain_name: chain } },
            bootstrapPeers: ['boot.example'],
          },
        },
      ],
    ];
    const bakery = changedExample('mainnet', custom('MINE'));
    expect(environmentOf(objects(bakery)).NETWORK).toBe('/opt/tezos-bakery/network.json');
    const scripts = find(manifestsOf(bakery), 'ConfigMap', 'octez-scripts');
    expect(scripts.metadata.name).toBe(
      podOf(objects(bakery), 'sentry-a').volumes.find((each: { configMap?: Named }) => each.configMap).configMap.name,
    );
    expect(JSON.parse(scripts.data['network.json'])).toEqual({ chain_name: 'MINE' });
    const checksum = (bakery: Bakery) =>
      find(objects(bakery), 'StatefulSet', 'sentry-a').spec.template.metadata.annotations;
    expect(checksum(bakery)).toEqual(checksum(changedExample('mainnet', custom('OTHER'))));
  });
});

test('a bakery without sentries renders none of it', () => {
  const names = manifestsOf(changedExample('bakingnet')).map(({ metadata }) => metadata.name);
  expect(names.filter((name) => name.startsWith('sentry'))).toEqual([]);
});

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BakerChart } from '../../charts/baker/baker.chart';
import { walletFiles } from '../../charts/kit/octez/wallet';
import type { Manifest } from '../../charts/objects/kube-object';
import { OctezScriptsChart } from '../../charts/octez-scripts/octez-scripts.chart';
import type { Bakery } from '../../model/bakery';
import type { Edit } from '../../model/rules/rule';
import { importTold } from '../kit/import-told';
import { changedExample, find, manifestsOf, objectsOf } from '../kit/rendered';

type Named = { name: string };

const objects = (bakery: Bakery): Manifest[] =>
  objectsOf((app) => [new BakerChart(app, bakery), new OctezScriptsChart(app, bakery)]);
const example = (name: string, edits: Edit = []) => objects(changedExample(name, edits));
const mainnet = example('mainnet');
const bakingnet = example('bakingnet');
const carthagenet = example('carthagenet');

const setOf = (manifests: Manifest[]) => find(manifests, 'StatefulSet', 'baker').spec;
const podOf = (manifests: Manifest[]) => setOf(manifests).template.spec;
const containerOf = (manifests: Manifest[], name: string) =>
  podOf(manifests).containers.find((each: Named) => each.name === name);
const commandOf = (manifests: Manifest[], name = 'node'): string[] => containerOf(manifests, name).command;
const all = (command: string[], flag: string) => command.filter((_, i) => command[i - 1] === flag);
const portNames = (service: { spec: { ports: Named[] } }) => service.spec.ports.map(({ name }: Named) => name);

test('a baker never runs twice: one replica, claims that one pod can hold, no surge', () => {
  for (const manifests of [mainnet, bakingnet, carthagenet]) {
    expect(setOf(manifests)).toMatchObject({ replicas: 1, updateStrategy: { type: 'RollingUpdate' } });
    const claims = podOf(manifests).volumes.flatMap(
      (each: { persistentVolumeClaim?: { claimName: string } }) => each.persistentVolumeClaim?.claimName ?? [],
    );
    expect(claims.sort()).toEqual(['baker-base-dir', 'baker-node-data']);
    for (const name of claims) {
      expect(find(manifests, 'PersistentVolumeClaim', name).spec.accessModes).toEqual(['ReadWriteOncePod']);
    }
  }
});

describe('peers', () => {
  test('the private node peers with the sentries only', () => {
    const command = commandOf(mainnet);
    expect(all(command, '--peer')).toEqual(['sentry-a:9732', 'sentry-b:9732']);
    expect(command).toEqual(expect.arrayContaining(['--private-mode', '--no-bootstrap-peers']));
    expect(all(command, '--net-addr')).toEqual(['127.0.0.1:9732']); // nobody dials in
  });

  test('one sentry is enough to bake', () => {
    expect(all(commandOf(mainnet), '--synchronisation-threshold')).toEqual(['1']);
    expect(all(commandOf(carthagenet), '--bootstrap-threshold')).toEqual(['1']);
  });

  test('it imports no snapshot that is older than what the sentries keep, who keep a week', () => {
    const keptBy = (manifests: Manifest[]) => importTold(manifests, 'baker').KEPT_SECONDS;
    const sentry = (i: number, historyMode: unknown): Edit => [[['sentries', i, 'historyMode'], historyMode]];
    expect(keptBy(mainnet)).toBe(String(7 * 86_400));
    expect(keptBy(example('mainnet', sentry(1, { rolling: { additionalCycles: 2 } })))).toBe(String(3 * 86_400));
    expect(keptBy(example('mainnet', [...sentry(0, 'full'), ...sentry(1, 'archive')]))).toBeUndefined();
    expect(keptBy(bakingnet)).toBeUndefined(); // peers with the network
  });

  test('it does not start before their names can be looked up, which it does once', () => {
    const wait = podOf(mainnet).initContainers.find((each: Named) => each.name === 'find-peers');
    expect(wait.env).toEqual([{ name: 'PEERS', value: 'sentry-a sentry-b' }]);
    expect(all(commandOf(mainnet), '--peer').map((peer) => peer.split(':')[0])).toEqual(['sentry-a', 'sentry-b']);
    expect(podOf(bakingnet).initContainers.map(({ name }: Named) => name)).not.toContain('find-peers');
  });

  test('without sentries it peers with the network', () => {
    const command = commandOf(bakingnet);
    expect(all(command, '--peer')).toEqual(changedExample('bakingnet').network.bootstrapPeers);
    expect(command).not.toContain('--private-mode');
    expect(command).not.toContain('--no-bootstrap-peers');
    expect(all(command, '--synchronisation-threshold')).toEqual(['1']);
  });
});

describe('RPC', () => {
  test('all of it is open to the pod itself and, on a port of its own, to the daemons that watch the chain with it', () => {
    const command = commandOf(mainnet);
    expect(all(command, '--rpc-addr')).toEqual(['127.0.0.1:8732', '0.0.0.0:8733', '0.0.0.0:8734']);
    expect(all(command, '--allow-all-rpc')).toEqual(['0.0.0.0:8734']);
    const offered = (manifests: Manifest[]) => portNames(find(manifests, 'Service', 'baker-rpc'));
    expect(offered(bakingnet)).toEqual(['rpc-full', 'rpc-follow']); // no sentries: rights are counted from here
    expect(offered(mainnet)).toEqual(['rpc', 'rpc-full']); // the guard reads the head on the one with a list
    expect(offered(carthagenet)).toEqual(['rpc', 'rpc-full', 'rpc-follow']); // it tells nothing by itself
  });

  test('a baker that fails takes the node from nobody: who dials it waits by itself until it is synced', () => {
    for (const manifests of [mainnet, carthagenet])
      expect(find(manifests, 'Service', 'baker-rpc').spec.publishNotReadyAddresses).toBe(true);
  });

  test('metrics are served where the release has them, behind a Service that stays when the node is not synced', () => {
    expect(all(commandOf(mainnet), '--metrics-addr')).toEqual(['0.0.0.0:9932']);
    expect(commandOf(carthagenet)).not.toContain('--metrics-addr');
    const ports = containerOf(mainnet, 'node').ports.map(({ name }: Named) => name);
    expect(ports).toEqual(['rpc', 'rpc-full', 'metrics']); // the kubelet's probes dial the first one
    const services = mainnet.filter(({ kind }) => kind === 'Service').map(({ metadata }) => metadata.name);
    expect(services.sort()).toEqual(['baker', 'baker-rpc']);
    expect(find(mainnet, 'Service', 'baker').spec.publishNotReadyAddresses).toBe(true);
  });
});

describe('daemons', () => {
  test('the baker runs beside the node it follows, of the release of its own, and nothing else does', () => {
    const manifests = example('mainnet', [[['octez'], { node: '25.2', baker: '25.1' }]]);
    expect(podOf(manifests).containers.map(({ name }: Named) => name)).toEqual(['node', 'baker']);
    expect(['node', 'baker'].map((name) => containerOf(manifests, name).image.match(/:([^@]+)/)?.[1])).toEqual([
      'octez-v25.2',
      'octez-v25.1',
    ]);
    expect(all(commandOf(manifests, 'baker'), '--endpoint')).toEqual(['http://127.0.0.1:8732']);
  });

  test('kubectl shows the log of the baker unless another container is named', () => {
    const { annotations } = setOf(mainnet).template.metadata;
    expect(annotations['kubectl.kubernetes.io/default-container']).toBe('baker');
  });

  test('the baker reads the disk that the node writes', () => {
    const mount = (name: string) =>
      containerOf(mainnet, name).volumeMounts.find((each: Named) => each.name === 'baker-node-data');
    expect(mount('baker')).toEqual(mount('node'));
    expect(commandOf(mainnet, 'baker').join(' ')).toContain(`local node ${all(commandOf(mainnet), '--data-dir')[0]}`);
  });

  test('watermarks and nonces are on a disk that follows the baker', () => {
    const base = (name: string) =>
      containerOf(mainnet, name).volumeMounts.find((each: Named) => each.name === 'baker-base-dir');
    expect(base('baker').mountPath).toBe(all(commandOf(mainnet, 'baker'), '--base-dir')[0]);
    expect(find(mainnet, 'PersistentVolumeClaim', 'baker-base-dir').spec.storageClassName).toBe('mainnet-regional');
  });

  test('the baker dials the DAL node where there is one, and says so where there is none', () => {
    expect(all(commandOf(mainnet, 'baker'), '--dal-node')).toEqual(['http://dal-node:10732']);
    expect(commandOf(bakingnet, 'baker')).toContain('--without-dal');
  });

  test('a baker that waits for its node is not restarted for it', () => {
    expect(containerOf(mainnet, 'baker').livenessProbe).toBeUndefined();
    expect(commandOf(mainnet, 'baker')).toContain('--keep-alive');
  });
});

describe('keys', () => {
  const own = { address: 'tz4EECtMxAuJ9UDLaiMZH7G1GCFYUWsj8HZn', publicKey: 'BLpk1' };
  const [consensusKey, companionKey] = [
    { ...own, address: 'tz4consensus' },
    { ...own, address: 'tz4companion' },
  ];
  const withKeys = (keys: object) => changedExample('mainnet', [[['bakers', 0], { name: 'alice', ...own, ...keys }]]);
  const wallet = (bakery: Bakery) =>
    Object.fromEntries(Object.entries(walletFiles(bakery)).map(([name, text]) => [name, JSON.parse(text)]));

  test('a key signs through the gateway, whatever the custody', () => {
    for (const name of ['mainnet', 'bakingnet', 'carthagenet']) {
      const [{ value }] = wallet(changedExample(name)).secret_keys;
      expect(value).toBe(`http://signer-gateway:6732/${changedExample(name).settings.bakers[0].address}`);
    }
  });

  test('with a consensus key, the key of the delegate signs nothing', () => {
    const bakery = withKeys({ consensusKey, companionKey });
    expect(wallet(bakery)).toEqual({
      public_key_hashs: [
        { name: 'alice', value: own.address },
        { name: 'alice-consensus', value: 'tz4consensus' },
        { name: 'alice-companion', value: 'tz4companion' },
      ],
      public_keys: ['alice', 'alice-consensus', 'alice-companion'].map((name) => ({
        name,
        value: 'unencrypted:BLpk1',
      })),
      secret_keys: [
        { name: 'alice-consensus', value: 'http://signer-gateway:6732/tz4consensus' },
        { name: 'alice-companion', value: 'http://signer-gateway:6732/tz4companion' },
      ],
    });
    expect(commandOf(objects(bakery), 'baker')).toEqual(expect.arrayContaining(['alice-consensus', 'alice-companion']));
    expect(commandOf(objects(bakery), 'baker')).not.toContain('alice');
  });

  test('another key rolls the pod', () => {
    const checksum = (bakery: Bakery) =>
      setOf(objects(bakery)).template.metadata.annotations['tezos-bakery/config-checksum'];
    expect(checksum(withKeys({ consensusKey }))).not.toBe(checksum(withKeys({})));
  });

  test('the wallet comes last before the start, from a ConfigMap that exists', () => {
    const { initContainers } = podOf(mainnet);
    expect(initContainers.map(({ name }: Named) => name)).toEqual([
      'import',
      'upgrade-storage',
      'configure',
      'find-peers',
      'wallet',
    ]);
    const { data } = find(mainnet, 'ConfigMap', 'baker-wallet');
    expect(Object.keys(data).sort()).toEqual(['public_key_hashs', 'public_keys', 'secret_keys']);
    const scripts = find(manifestsOf(changedExample('mainnet')), 'ConfigMap', 'octez-scripts');
    for (const { command } of [initContainers[0], ...initContainers.slice(2)]) {
      expect(Object.keys(scripts.data)).toContain(command[1].split('/').pop());
    }
  });

  test('the copy replaces the wallet and touches nothing else', () => {
    const folder = mkdtempSync(join(tmpdir(), 'wallet-'));
    const [source, base] = ['wallet', 'base'].map((name) => join(folder, name));
    for (const path of [source, base]) mkdirSync(path);
    for (const [name, text] of Object.entries(walletFiles(changedExample('mainnet'))))
      writeFileSync(join(source, name), text);
    const watermarks = 'NetXdQprcVkpa_highwatermarks';
    writeFileSync(join(base, watermarks), '{"blocks":[]}');
    writeFileSync(join(base, 'secret_keys'), '[]');
    const { data } = find(manifestsOf(changedExample('mainnet')), 'ConfigMap', 'octez-scripts');
    const env = { PATH: process.env.PATH, WALLET: source, BASE_DIR: base };
    const { status, stderr } = spawnSync('/bin/sh', ['-c', data['copy-wallet.sh']], { env, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    const files = Object.fromEntries(readdirSync(base).map((name) => [name, readFileSync(join(base, name), 'utf8')]));
    expect(files).toEqual({ ...walletFiles(changedExample('mainnet')), [watermarks]: '{"blocks":[]}' });
    rmSync(folder, { recursive: true });
  });
});

describe('eviction and lost zones', () => {
  test('nobody drains the baker in passing', () => {
    expect(find(mainnet, 'PodDisruptionBudget', 'baker').spec.maxUnavailable).toBe(0);
    const { annotations } = setOf(mainnet).template.metadata;
    expect(annotations['cluster-autoscaler.kubernetes.io/safe-to-evict']).toBe('false');
    expect(podOf(mainnet)).toMatchObject({ priorityClassName: 'mainnet-baking', terminationGracePeriodSeconds: 300 });
  });

  test('the pod may run in any zone that its disks reach', () => {
    expect(podOf(mainnet).nodeSelector).toEqual({ 'tezos-bakery/pool': 'mainnet-baking' });
    expect(find(mainnet, 'PersistentVolumeClaim', 'baker-node-data').spec.storageClassName).toBe('mainnet-regional');
    expect(find(bakingnet, 'PersistentVolumeClaim', 'baker-node-data').spec.storageClassName).toBe('bakingnet-zonal');
  });

  test('it follows its disks out of a lost zone by itself, unless its key is hot', () => {
    const movers = (manifests: Manifest[]) => manifests.filter(({ kind }) => kind === 'HighAvailabilityApplication');
    const [mover] = movers(mainnet);
    expect(mover.metadata).toMatchObject({ name: 'baker', namespace: 'mainnet-baking' }); // how it finds the StatefulSet
    expect(movers(bakingnet)).toEqual([]); // one zone
    expect(movers(example('mainnet', [[['custody'], { hot: { secret: 'keys' } }]]))).toEqual([]);
  });
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../../charts/objects/kube-object';
import type { Edit } from '../../model/rules/rule';
import type { GuardConfig } from '../../programs/guard/guard.contract';
import { startGuard } from '../../programs/guard/start-guard';
import { ask } from '../../programs/runtime/ask-http';
import { changedExample, find, manifestsOf } from '../kit/rendered';
import { GUARD_PEM } from '../programs/home';
import { afterwards, temporaryFolder } from '../programs/temporary';

const objects = (name: string, edits: Edit = []) => manifestsOf(changedExample(name, edits));
const mainnet = objects('mainnet');
const setOf = (manifests: readonly Manifest[]) => find(manifests, 'StatefulSet', 'signer-gateway');
const podOf = (manifests: readonly Manifest[]) => setOf(manifests).spec.template.spec;
const container = (name: string) => podOf(mainnet).containers.find((each: any) => each.name === name);
const mountsOf = (name: string): string[] => container(name).volumeMounts.map((mount: any) => mount.name);
const configOf = (manifests: readonly Manifest[]): GuardConfig =>
  JSON.parse(find(manifests, 'ConfigMap', 'signer-gateway-guard').data['guard.json']);

const signers = ['custody', 'homes', 'signers'];

describe('the pod', () => {
  test('is a guard and a tunnel for each signer, once, without a disk', () => {
    expect(podOf(mainnet).containers.map(({ name }: any) => name)).toEqual(['guard', 'tunnel-attic', 'tunnel-cellar']);
    expect(setOf(mainnet).spec.replicas).toBe(1);
    expect(podOf(mainnet).volumes.filter((volume: any) => volume.persistentVolumeClaim)).toEqual([]);
  });

  test('listens where bakers ask and where signers dial in; Prometheus reads its metrics on a port of their own', () => {
    const ports = podOf(mainnet).containers.flatMap((each: any) => each.ports.map((port: any) => port.containerPort));
    expect(ports).toEqual([6732, 6733, 22001, 22002]);
    const { listen, metrics, control } = configOf(mainnet);
    expect([listen, metrics]).toEqual([{ port: 6732 }, { port: 6733 }]);
    expect(control).toMatch(/^\/tmp\//); // a socket: who is in the pod
  });

  test("the guard alone has the key of its messages, the tunnels alone the gateway's host key", () => {
    expect(mountsOf('guard')).toContain('signer-gateway-message-key');
    expect(mountsOf('guard')).not.toContain('signer-gateway-host-key');
    for (const name of ['tunnel-attic', 'tunnel-cellar']) {
      expect(mountsOf(name)).toContain('signer-gateway-host-key');
      expect(mountsOf(name)).not.toContain('signer-gateway-message-key');
    }
  });

  test('no signer reaches the sockets of another', () => {
    expect(mountsOf('tunnel-attic')).toContain('tunnel-attic');
    expect(mountsOf('tunnel-attic')).not.toContain('tunnel-cellar');
    expect(mountsOf('guard')).toEqual(expect.arrayContaining(['tunnel-attic', 'tunnel-cellar']));
  });

  test('goes to the zone of the baker where it can, and to the other one by itself when its node is lost', () => {
    const [{ podAffinityTerm }] = podOf(mainnet).affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution;
    expect(podAffinityTerm.labelSelector.matchLabels).toEqual(
      find(mainnet, 'StatefulSet', 'baker').spec.selector.matchLabels,
    );
    expect(podAffinityTerm.topologyKey).toBe('topology.kubernetes.io/zone');
    expect(find(mainnet, 'HighAvailabilityApplication', 'signer-gateway')).toBeDefined();
    expect(podOf(mainnet).priorityClassName).toBe(
      find(mainnet, 'StatefulSet', 'baker').spec.template.spec.priorityClassName,
    );
  });

  test('tunnels outlive the guard, which still hears from a device and hands over', () => {
    const seconds = (name: string) => Number(podOf(objects(name)).containers[1].lifecycle.preStop.exec.command[1]);
    expect(seconds('mainnet')).toBeGreaterThan(6); // blocks of 6 s: half of one to hear, half to hand over
    expect(seconds('carthagenet')).toBeGreaterThan(30);
    expect(podOf(objects('carthagenet')).terminationGracePeriodSeconds).toBeGreaterThan(seconds('carthagenet') + 20);
  });

  test.each<[string, Edit]>([
    [
      'another sentry',
      [[['sentries', 2], { ...changedExample('mainnet').settings.sentries[0], name: 'c', loadBalancer: undefined }]],
    ],
    ['a bigger disk', [[['privateNode', 'diskGiB'], 200]]],
    ['another size of the baker', [[['baker', 'memoryGiB'], 5]]],
    ['a patch of Octez', [[['octez'], { node: '25.3' }]]],
    ['its own address in the bakery file', [[['custody', 'homes', 'gateway'], { address: '34.90.1.2' }]]],
    [
      'a baker of another name',
      [
        [['bakers', 0, 'name'], 'alice'],
        [[...signers, 0, 'keys', 0], 'alice'],
        [[...signers, 1, 'keys', 0], 'alice'],
      ],
    ],
    ['no DAL', [[['dal'], undefined]]],
    ['another kind of device, which the agent alone asks', [[[...signers, 0, 'device'], 'software']]],
    ['other sizes of the private node', [[['privateNode'], { cpus: 2, memoryGiB: 9, diskGiB: 300 }]]],
    ['a new import of the private node', [[['privateNode', 'reimport'], 'july']]],
    ['a private node that keeps more', [[['privateNode', 'historyMode'], 'full']]],
    ['another release and disk of a sentry', [[['sentries', 0], { name: 'a', diskGiB: 300, octez: '25.3' }]]],
    ['another vote', [[['liquidityBakingVote'], 'on']]],
    ['other snapshots', [[['bringUp'], { snapshots: [] }]]],
    ['other machines', [[['cluster', 'regional', 'baking'], { machineType: 'e2-standard-16', nodesPerZone: 2 }]]],
    [
      'another order of zones',
      [
        [
          ['cluster', 'regional', 'zones'],
          ['europe-west4-b', 'europe-west4-a'],
        ],
      ],
    ],
    ['other labels in the cloud', [[['google', 'labels'], { team: 'x' }]]],
    ['other ranges', [[['google', 'ranges'], { pods: '10.32.0.0/17' }]]],
    ['images of others', [[['google', 'allowedImages'], ['quay.io/argoproj/**']]]],
    ['logs that are kept longer', [[['google', 'logRetentionDays'], 60]]],
    ['another kind of disk', [[['storage'], { type: 'pd-ssd' }]]],
  ])('is not restarted by %s', (_, edits) => {
    expect(setOf(objects('mainnet', edits))).toEqual(setOf(mainnet));
  });

  test.each<[string, Edit]>([
    ['another order of signers', [[signers, [...changedExample('mainnet').settings.custody.homes!.signers].reverse()]]],
    ['a signer that is away', [[[...signers, 1, 'away'], 'being repaired']]],
    ['another port', [[[...signers, 1, 'port'], 22009]]],
    ['an uplink less', [[[...signers, 0, 'uplinks'], [{ name: 'cable', interface: 'eth0' }]]]],
    ['another ssh key', [[[...signers, 1, 'sshKey'], changedExample('carthagenet').signers[0].settings.sshKey]]],
  ])('is restarted by %s', (_, edits) => {
    expect(setOf(objects('mainnet', edits))).not.toEqual(setOf(mainnet));
  });
});

describe('signers at home', () => {
  test('dial a port of their own on one reserved address, whether or not the pod is ready', () => {
    const { metadata, spec } = find(mainnet, 'Service', 'signer-gateway-ssh');
    expect(spec.ports.map(({ port }: any) => port)).toEqual([22001, 22002]);
    expect(spec.publishNotReadyAddresses).toBe(true);
    expect(metadata.annotations['networking.gke.io/load-balancer-ip-addresses']).toBe('mainnet-signer-gateway-ssh');
  });

  test('let themselves in with their own key, at their own tunnel', () => {
    const { data } = find(mainnet, 'ConfigMap', 'signer-gateway-tunnels');
    for (const { name, settings, port } of changedExample('mainnet').signers) {
      expect(data[`${name}.authorized_keys`]).toContain(settings.sshKey);
      expect(data[`${name}.sshd_config`]).toContain(`ListenAddress 0.0.0.0:${port.number}\n`);
      const { command } = container(`tunnel-${name}`);
      expect(command.at(-1)).toBe(`/etc/tunnels/${name}.sshd_config`);
    }
  });

  test('a signer that fails keeps the baker from no other one', () => {
    expect(find(mainnet, 'Service', 'signer-gateway').spec.publishNotReadyAddresses).toBe(true);
  });
});

describe('what the guard is told', () => {
  test('the chain, by what its releases can run: a protocol switch does not silence it', () => {
    expect(configOf(mainnet).chain).toEqual({
      id: 'NetXdQprcVkpaWU',
      blockMs: 6000,
      roundGrowthMs: 3000,
      startMs: Date.parse('2018-06-30T16:07:32Z'),
      tags: {
        firstBytes: [0x11, 0x12, 0x13],
        preattestation: { slot: [20], slotless: [40] },
        attestation: { slot: [21], slotWithDal: [23], slotless: [41] },
        endorsement: [],
      },
    });
    const { blockMs, startMs, tags } = configOf(objects('carthagenet')).chain;
    expect([blockMs, new Date(startMs).toISOString()]).toEqual([30_000, '2019-11-28T13:02:13.000Z']);
    expect([tags.firstBytes, tags.endorsement]).toEqual([[0x01, 0x02], [0]]);
  });

  test('signers in the order of the file, with a socket for each uplink', () => {
    const [attic, cellar] = configOf(objects('mainnet', [[[...signers, 1, 'away'], 'being repaired']])).signers;
    expect(attic.uplinks.map(({ socket }) => socket)).toEqual([
      '/run/signers/attic/cable.sock',
      '/run/signers/attic/mobile.sock',
    ]);
    expect([attic.away, cellar.away]).toEqual([undefined, 'being repaired']);
    expect(container('guard').volumeMounts).toContainEqual(
      expect.objectContaining({ name: 'tunnel-attic', mountPath: '/run/signers/attic' }),
    );
  });

  test('every node of the bakery, by Services that let it in', () => {
    expect(configOf(mainnet).nodes).toEqual(['http://baker-rpc:8733', 'http://sentry-rpc:8733']);
    for (const name of ['baker-rpc', 'sentry-rpc'])
      expect(find(mainnet, 'Service', name).spec.ports).toContainEqual(expect.objectContaining({ port: 8733 }));
  });

  test('the guard starts with it, and answers for the keys without a signer', async () => {
    const folder = temporaryFolder();
    const privateKeyFile = join(folder, 'key.pem');
    writeFileSync(privateKeyFile, GUARD_PEM);
    const here = { port: 0, host: '127.0.0.1' };
    const config = { ...configOf(mainnet), privateKeyFile, listen: here, metrics: here, control: join(folder, 'c') };
    const guard = await startGuard({ ...config, nodes: [] }, () => {});
    afterwards(() => guard.stop());
    const get = (path: string) =>
      ask({ url: `http://127.0.0.1:${guard.port}` }, { method: 'GET', path, timeoutMs: 2000 });
    expect((await get('/healthz')).status).toBe(200);
    const [{ address, publicKey }] = config.keys;
    expect(JSON.parse((await get(`/keys/${address}`)).text)).toEqual({ public_key: publicKey });
  });
});

test('a person in the pod calls the guard by its name', () => {
  const { data } = find(mainnet, 'ConfigMap', 'signer-gateway-scripts');
  expect(data['guard.cjs']).toBe("#!/nodejs/bin/node\nimport('/usr/local/bin/guard.mjs');\n");
  expect(setOf(mainnet).spec.template.metadata.annotations['kubectl.kubernetes.io/default-container']).toBe('guard');
  expect(container('guard').command).toEqual(['/nodejs/bin/node', '/usr/local/bin/guard.mjs']);
  expect(podOf(mainnet).volumes).toContainEqual({
    name: 'signer-gateway-scripts',
    configMap: {
      name: 'signer-gateway-scripts',
      defaultMode: 0o555,
      items: [
        { key: 'guard.mjs', path: 'guard.mjs' },
        { key: 'guard.cjs', path: 'guard' },
      ],
    },
  });
});

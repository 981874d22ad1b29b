import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { parse } from 'yaml';
import type { Bakery } from '../../model/bakery';
import type { Edit } from '../../model/rules/rule';
import { publicHalf } from '../../programs/runtime/message-key';
import { renderSigners } from '../../signer/main';
import type { SignerVars } from '../../signer/signer.vars';
import { bakeriesOf, fixtures, smallest } from '../kit/bakeries';
import { madeKey, madeSshKey } from '../kit/made-keys';
import { randomBakeryFile } from '../kit/random-bakery';
import { changedExample, find, manifestsOf } from '../kit/rendered';

/** What the machines of a bakery are told, by name, as Ansible reads it. */
function toldAtHome(bakery: Bakery): Record<string, SignerVars> {
  const text = renderSigners(bakery).get(`signer/${bakery.name}/inventory.yml`);
  return text === undefined ? {} : parse(text, { version: '1.1' }).all.hosts;
}

/** What the gateway of a bakery is told. */
function gatewayOf(bakery: Bakery) {
  const manifests = manifestsOf(bakery);
  return {
    guard: JSON.parse(find(manifests, 'ConfigMap', 'signer-gateway-guard').data['guard.json']),
    tunnels: find(manifests, 'ConfigMap', 'signer-gateway-tunnels').data,
    pod: find(manifests, 'StatefulSet', 'signer-gateway').spec.template.spec,
    door: manifests.find(({ metadata }) => metadata.name === 'signer-gateway-ssh') as any,
  };
}

function bothSidesAgree(bakery: Bakery): void {
  const { guard, tunnels, pod, door } = gatewayOf(bakery);
  const told = toldAtHome(bakery);
  for (const { name } of bakery.signers) {
    const vars = told[name];
    const its = guard.signers.find((each: any) => each.name === name);
    const container = pod.containers.find((each: any) => each.name === `tunnel-${name}`);
    const [{ name: portName, containerPort }] = container.ports;
    const config = tunnels[`${name}.sshd_config`];
    expect(containerPort).toBe(vars.signer_gateway.port);
    expect(door.spec.ports).toContainEqual({ name: portName, port: vars.signer_gateway.port, targetPort: portName });
    expect(config).toContain(`\nListenAddress 0.0.0.0:${vars.signer_gateway.port}\n`);
    expect(config).toContain(`\nAllowUsers ${vars.signer_gateway.user}\n`);
    expect(vars.signer_uplinks.map(({ name: uplink, socket }) => ({ name: uplink, socket }))).toEqual(its.uplinks);
    for (const each of [container, pod.containers[0]]) {
      const folders = each.volumeMounts.map(({ mountPath }: any) => `${mountPath}/`);
      for (const { socket } of vars.signer_uplinks)
        expect(folders.some((folder: string) => socket.startsWith(folder))).toBe(true);
    }
    expect(vars.signer_keys.map(({ address }) => address).sort()).toEqual(its.keys);
    for (const { address, public_key: publicKey } of vars.signer_keys)
      expect(guard.keys).toContainEqual(expect.objectContaining({ address, publicKey }));
  }
  for (const vars of Object.values(told)) {
    expect(vars.signer_chain_id).toBe(guard.chain.id);
    expect(vars.signer_magic_bytes.split(',').map(Number)).toEqual(guard.chain.tags.firstBytes);
    expect(vars.signer_budget_ms).toBeLessThan(guard.chain.blockMs / 2); // how long the guard waits
    expect(vars.signer_device_limit_ms).toBeGreaterThan(vars.signer_budget_ms);
  }
}

test('a machine at home is told the port, user, sockets, keys and chain that its gateway is told', () => {
  for (const bakery of [...Object.values(fixtures()), smallest()].filter(({ machines }) => machines.length > 0))
    bothSidesAgree(bakery);
});

test('so it is whatever the bakery file holds', () => {
  const property = fc.property(randomBakeryFile, (file) => {
    const [bakery] = bakeriesOf([file]);
    if (bakery.machines.length > 0) bothSidesAgree(bakery);
    else expect(renderSigners(bakery)).toEqual(new Map());
  });
  fc.assert(property, { seed: 15, numRuns: 40 });
});

describe('the keys of the gateway', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const messageKey = String(publicKey.export({ type: 'spki', format: 'pem' })).split('\n')[1];
  const hostKey = madeSshKey('host');
  const gateway: Edit = [[['custody', 'homes', 'gateway'], { address: '34.90.1.2', hostKey, messageKey }]];
  const { home } = toldAtHome(smallest(gateway));

  test('are absent at home until the bakery file has them', () => {
    const { signer_gateway: told, signer_message_key: key } = toldAtHome(smallest()).home;
    expect({ told, key }).toEqual({ told: { port: 22001, user: 'signer' }, key: undefined });
  });

  test('are those of the bakery file: what is dialled, and by which host key it is known', () => {
    expect(home.signer_gateway).toEqual({ address: '34.90.1.2', port: 22001, user: 'signer', host_key: hostKey });
  });

  test('an agent knows the messages of the guard by the same 32 bytes', () => {
    const told = home.signer_message_key as string;
    expect(told).toBe(publicHalf(String(privateKey.export({ type: 'pkcs8', format: 'pem' }))));
    const x = Buffer.from(told, 'base64').toString('base64url');
    expect(createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }).equals(publicKey)).toBe(true);
  });
});

describe('where octez-signer finds a key', () => {
  const device = ['custody', 'homes', 'signers', 0, 'device'];
  const urlsWith = (value: unknown, more: Edit = []) =>
    toldAtHome(smallest([[device, value], ...more])).home.signer_keys.map(({ url }) => url);

  test('in a Ledger is the line that the command prints; nobody knows it before', () => {
    const url = 'ledger://quick-brown-lazy-fox/ed25519/0h/0h';
    expect(urlsWith({ ledger: { url } })).toEqual([url]);
    expect(urlsWith('ledger')).toEqual([undefined]);
  });

  test('in software is said in no file of ours', () => {
    expect(urlsWith('software')).toEqual([undefined]);
  });

  test('behind tcp or http is the address of the device with that of the key, for each of its keys', () => {
    const { address } = smallest().settings.bakers[0];
    expect(urlsWith({ http: { url: 'http://127.0.0.1:20090' } })).toEqual([`http://127.0.0.1:20090/${address}`]);
    const [consensusKey, companionKey] = ['consensus', 'companion'].map((seed) => madeKey('tz4', seed));
    const tz4: Edit = [
      [['bakers', 0, 'consensusKey'], consensusKey],
      [['bakers', 0, 'companionKey'], companionKey],
      [['dal'], {}],
    ];
    expect(urlsWith({ tcp: { url: 'tcp://169.254.1.1:7732' } }, tz4)).toEqual([
      `tcp://169.254.1.1:7732/${consensusKey.address}`,
      `tcp://169.254.1.1:7732/${companionKey.address}`,
    ]);
  });
});

test('what can move money never stands at home: neither the key of a delegate that has a consensus key, nor the byte of an operation', () => {
  const consensusKey = madeKey('tz1', 'consensus');
  const { home } = toldAtHome(smallest([[['bakers', 0, 'consensusKey'], consensusKey]]));
  expect(home.signer_keys.map(({ address }) => address)).toEqual([consensusKey.address]);
  for (const { signer_magic_bytes: bytes } of Object.values(toldAtHome(changedExample('mainnet'))))
    expect(bytes).toBe('0x11,0x12,0x13'); // 0x03: an operation of whatever kind
});

test('octez-signer is the release that is written, with its checksums; none is fetched without one', () => {
  const [arm64, amd64] = ['a', 'b'].map((digit) => digit.repeat(32) + '0123456789abcdef'.repeat(2));
  const octezWith = (value: unknown, more: Edit = []) =>
    toldAtHome(smallest([[['custody', 'homes', 'octezSigner'], value], ...more])).home.signer_octez;
  const binary = { arm64: `sha256:${arm64}`, amd64: `sha256:${amd64}` };
  const place = 'https://gitlab.com/api/v4/projects/tezos%2Ftezos/packages/generic/octez-binaries-25.1/25.1';
  expect(octezWith({ version: '25.1', from: { binary } })).toEqual({
    version: '25.1',
    binary: {
      arm64: { url: `${place}/arm64-octez-signer`, sha256: arm64 },
      amd64: { url: `${place}/x86_64-octez-signer`, sha256: amd64 },
    },
  });
  expect(octezWith({ version: '25.1', from: { apt: { key: binary.arm64 } } })).toEqual({
    version: '25.1',
    apt: { key_sha256: arm64 },
  });
  expect(octezWith(undefined)).toEqual({ version: '25.2', binary: {} });
  expect(octezWith(undefined, [[['octez', 'signer'], '25.1']])).toEqual({ version: '25.1', binary: {} });
  expect(toldAtHome(fixtures().carthagenet).attic.signer_octez.version).toBe('25.2'); // its chain's own is too old
});

describe('a signer whose ssh key nobody knows yet', () => {
  const sshKey = ['custody', 'homes', 'signers', 1, 'sshKey'];
  const before = changedExample('mainnet', [[sshKey, undefined]]);

  test('is set up like any other', () => {
    expect(toldAtHome(before)).toEqual(toldAtHome(changedExample('mainnet')));
  });

  test('is no signer to the gateway: no door, no tunnel, and no guard waits for it', () => {
    const { guard, tunnels, pod, door } = gatewayOf(before);
    expect(guard.signers.map(({ name }: any) => name)).toEqual(['attic']);
    expect(pod.containers.map(({ name }: any) => name)).toEqual(['guard', 'tunnel-attic']);
    expect(Object.keys(tunnels).some((name) => name.startsWith('cellar'))).toBe(false);
    expect(door.spec.ports).toHaveLength(1);
  });

  test('and none other there: the gateway has no door, and its guard never opens', () => {
    const { guard, pod, door } = gatewayOf(smallest([[['custody', 'homes', 'signers', 0, 'sshKey'], undefined]]));
    expect(door).toBeUndefined();
    expect(guard.signers).toEqual([]);
    expect(pod.containers.map(({ name }: any) => name)).toEqual(['guard']);
  });
});

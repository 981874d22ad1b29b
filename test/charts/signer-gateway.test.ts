import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { changedExample, exampleBakeries, find, manifestsOf } from '../kit/rendered';

const { mainnet, bakingnet } = exampleBakeries();
const objects = manifestsOf(bakingnet);
const { spec } = find(objects, 'StatefulSet', 'signer-gateway').spec.template;
const [signer] = spec.containers;

test('with signers at home there is no key in the cluster, and no octez-signer that would use one', () => {
  const pod = find(manifestsOf(mainnet), 'StatefulSet', 'signer-gateway').spec.template.spec;
  expect(JSON.stringify(pod)).not.toContain('octez-signer');
  expect(JSON.stringify(pod)).not.toContain('secret_keys');
});

test('one signer, which signs no level twice and nothing but blocks and attestations', () => {
  expect(find(objects, 'StatefulSet', 'signer-gateway').spec.replicas).toBe(1);
  expect(signer.command.join(' ')).toBe(
    '/usr/local/bin/octez-signer --base-dir /var/tezos/signer launch http signer -a 0.0.0.0 -p 6732 -W -M 0x11,0x12,0x13',
  );
});

test('on old chains it signs blocks and endorsements of their time', () => {
  const old = changedExample('carthagenet', [[['custody'], { hot: { secret: 'signing-keys' } }]]);
  const [{ command }] = find(manifestsOf(old), 'StatefulSet', 'signer-gateway').spec.template.spec.containers;
  expect(command.at(-1)).toBe('0x01,0x02');
});

test('its watermarks are on a disk, not in the pod', () => {
  const { name } = signer.volumeMounts.find(({ mountPath }: any) => mountPath === '/var/tezos/signer');
  expect(spec.volumes.find((volume: any) => volume.name === name).persistentVolumeClaim).toEqual({
    claimName: 'signer-gateway-watermarks',
  });
});

test('without the Secret the pod waits for it by name', () => {
  const { secret } = spec.volumes.find((volume: any) => volume.secret);
  expect(secret.secretName).toBe('signing-keys');
  expect(secret.optional).toBeUndefined();
});

test('the key stays in the Secret: the signer reads it there, its disk holds a link', () => {
  const mount = { name: 'secret-keys', mountPath: '/etc/tezos/secret', readOnly: true };
  expect(signer.volumeMounts).toContainEqual(mount);
  expect(spec.initContainers[0].volumeMounts).toContainEqual(mount);
});

test('the baker finds it by the address in its wallet, whatever the custody', () => {
  expect(find(objects, 'Service', 'signer-gateway').spec.ports).toEqual([
    { name: 'signer', port: 6732, targetPort: 'signer' },
  ]);
  expect(find(objects, 'ConfigMap', 'baker-wallet').data.secret_keys).toContain('http://signer-gateway:6732/tz1');
});

test('does not move by itself: a signer on an unreachable node may still sign', () => {
  const regional = changedExample('mainnet', [[['custody'], { hot: { secret: 'signing-keys' } }]]);
  const moving = manifestsOf(regional).filter(({ kind }) => kind === 'HighAvailabilityApplication');
  expect(moving.filter(({ metadata }) => metadata.namespace === 'mainnet-baking')).toEqual([]);
});

describe('the script that places the keys', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keys-'));
  const [keys, secret, base] = ['public', 'secret', 'base'].map((name) => join(folder, name));
  const script = join(folder, 'place-keys.sh');
  const run = () =>
    execFileSync('/bin/sh', [script], {
      env: { PATH: process.env.PATH, PUBLIC_KEYS: keys, SECRET: secret, BASE_DIR: base },
      stdio: 'pipe',
    });

  beforeAll(() => {
    for (const path of [keys, secret, base]) mkdirSync(path);
    writeFileSync(script, find(objects, 'ConfigMap', 'signer-gateway-scripts').data['place-keys.sh']);
    for (const [name, text] of Object.entries(find(objects, 'ConfigMap', 'signer-gateway-keys').data))
      writeFileSync(join(keys, name), text as string);
    writeFileSync(join(secret, 'secret_keys'), 'first');
    writeFileSync(join(base, 'block_high_watermarks'), 'level 7');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('puts the wallet beside the watermarks, and leaves these alone', () => {
    run();
    expect(readdirSync(base).sort()).toEqual([
      'block_high_watermarks',
      'public_key_hashs',
      'public_keys',
      'secret_keys',
    ]);
    expect(readFileSync(join(base, 'block_high_watermarks'), 'utf8')).toBe('level 7');
  });

  test('leaves no copy of the key on the disk', () => {
    expect(readlinkSync(join(base, 'secret_keys'))).toBe(join(secret, 'secret_keys'));
  });

  test('stops when the Secret holds no key', () => {
    writeFileSync(join(secret, 'secret_keys'), '');
    expect(run).toThrow('the Secret holds no secret_keys');
  });

  test('brings a changed key at the next start, also after a kill in the middle', () => {
    writeFileSync(join(secret, 'secret_keys'), 'second');
    writeFileSync(join(base, '.secret_keys.new'), 'half', { mode: 0o400 });
    run();
    expect(readFileSync(join(base, 'secret_keys'), 'utf8')).toBe('second');
    expect(readdirSync(base)).not.toContain('.secret_keys.new');
  });
});

import { operationBytes, watermarked } from '../kit/consensus-bytes';
import { ask } from '../kit/http-client';
import { ed25519Key, madeSecretKey } from '../kit/secret-keys';
import { type Running, Yard } from './yard';

/** The signer's API: whom it answers what, and what it refuses to sign. */
const yard = new Yard();
const key = madeSecretKey('signing');
const chainId = 'NetXdQprcVkpaWU';
afterAll(() => yard.clear());

const LAUNCH = ['launch', 'http', 'signer', '-a', '127.0.0.1', '-p', '0'];
const start = (baseDir: string, more: string[] = [], global: string[] = []) =>
  yard.start('octez-signer', ['-d', baseDir, ...global, ...LAUNCH, ...more]);
const launch = (folder: string, more: string[] = []) => start(yard.wallet(folder, ['signing']), more);
const urlOf = (signer: Running) => `http://127.0.0.1:${signer.ports('on port')[0]}`;
const post = (url: string, hex: string, query = '') =>
  ask(`${url}/keys/${key.address}${query}`, { method: 'POST', body: JSON.stringify(hex) });

test('the signer answers keys, authorized keys and versions up to 3, and nothing that it was not allowed', async () => {
  const signer = await launch('api');
  const url = urlOf(signer);
  expect(JSON.parse((await ask(`${url}/authorized_keys`)).text)).toEqual({});
  expect(JSON.parse((await ask(`${url}/keys/${key.address}`)).text)).toEqual({ public_key: key.publicKey });
  const statuses = await Promise.all([
    ask(`${url}/keys/${madeSecretKey('nobody').address}`),
    ask(`${url}/known_keys`),
    ask(`${url}/health`),
    post(url, '1234', '?version=3'),
    post(url, '1234', '?version=4'),
    post(url, 'xyz'),
  ]);
  expect(statuses.map(({ status }) => status)).toEqual([500, 500, 404, 200, 500, 500]);
  expect((await signer.end()).code).toBe(127);
});

test('marks outlive a restart, and count for each kind and round', async () => {
  const bytes = (level: number, round: number, fill: number) => {
    const facts = { branch: 'BLockGenesisGenesisGenesisGenesisGenesisf79b5d1CoW2', slot: 1, level, round };
    return watermarked(
      'attestation',
      chainId,
      operationBytes('attestation', { ...facts, payloadHash: Buffer.alloc(32, fill) }),
    ).toString('hex');
  };
  const first = await launch('marks', ['-W']);
  const signed = await post(urlOf(first), bytes(10, 1, 1));
  expect(signed.status).toBe(200);
  await first.end('SIGKILL');
  const again = await start(yard.path('marks'), ['-W']);
  const url = urlOf(again);
  expect(await post(url, bytes(10, 1, 1))).toEqual(signed);
  const answers = await Promise.all([
    post(url, bytes(10, 1, 2)),
    post(url, bytes(10, 0, 1)),
    post(url, bytes(9, 5, 1)),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([500, 500, 500]);
  expect((await post(url, bytes(10, 2, 2))).status).toBe(200);
});

test('a Secret with the old name of a key beside the new one signs nothing, and says so in no probe', async () => {
  const folder = yard.wallet('renamed', ['signing']); // the public files have the new name
  const value = `unencrypted:${key.secretKey}`;
  const [old, renamed] = ['alice', 'signing'].map((name) => ({ name, value }));
  yard.write('renamed/secret_keys', [old, renamed]);
  const signer = await start(folder);
  const url = urlOf(signer);
  const probes = [await ask(`${url}/authorized_keys`), await ask(`${url}/keys/${key.address}`)];
  expect(probes.map(({ status }) => status)).toEqual([200, 200]);
  const refused = await post(url, '1234');
  expect(refused.status).toBe(500);
  expect(refused.text).toContain('no public key alias named alice');
  yard.write('renamed/secret_keys', [renamed]);
  expect((await post(url, '1234')).status).toBe(200);
});

test('with authentication only an authorized key may ask', async () => {
  const client = madeSecretKey('client');
  const folder = yard.wallet('auth', ['signing']);
  await yard.run('octez-signer', ['-d', folder, 'add', 'authorized', 'key', client.publicKey, '-N', 'baker']);
  const signer = await start(folder, [], ['-A']);
  const url = urlOf(signer);
  expect(JSON.parse((await ask(`${url}/authorized_keys`)).text)).toEqual({ authorized_keys: [client.address] });
  expect((await post(url, '1234')).text).toContain('missing authentication');
  expect(
    (await post(url, '1234', `?authentication=${ed25519Key(client.secretKey).sign(Buffer.from('ff', 'hex'))}`)).status,
  ).toBe(500);
});

test('a signer may be a proxy of another one', async () => {
  const inner = await launch('inner');
  const outer = await start(yard.wallet('outer', ['signing'], urlOf(inner)), ['-W']);
  const [a, b] = await Promise.all([post(urlOf(inner), '0312'), post(urlOf(outer), '0312')]);
  expect(a).toEqual(b);
});

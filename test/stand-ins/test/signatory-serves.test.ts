import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeAny, encode, PREFIX } from '../kit/base58';
import { blake2b } from '../kit/blake2b';
import { ask } from '../kit/http-client';
import { forgeManager } from '../kit/manager-bytes';
import { madeSecretKey } from '../kit/secret-keys';
import { Yard } from './yard';

/** Signatory over keys of Cloud KMS: it serves the keys of its ring, and signs what its policy names. */
const yard = new Yard();
const key = encode(PREFIX.p2pk, Buffer.concat([Buffer.from([2]), Buffer.alloc(32, 7)]));
const address = encode(PREFIX.tz3, blake2b((decodeAny(key) as Buffer).subarray(4), 20));
const RING = '/v1/projects/p/locations/l/keyRings/r/cryptoKeys';
let google: Server;
let port = 0;

beforeAll(async () => {
  google = createServer(({ url, headers }, response) => {
    const isToken = url?.startsWith('/computeMetadata/') && headers['metadata-flavor'] === 'Google';
    const isRing = url === RING && headers.authorization === 'Bearer made up';
    if (!isToken && !isRing) return void response.writeHead(404).end();
    response.end(
      JSON.stringify(isToken ? { access_token: 'made up' } : { cryptoKeys: [{ name: 'k', publicKey: key }] }),
    );
  });
  await new Promise<void>((resolve) => google.listen(0, '127.0.0.1', resolve));
  port = (google.address() as AddressInfo).port;
});
afterAll(() => {
  google.close();
  yard.clear();
});

const env = () => ({ GCE_METADATA_HOST: `127.0.0.1:${port}`, STAND_IN_CLOUD_KMS: `http://127.0.0.1:${port}` });

function config(server: number, ring: string, allow: readonly string[]): string {
  const vault = { driver: 'cloudkms', config: { project: 'p', location: 'l', key_ring: ring } };
  return yard.write(`signatory-${server}.yaml`, {
    ...{ base_dir: '/tmp', server: { address: `127.0.0.1:${server}`, utility_address: `127.0.0.1:${server + 1}` } },
    ...{ vaults: { kms: vault }, watermark: { driver: 'mem' }, tezos: { [address]: { allow: { generic: allow } } } },
  });
}

/** A request to sign one operation of that kind. */
function asked(kind: 'reveal' | 'transaction'): string {
  const { address: destination } = madeSecretKey('somebody');
  const limits = { source: address, fee: '1', counter: '1', gas_limit: '1', storage_limit: '0' };
  const rest = kind === 'reveal' ? { public_key: key } : { amount: '1', destination };
  const branch = encode(PREFIX.block, Buffer.alloc(32, 1));
  return JSON.stringify(`03${forgeManager(branch, [{ kind, ...limits, ...rest }], true).toString('hex')}`);
}

const freePort = () => 20_000 + Math.floor(Math.random() * 9000);

test('a key of the ring is served, and signs the kinds of operations that its policy names, and no others', async () => {
  const at = freePort();
  await yard.start('signatory', ['serve', '--config', config(at, 'r', ['transaction'])], env());
  const url = `http://127.0.0.1:${at}/keys/${address}`;
  expect(JSON.parse((await ask(url)).text)).toEqual({ public_key: key });
  const { status, text } = await ask(url, { method: 'POST', body: asked('transaction') });
  expect([status, text]).toEqual([200, expect.stringContaining('"p2sig')]);
  for (const body of [asked('reveal'), '"11"', '{}']) {
    const refused = await ask(url, { method: 'POST', body });
    expect([400, 403]).toContain(refused.status);
    expect(refused.text).not.toContain('p2sig');
  }
  const stranger = await ask(`http://127.0.0.1:${at}/keys/${madeSecretKey('x').address}`, {
    method: 'POST',
    body: asked('transaction'),
  });
  expect(stranger.status).toBe(403);
  expect((await ask(`http://127.0.0.1:${at + 1}/healthz`)).status).toBe(200);
});

test('without its ring it does not start', async () => {
  const { code, output } = await yard.run('signatory', ['serve', '--config', config(freePort(), 'other', [])], env());
  expect([code, output]).toEqual([1, expect.stringContaining('keyRings/other')]);
});

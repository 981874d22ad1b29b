import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { operationBytes, watermarked } from '../conformance/stand-in/kit/consensus-bytes';
import { ask } from '../conformance/stand-in/kit/http-client';
import { ed25519Key, madeSecretKey, signatureBytes } from '../conformance/stand-in/kit/keys';
import { peerFlags, type Running, until, Yard } from './yard';

/** The signer's API, and what a baker does with a signer that misbehaves. */
const yard = new Yard();
const key = madeSecretKey('signing');
const chainId = 'NetXdQprcVkpaWU';
const onEnd: (() => void)[] = [];
afterAll(async () => {
  for (const each of onEnd) each();
  await yard.clear();
});

const launch = (folder: string, more: string[] = [], global: string[] = []) =>
  yard.start('octez-signer', [
    '--base-dir',
    yard.wallet(folder, ['signing']),
    ...global,
    'launch',
    'http',
    'signer',
    '-a',
    '127.0.0.1',
    '-p',
    '0',
    ...more,
  ]);
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
  const again = await yard.start('octez-signer', [
    '-d',
    yard.path('marks'),
    'launch',
    'http',
    'signer',
    '-a',
    '127.0.0.1',
    '-p',
    '0',
    '-W',
  ]);
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

test('with authentication only an authorized key may ask', async () => {
  const client = madeSecretKey('client');
  const folder = yard.wallet('auth', ['signing']);
  await yard.run('octez-signer', ['-d', folder, 'add', 'authorized', 'key', client.publicKey, '-N', 'baker']);
  const signer = await yard.start('octez-signer', [
    '-d',
    folder,
    '-A',
    'launch',
    'http',
    'signer',
    '-a',
    '127.0.0.1',
    '-p',
    '0',
  ]);
  const url = urlOf(signer);
  expect(JSON.parse((await ask(`${url}/authorized_keys`)).text)).toEqual({ authorized_keys: [client.address] });
  expect((await post(url, '1234')).text).toContain('missing authentication');
  expect(
    (await post(url, '1234', `?authentication=${ed25519Key(client.secretKey).sign(Buffer.from('ff', 'hex'))}`)).status,
  ).toBe(500);
});

test('a signer may be a proxy of another one', async () => {
  const inner = await launch('inner');
  const outer = await yard.start('octez-signer', [
    ...[
      '-d',
      yard.wallet('outer', ['signing'], urlOf(inner)),
      'launch',
      'http',
      'signer',
      '-a',
      '127.0.0.1',
      '-p',
      '0',
      '-W',
    ],
  ]);
  const [a, b] = await Promise.all([post(urlOf(inner), '0312'), post(urlOf(outer), '0312')]);
  expect(a).toEqual(b);
});

test('a baker marks before it asks, asks again after 502 only, ten times, and never signs a level twice', async () => {
  const rights = { [key.address]: { share: 0, levels: [20], publicKey: key.publicKey } };
  const chain = await yard.chain({ blockTimeMs: 150, startLevel: 10, rights });
  const node = await yard.node('node', ['--synchronisation-threshold', '1', ...peerFlags(chain.peers)]);
  const requests: { path: string; body: string }[] = [];
  const server = await fakeSigner(requests);
  onEnd.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const run = ['run', 'remotely', '--liquidity-baking-toggle-vote', 'pass', '--without-dal'];
  await yard.start('octez-baker', ['-E', node.rpc, '-d', yard.wallet('w', ['signing'], url), ...run], {
    STAND_IN_RESEND_MS: '10',
  });
  const isVote = ({ body }: { body: string }) => body.startsWith('"12');
  await until(() => requests.some(isVote));
  const first = requests.find(isVote)!;
  expect(first.path).toBe(`/keys/${key.address}?version=3`);
  await until(
    () => requests.filter(({ body }) => body === first.body).length === 10,
    () => requests.length,
  );
  expect(requests.filter(({ path }) => path === '/authorized_keys').length).toBeGreaterThanOrEqual(2);
  const marks = JSON.parse(yard.read('w/NetXdQprcVkpa_highwatermarks'));
  const { level, round } = marks.preattestations[0].highwatermark;
  expect([level >= Buffer.from(first.body.slice(1, -1), 'hex').readInt32BE(40), round]).toEqual([true, 0]);
  expect((await chain.state()).signatures).toEqual([]);
});

/** 502 to every signing request. */
async function fakeSigner(requests: { path: string; body: string }[]): Promise<Server> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      requests.push({ path: request.url ?? '', body });
      response.writeHead(request.method === 'GET' ? 200 : 502).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

test('the chain sees a double signature, whoever made it', async () => {
  const rights = { [key.address]: { share: 0, slot: 7, publicKey: key.publicKey } };
  const chain = await yard.chain({ blockTimeMs: 400, startLevel: 10, rights });
  const node = await yard.node('watcher', ['--synchronisation-threshold', '1', ...peerFlags(chain.peers)]);
  await until(() => node.syncState().then((state) => state === 'synced'));
  const head = await node.get('/chains/main/blocks/head/header');
  const inject = (fill: number) => {
    const facts = {
      branch: head.predecessor,
      slot: 7,
      level: head.level,
      round: 0,
      payloadHash: Buffer.alloc(32, fill),
    };
    const bytes = operationBytes('attestation', facts);
    const signature = ed25519Key(key.secretKey).sign(watermarked('attestation', chainId, bytes));
    const data = Buffer.concat([bytes, signatureBytes(signature)]).toString('hex');
    return ask(`${node.rpc}/injection/operation?chain=main`, { method: 'POST', body: JSON.stringify(data) });
  };
  expect((await Promise.all([inject(1), inject(2)])).map(({ status }) => status)).toEqual([200, 200]);
  await until(async () => (await chain.state()).doubles.length === 1);
  expect((await chain.state()).doubles[0]).toMatchObject({
    kind: 'attestation',
    level: head.level,
    delegate: key.address,
  });
});

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { operationBytes, watermarked } from '../kit/consensus-bytes';
import { ask } from '../kit/http-client';
import { ed25519Key, madeSecretKey, signatureBytes } from '../kit/secret-keys';
import { peerFlags, until, Yard } from './yard';

/** What keeps a baker from signing twice when its signer misbehaves, and who sees it when a level was signed twice. */
const yard = new Yard();
const key = madeSecretKey('signing');
const chainId = 'NetXdQprcVkpaWU';
const onEnd: (() => void)[] = [];
afterAll(async () => {
  for (const each of onEnd) each();
  await yard.clear();
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
  const asked = Buffer.from(first.body.slice(1, -1), 'hex');
  const [askedLevel, askedRound] = [asked.readInt32BE(40), asked.readInt32BE(44)];
  expect(level > askedLevel || (level === askedLevel && round >= askedRound)).toBe(true);
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

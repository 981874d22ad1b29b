import { ask } from '../kit/http-client';
import { madeSecretKey } from '../kit/secret-keys';
import { type Chain, type Node, peerFlags, type Running, until, Yard } from './yard';

/** A whole bakery on loopback: the chain, two sentries, the private node, signer and baker. */
const yard = new Yard();
const key = madeSecretKey('baker');
let chain: Chain;
let sentries: Node[];
let privateNode: Node;
let signer: Running;
let baker: Running;

beforeAll(async () => {
  const rights = { [key.address]: { share: 0.6, publicKey: key.publicKey, slot: 3 } };
  chain = await yard.chain({ blockTimeMs: 300, roundIncrementMs: 150, startLevel: 50, seed: 'bakery', rights });
  sentries = await Promise.all(
    ['sentry-a', 'sentry-b'].map((name) =>
      yard.node(name, [...peerFlags([chain.peers[0]]), '--synchronisation-threshold', '3']),
    ),
  );
  const flags = ['--private-mode', '--connections', '4', '--synchronisation-threshold', '1'];
  privateNode = await yard.node('private', [...flags, ...peerFlags(sentries.map(({ p2p }) => p2p))]);
  const signerDir = yard.wallet('signer', ['baker']);
  const launch = ['launch', 'http', 'signer', '-a', '127.0.0.1', '-p', '0', '-W', '-M', '0x11,0x12,0x13'];
  signer = await yard.start('octez-signer', ['--base-dir', signerDir, ...launch]);
  const baseDir = yard.wallet('baker', ['baker'], signerUrl());
  const run = ['run', 'with', 'local', 'node', privateNode.dataDir, 'baker', '--liquidity-baking-toggle-vote', 'pass'];
  baker = await yard.start('octez-baker', [
    ...['--endpoint', privateNode.rpc, '--base-dir', baseDir],
    ...[...run, '--without-dal', '--keep-alive'],
  ]);
});
afterAll(() => yard.clear());

const signerUrl = () => `http://127.0.0.1:${signer.ports('on port')[0]}`;
const seen = async (kind: string) => (await chain.state()).signatures.filter((each: any) => each.kind === kind);

test('the bakery bakes and attests, and its operations appear in blocks', async () => {
  await until(
    async () => (await seen('block')).length >= 5,
    async () => [await chain.state(), baker.output],
  );
  const blocks = await seen('block');
  expect(new Set(blocks.map(({ delegate }: any) => delegate))).toEqual(new Set([key.address]));
  expect(blocks.map(({ round }: any) => round)).toContain(0); // on a busy machine some come a round late
  await until(
    async () => (await seen('attestation')).length >= 3,
    () => baker.output,
  );
  // On a busy machine a vote may come too late for the next block, the only one that it may be in.
  const isIncluded = async ({ level }: any) => {
    const { operations = [[]] } = await privateNode.get(`/chains/main/blocks/${level + 1}`).catch(() => ({}));
    return operations[0].some(({ contents }: any) => contents[0].kind === 'attestation' && contents[0].level === level);
  };
  await until(async () => (await Promise.all((await seen('attestation')).map(isIncluded))).some(Boolean));
  const attestations = await seen('attestation');
  expect(attestations[0].delegate).toBe(key.address);
  expect((await chain.state()).doubles).toEqual([]);
});

test('sentries connect to peers that they learn of, the private node to the sentries only', async () => {
  const { peers } = await chain.state();
  const connected = peers.map(({ connections }: any) => connections.map(({ isPrivate }: any) => isPrivate));
  expect(connected).toEqual([
    [false, false],
    [false, false],
    [false, false],
  ]);
  const own = await privateNode.get('/network/connections');
  expect(own.map(({ incoming, private: isPrivate }: any) => [incoming, isPrivate])).toEqual([
    [false, false],
    [false, false],
  ]);
  expect(await Promise.all(sentries.map((sentry) => sentry.syncState()))).toEqual(['synced', 'synced']);
});

test('the signer keeps its marks, and refuses other bytes of the same level and round', async () => {
  const marks = JSON.parse(yard.read('signer/attestation_high_watermarks'));
  const [{ level }] = Object.values<any>(Object.values<any>(marks)[0]);
  const vote = (payload: number) => {
    const bytes = Buffer.alloc(80, payload);
    bytes[0] = 0x13;
    Buffer.from('7a06a770', 'hex').copy(bytes, 1);
    bytes[37] = 21;
    bytes.writeInt32BE(level + 1000, 40);
    bytes.writeInt32BE(0, 44);
    return JSON.stringify(bytes.toString('hex'));
  };
  const post = (body: string) => ask(`${signerUrl()}/keys/${key.address}?version=3`, { method: 'POST', body });
  const first = await post(vote(1));
  expect(first.status).toBe(200);
  expect(await post(vote(1))).toEqual(first);
  const second = await post(vote(2));
  expect([second.status, second.text]).toEqual([500, expect.stringContaining('not above high watermark')]);
  expect((await post(JSON.stringify('0300'))).text).toContain('magic byte 0x03 not allowed');
});

test('without sentries no block reaches the private node, and the chain goes on', async () => {
  await Promise.all(sentries.map((sentry) => sentry.running.end()));
  const { level } = (await chain.state()).head;
  await until(
    async () => (await chain.state()).head.level >= level + 4,
    () => chain.state(),
  );
  expect(await privateNode.syncState()).toBe('unsynced');
  // It may have baked one block on its own; without the votes of the others it builds on that no more.
  expect(await privateNode.level()).toBeLessThanOrEqual(level + 2);
  expect((await chain.state()).missed.length).toBeGreaterThan(0);
});

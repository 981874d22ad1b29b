import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { dalNodeRpcs } from '../../../model/tezos/dal-node-rpcs';
import { ROOT } from '../../kit/root';
import { ask } from '../kit/http-client';
import { madeSecretKey } from '../kit/secret-keys';
import { type Node, peerFlags, type Running, until, Yard } from './yard';

/** The DAL attester node, and a baker that has one. */
const yard = new Yard();
afterAll(() => yard.clear());
const key = madeSecretKey('attester');

/** A chain where the attester has rights, and a node of it. */
async function network(name: string, settings: { rights: object; dalSlots: number[] }) {
  const { rights, dalSlots } = settings;
  const chain = await yard.chain({ blockTimeMs: 100, startLevel: 10, rights: { [key.address]: rights }, dalSlots });
  return { chain, node: await yard.node(name, ['--synchronisation-threshold', '1', ...peerFlags(chain.peers)]) };
}

async function dalNode(folder: string, node: Node, rpcAddr: string): Promise<{ dal: Running; url: string }> {
  const dal = await yard.start('octez-dal-node', [
    ...['run', '--endpoint', node.rpc, '--data-dir', yard.path(folder), '--rpc-addr', rpcAddr],
    ...['--net-addr', '127.0.0.1:0', '--metrics-addr', '127.0.0.1:0', '--attester-profiles', key.address],
  ]);
  return { dal, url: `http://127.0.0.1:${dal.ports('rpc')[0]}` };
}

/** A node whose second listener has the list that a bakery gives a DAL node, written as a bakery writes it. */
async function listedNode(name: string, peers: readonly string[]): Promise<Node> {
  const { code } = await yard.run('octez-node', ['config', 'init', '--data-dir', yard.path(name)]);
  expect(code).toBe(0);
  const RPC = yard.write('rpc.json', JSON.stringify({ acl: [{ address: '0.0.0.0:0', whitelist: dalNodeRpcs }] }));
  const env = { PATH: process.env.PATH, CONFIG: yard.path(name, 'config.json'), PEERS: '', RPC };
  expect(spawnSync('/bin/sh', [join(ROOT, 'charts/kit/octez/configure-node.sh')], { env }).status).toBe(0);
  return yard.node(name, ['--synchronisation-threshold', '1', ...peerFlags(peers)]);
}

interface Baking {
  readonly node: Node;
  readonly dalUrl: string;
  readonly baseDir: string;
  readonly keys?: readonly string[];
}

function baker({ node, dalUrl, baseDir, keys = [] }: Baking): Promise<Running> {
  const run = ['run', 'with', 'local', 'node', node.dataDir, ...keys];
  const choices = ['--liquidity-baking-toggle-vote', 'pass', '--dal-node', dalUrl];
  return yard.start('octez-baker', ['-E', node.rpc, '-d', baseDir, ...run, ...choices]);
}

test('a baker with a DAL node attests slots; the DAL node is read-only on the network', async () => {
  const { chain, node } = await network('node', { rights: { share: 0.5, publicKey: key.publicKey }, dalSlots: [0, 3] });
  await chain.control({ dalBootstrapPeers: [chain.peers[0]] });
  const { dal, url } = await dalNode('dal', node, '0.0.0.0:0');
  await until(
    async () => JSON.parse((await ask(`${url}/health`)).text).status === 'up',
    () => dal.output,
  );
  expect((await ask(`${url}/profiles`, { method: 'PATCH', body: '{}' })).status).toBe(401);
  const running = await baker({ node, dalUrl: url, baseDir: yard.wallet('w', ['attester']) });
  await until(
    async () => {
      const block = await node.get('/chains/main/blocks/head');
      // tag 23 @32: an attestation with DAL content; bits 0 and 3
      return block.operations[0].some(({ data }: any) => data.slice(64, 66) === '17' && data.slice(150, 152) === '09');
    },
    () => running.output,
  );
  const { code } = await dal.end();
  expect(code).toBe(127);
  expect(JSON.parse(yard.read('dal/config.json')).attester_profiles).toEqual([key.address]);
});

const bls = { consensus: 'tz4HVR6aty9KwsQFHh81C1G7gBdhxT8kuytm', companion: 'tz4X5GCfEHQCUnrBy9Qo1PSsmExYHXxiEkvp' };
const named = (value: (address: string) => string) =>
  Object.entries(bls).map(([name, address]) => ({ name, value: value(address) }));

/** A signer of both keys, and the wallet of a baker that asks it. */
async function blsSigner(): Promise<{ signer: Running; baseDir: string }> {
  yard.write('bls/public_key_hashs', named(String));
  yard.write(
    'bls/public_keys',
    named(() => 'unencrypted:BLpk'),
  );
  yard.write(
    'bls/secret_keys',
    named((address) => `unencrypted:BLsk${address}`),
  );
  const launch = ['launch', 'http', 'signer', '-a', '127.0.0.1', '-p', '0', '-W', '-M', '0x11,0x12,0x13'];
  const signer = await yard.start('octez-signer', ['-d', yard.path('bls'), ...launch]);
  yard.write('wallet4/public_key_hashs', named(String));
  yard.write(
    'wallet4/secret_keys',
    named((address) => `http://127.0.0.1:${signer.ports('on port')[0]}/${address}`),
  );
  return { signer, baseDir: yard.path('wallet4') };
}

test('a tz4 with a companion key signs votes without slot, attestations with DAL twice', async () => {
  const rights = { share: 0.5, consensusKey: bls.consensus, companionKey: bls.companion, slot: 9 };
  const { chain, node } = await network('tz4', { rights, dalSlots: [1, 9] });
  const { signer, baseDir } = await blsSigner();
  const { url } = await dalNode('dal4', node, '127.0.0.1:0');
  const running = await baker({ node, dalUrl: url, baseDir, keys: ['consensus', 'companion'] });
  const marks = () => {
    const file = JSON.parse(yard.read('bls/attestation_high_watermarks'));
    return Object.keys(file.NetXdQprcVkpaWU).sort();
  };
  await until(
    () => existsSync(yard.path('bls/attestation_high_watermarks')) && marks().length === 2,
    () => [running.output, signer.output],
  );
  expect(marks()).toEqual(Object.values(bls).sort());
  await until(
    async () => (await chain.state()).signatures.some(({ kind }: any) => kind === 'block'),
    () => running.output,
  );
  expect((await chain.state()).doubles).toEqual([]);
});

test('what a DAL node is allowed is enough for it to follow, to attest and to accuse, and nothing else is allowed', async () => {
  const rights = { [key.address]: { share: 0.2, publicKey: key.publicKey } };
  const chain = await yard.chain({ blockTimeMs: 100, startLevel: 10, rights, dalSlots: [2] });
  const node = await listedNode('listed', chain.peers);
  await chain.control({ dalBootstrapPeers: [chain.peers[0]] });
  const { dal, url } = await dalNode('dal-listed', { ...node, rpc: node.publicRpc } as Node, '0.0.0.0:0');
  await until(
    async () => JSON.parse((await ask(`${url}/health`)).text).status === 'up',
    () => dal.output,
  );
  const other = madeSecretKey('somebody else').address;
  await chain.control({ dalTrapped: [other] });
  await until(
    () => dal.output.includes(`injected evidence against ${other}`),
    () => dal.output,
  );
  const refused = [
    ['PATCH', '/network/points/203.0.113.7:9732'],
    ['GET', '/network/peers'],
    ['POST', '/injection/block'],
    ['POST', '/injection/protocol'],
    ['POST', '/private/injection/operation'],
    ['GET', '/workers/prevalidators'],
    ['PUT', '/config/logging'],
    ['PATCH', '/chains/main'],
    ['DELETE', '/chains/main/invalid_blocks/B'],
    ['POST', '/chains/main/mempool/ban_operation'],
    ['GET', '/chains/main/mempool/monitor_operations'],
    ['GET', '/chains/main/blocks/head/context/raw/bytes'],
    ['POST', '/chains/main/blocks/head/helpers/scripts/run_code'],
  ];
  for (const [method, path] of refused)
    expect([method, path, (await ask(`${node.publicRpc}${path}`, { method })).status]).toEqual([method, path, 401]);
  expect(dal.child.exitCode).toBeNull();
});

test('an RPC that its node refuses ends a DAL node, so that a list that is too short is noticed', async () => {
  const chain = await yard.chain({ blockTimeMs: 100, startLevel: 10 });
  const node = await yard.node('secure', ['--synchronisation-threshold', '1', ...peerFlags(chain.peers)]);
  const { code, output } = await yard.run('octez-dal-node', [
    ...['run', '--endpoint', node.publicRpc, '--data-dir', yard.path('dal-refused'), '--rpc-addr', '127.0.0.1:0'],
    ...['--net-addr', '127.0.0.1:0', '--attester-profiles', key.address],
  ]);
  expect([code, output]).toEqual([1, expect.stringContaining('HTTP 401')]);
});

test('a DAL node whose own attester attested a trap ends with 2; the baker goes on without it', async () => {
  const { chain, node } = await network('trap', { rights: { share: 0.5, publicKey: key.publicKey }, dalSlots: [0] });
  await chain.control({ dalBootstrapPeers: [chain.peers[0]] });
  const { dal, url } = await dalNode('dal-trap', node, '127.0.0.1:0');
  const running = await baker({ node, dalUrl: url, baseDir: yard.wallet('wt', ['attester']) });
  await chain.control({ dalTrapped: [key.address] });
  expect((await dal.ended).code).toBe(2);
  const { head } = await chain.state();
  await until(
    async () =>
      (await chain.state()).signatures.some(({ kind, level }: any) => kind === 'attestation' && level > head.level + 3),
    () => running.output,
  );
});

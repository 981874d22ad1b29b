import { rmSync } from 'node:fs';
import { ask } from '../kit/http-client';
import { type Chain, type Node, peerFlags, until, Yard } from './yard';

/** Peers, limits, reorganisations, RPC access, metrics. */
const yard = new Yard();
let chain: Chain;
let node: Node;
beforeAll(async () => {
  chain = await yard.chain({ blockTimeMs: 100, startLevel: 20, seed: 'network', maxConnections: 20 });
  node = await yard.node('node', [...peerFlags(chain.peers.slice(0, 1)), '--synchronisation-threshold', '3']);
  await until(() => node.syncState().then((state) => state === 'synced'));
});
afterAll(() => yard.clear());

test('a reorganisation is followed, and counted', async () => {
  await until(async () => (await chain.state()).head.level > 24);
  const before = (await chain.state()).head.level;
  await chain.control({ reorg: 3 });
  const dropped = await chain.state();
  expect(dropped.branchSwitches).toBe(1);
  await until(async () => (await node.get(`/chains/main/blocks/${before + 1}/hash`).catch(() => '')) !== '');
  await until(async () => /branch_switch_count\{[^}]*\} 1/.test((await ask(node.metrics)).text));
  const hashOf = async (url: string) => JSON.parse((await ask(url)).text);
  const ours = await node.get(`/chains/main/blocks/${before - 1}/hash`);
  expect(ours).toBe((await hashOf(`${chain.url}/control/block/${before - 1}`)).hash);
});

test('a halted chain makes nodes stuck, one with threshold 1 unsynced; the RPC still answers', async () => {
  const single = await yard.node('single', [
    ...peerFlags(chain.peers.slice(0, 1)),
    '--synchronisation-threshold',
    '1',
    '--sync-latency',
    '1',
  ]);
  const three = await yard.node('three', [
    ...peerFlags(chain.peers),
    '--synchronisation-threshold',
    '3',
    '--sync-latency',
    '1',
  ]);
  await until(async () => (await single.syncState()) === 'synced' && (await three.syncState()) === 'synced');
  await chain.control({ halt: true });
  await until(async () => (await single.syncState()) === 'unsynced' && (await three.syncState()) === 'stuck');
  expect((await ask(`${single.publicRpc}/version`)).status).toBe(200);
  expect(await single.get('/chains/main/is_bootstrapped')).toEqual({ bootstrapped: true, sync_state: 'unsynced' });
  const { level } = (await chain.state()).head;
  await chain.control({ halt: false });
  await until(() => node.level().then((now) => now > level));
});

test('a listener that is not on loopback answers the secure list only', async () => {
  const paths = [
    '/version',
    '/chains/main/is_bootstrapped',
    '/health/ready',
    '/monitor/bootstrapped',
    '/network/peers',
  ];
  const statuses = async (base: string) => Promise.all(paths.map(async (path) => (await ask(base + path)).status));
  expect(await statuses(node.rpc)).toEqual([200, 200, 200, 200, 200]);
  expect(await statuses(node.publicRpc)).toEqual([200, 200, 401, 401, 401]);
  expect((await ask(`${node.publicRpc}/injection/block`, { method: 'POST', body: '{}' })).status).toBe(401);
  expect((await ask(`${node.rpc}/metrics`)).status).toBe(404);
  const open = await yard.node('open', ['--allow-all-rpc', '0.0.0.0:0', ...peerFlags(chain.peers)]);
  expect((await ask(`${open.publicRpc}/network/peers`)).status).toBe(200);
});

test('a node at its limit refuses every peer, and a private one all but those it was told', async () => {
  const full = await yard.node('full', [...peerFlags(chain.peers.slice(0, 1)), '--connections', '3']);
  await until(async () => (await full.get('/network/connections')).length >= 1);
  const { dialled } = await chain.control({ dial: { point: full.p2p, count: 6 } });
  expect(dialled).toContain('connected');
  expect(dialled.filter((each: string) => each === 'Too many connections').length).toBeGreaterThan(1);
  const alone = await yard.node('alone', ['--private-mode', '--connections', '4', ...peerFlags([node.p2p])]);
  const answer = await chain.control({ dial: { point: alone.p2p, count: 2 } });
  expect(answer.dialled).toEqual(['Private mode', 'Private mode']);
  await until(async () => (await alone.get('/network/connections')).length === 1);
});

test('peers of another network are refused, names without an address only warn', async () => {
  const other = await yard.node('other', [
    '--network',
    'shadownet',
    ...peerFlags([chain.peers[0], 'no-such-host.invalid']),
  ]);
  expect(other.running.output).toContain('failed to resolve no-such-host.invalid');
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await other.get('/network/connections')).toEqual([]);
  expect(await other.get('/chains/main/chain_id')).toBe('NetXsqzbfFenSTS');
});

test('peers that fail are replaced, and dialled again when they are back', async () => {
  await chain.control({ fault: { down: [0, 1, 2] } });
  await until(async () => (await node.syncState()) === 'unsynced');
  await chain.control({ fault: { down: [] } });
  await until(
    async () => (await node.syncState()) === 'synced',
    async () => [
      await node.get('/network/points'),
      await node.get('/network/connections'),
      (await chain.state()).peers,
    ],
  );
});

test('a peer that was lost is not dialled at once, but after the disconnection delay', async () => {
  const flags = [...peerFlags(chain.peers), '--synchronisation-threshold', '3'];
  const env = { STAND_IN_DISCONNECTION_MS: '600000' };
  const [patient, eager] = await Promise.all([yard.node('patient', flags, { env }), yard.node('eager', flags)]);
  const peersOf = async (each: Node) => (await each.get('/network/connections')).length;
  await until(async () => (await peersOf(patient)) === 3 && (await peersOf(eager)) === 3);
  await chain.control({ fault: { down: [0, 1, 2] } });
  await until(async () => (await peersOf(patient)) === 0 && (await peersOf(eager)) === 0);
  await chain.control({ fault: {} });
  await until(async () => (await peersOf(eager)) === 3);
  expect(await peersOf(patient)).toBe(0);
});

test('the pause between two attempts grows up to the cap of config.json', async () => {
  const growing = { factor: 10_000, 'initial-delay': 0.2 };
  const start = (folder: string, more: object) => {
    yard.write(`${folder}/config.json`, { p2p: { greylisting_config: { ...growing, ...more } } });
    return yard.node(folder, [...peerFlags(chain.peers), '--synchronisation-threshold', '3']);
  };
  await chain.control({ fault: { down: [0, 1, 2] } });
  const [capped, late] = await Promise.all([start('capped', { 'increase-cap': 0.5 }), start('late', {})]);
  await new Promise((resolve) => setTimeout(resolve, 2000));
  await chain.control({ fault: {} });
  await until(async () => (await capped.get('/network/connections')).length === 3);
  expect(await late.get('/network/connections')).toEqual([]);
});

test('with a seed the identity of a node follows from it; without one it is random', async () => {
  const identityOf = async (folder: string, env: Record<string, string>) => {
    await yard.run('octez-node', ['identity', 'generate', '0', '--data-dir', yard.path(folder)], env);
    const identity = yard.read(`${folder}/identity.json`);
    rmSync(yard.path(folder), { recursive: true });
    return identity;
  };
  const [seed, other] = [{ STAND_IN_SEED: 'one' }, { STAND_IN_SEED: 'two' }];
  const first = await identityOf('seeded', seed);
  expect(await identityOf('seeded', seed)).toBe(first);
  expect(await identityOf('seeded', other)).not.toBe(first);
  expect(await identityOf('elsewhere', seed)).not.toBe(first);
  expect(await identityOf('seeded', {})).not.toBe(await identityOf('seeded', {}));
});

test('a node that every public peer has banned is unsynced, until they take it back', async () => {
  const lonely = await yard.node('lonely', [...peerFlags(chain.peers), '--synchronisation-threshold', '3']);
  await until(async () => (await lonely.syncState()) === 'synced');
  await chain.control({ fault: { banned: [await lonely.get('/network/self')] } });
  await until(async () => (await lonely.syncState()) === 'unsynced');
  await chain.control({ fault: {} });
  await until(async () => (await lonely.syncState()) === 'synced');
});

test('a scripted fault makes the RPC of a node hang, and ends', async () => {
  const answers = async () => {
    const late = new Promise<number>((resolve) => setTimeout(resolve, 200, 0));
    return Promise.race([
      ask(`${node.rpc}/version`, { timeoutMs: 400 })
        .then(({ status }) => status)
        .catch(() => 0),
      late,
    ]);
  };
  await chain.control({ nodeFaults: [{ node: 'public', rpcHangs: true }] });
  await until(async () => (await answers()) === 0);
  await chain.control({ nodeFaults: [] });
  await until(async () => (await answers()) === 200);
});

test('the same seed makes the same chain', async () => {
  const settings = { blockTimeMs: 50, startLevel: 5, seed: 'same' };
  const [one, two] = await Promise.all([yard.chain(settings), yard.chain(settings)]);
  const hashes = async ({ url }: Chain) =>
    Promise.all([3, 6, 7].map(async (level) => JSON.parse((await ask(`${url}/control/block/${level}`)).text).hash));
  await until(async () => (await one.state()).head.level > 7 && (await two.state()).head.level > 7);
  expect(await hashes(one)).toEqual(await hashes(two));
  const peerIds = async (each: Chain) => (await each.state()).peers.map(({ peerId }: any) => peerId);
  expect(await peerIds(one)).toEqual(await peerIds(two));
});

import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { ask } from '../kit/http-client';
import { madeSecretKey } from '../kit/secret-keys';
import { type Chain, peerFlags, until, Yard } from './yard';

/** Data directories: layout, versions, locks, signals, repair. */
const yard = new Yard();
let chain: Chain;
beforeAll(async () => {
  chain = await yard.chain({ blockTimeMs: 100, startLevel: 20, seed: 'data' });
});
afterAll(() => yard.clear());

const flags = () => [...peerFlags(chain.peers.slice(0, 1)), '--synchronisation-threshold', '1'];

test('a node writes the layout of its version, locks it, and ends with 127 on TERM', async () => {
  const node = await yard.node('d', flags());
  await until(() => node.level().then((level) => level > 21));
  expect(JSON.parse(yard.read('d/version.json'))).toEqual({ version: '3.3' });
  const second = await yard.run('octez-node', ['run', '--data-dir', yard.path('d')]);
  expect([second.code, second.output]).toEqual([1, expect.stringContaining('is locked by another process')]);
  expect((await node.running.end()).code).toBe(127);
  expect(readdirSync(yard.path('d')).sort()).toEqual([
    'context',
    'identity.json',
    'lock',
    'peers.json',
    'store',
    'version.json',
  ]);
});

test('after a kill in the middle of a write the next start repairs the store and goes on', async () => {
  const node = await yard.node('killed', flags());
  await until(() => node.level().then((level) => level > 21));
  await node.running.end('SIGKILL');
  appendFileSync(yard.path('killed/store/blocks.jsonl'), '{"hash":"BLhalf');
  const again = await yard.node('killed', flags());
  expect(again.running.output).toContain('restoring consistency');
  const level = await again.level();
  expect(level).toBeGreaterThan(21);
  await until(() => again.level().then((now) => now > level + 2));
});

test('a scripted stop in the middle of a write happens once, waits for a SIGKILL, and is repaired', async () => {
  const node = await yard.node('torn', flags());
  const at = (await chain.state()).head.level + 20;
  await chain.control({ nodeFaults: [{ node: 'public', stopsWriting: at }] });
  await until(
    () => node.running.output.includes('stopped in the middle of a write'),
    () => node.running.output,
  );
  node.running.child.kill('SIGTERM');
  await expect(ask(`${node.rpc}/version`, { timeoutMs: 1000 })).rejects.toThrow('timeout');
  expect(node.running.child.signalCode ?? node.running.child.exitCode).toBeNull();
  await node.running.end('SIGKILL');
  expect(node.running.child.signalCode).toBe('SIGKILL');
  expect(yard.read('torn/store/blocks.jsonl').endsWith('\n')).toBe(false);
  const again = await yard.node('torn', flags());
  expect(again.running.output).toContain('restoring consistency');
  await until(() => again.level().then((now) => now > at));
  await chain.control({ nodeFaults: [] });
});

test('a block that cannot be written ends the node with 126, though it is its own baker that brings it', async () => {
  const key = madeSecretKey('alone');
  const rights = { [key.address]: { share: 1, publicKey: key.publicKey, slot: 3 } };
  const own = await yard.chain({ blockTimeMs: 200, startLevel: 20, seed: 'alone', rights });
  const node = await yard.node('full', [...peerFlags(own.peers.slice(0, 1)), '--synchronisation-threshold', '1']);
  const run = ['run', 'with', 'local', 'node', node.dataDir, 'alone', '--liquidity-baking-toggle-vote', 'pass'];
  const baseDir = yard.wallet('alone', ['alone']);
  const words = ['--endpoint', node.rpc, '--base-dir', baseDir, ...run, '--without-dal', '--keep-alive'];
  await yard.start('octez-baker', words);
  await until(() => node.level().then((level) => level > 22));
  rmSync(yard.path('full/store/blocks.jsonl'));
  mkdirSync(yard.path('full/store/blocks.jsonl'));
  const { code, output } = await node.running.ended;
  expect([code, output]).toEqual([126, expect.stringContaining('EISDIR')]);
});

test('older data is upgraded at start or by the command, or refused', async () => {
  const withVersion = (name: string, version: string) => {
    yard.write(`${name}/version.json`, { version });
    return ['--data-dir', yard.path(name)];
  };
  const status = ['upgrade', 'storage', '--status'];
  const [pending, done, ancient, current] = await Promise.all([
    yard.run('octez-node', [...status, ...withVersion('v31a', '3.1')]),
    yard.run('octez-node', ['upgrade', 'storage', ...withVersion('v31b', '3.1')]),
    yard.run('octez-node', ['run', ...withVersion('v004', '0.0.4')]),
    yard.run('octez-node', [...status, ...withVersion('v33', '3.3')]),
  ]);
  expect([pending.code, done.code, ancient.code, current.code]).toEqual([1, 0, 1, 0]);
  expect(JSON.parse(yard.read('v31b/version.json'))).toEqual({ version: '3.3' });
  expect(ancient.output).toContain("Invalid data directory version '0.0.4'");
  const automatic = await yard.node('v32', [...withVersion('v32', '3.2').slice(2), ...flags()]);
  await until(() => automatic.level().then((level) => level > 0));
  expect(JSON.parse(yard.read('v32/version.json'))).toEqual({ version: '3.3' });
});

test('7.5 wants an identity that was made before, 25.2 makes one', async () => {
  const env = { STAND_IN_VERSION: '7.5' };
  const without = await yard.run('tezos-node', ['run', '--data-dir', yard.path('old')], env);
  expect([without.code, without.output]).toEqual([1, expect.stringContaining('Cannot find the identity file')]);
  const made = await yard.run('tezos-node', ['identity', 'generate', '--data-dir', yard.path('old')], env);
  expect(made.code).toBe(0);
  expect(JSON.parse(yard.read('old/version.json'))).toEqual({ version: '0.0.4' });
  expect(existsSync(yard.path('old/identity.json'))).toBe(true);
});

test('config.json is strict, init does not overwrite it, and the network in it stays', async () => {
  yard.write('strict/config.json', { 'data-dir': 'x', p2p: { 'listen-address': 'x' } });
  yard.write('known/config.json', { network: 'mainnet' });
  mkdirSync(yard.path('known'), { recursive: true });
  const typed = { p2p: { greylisting_config: { 'increase-cap': '20' } } };
  const misspelt = { p2p: { greylisting_config: { increase_cap: 20 } } };
  for (const [name, config] of Object.entries({ typed, misspelt })) {
    yard.write(`${name}/config.json`, config);
    expect((await yard.run('octez-node', ['run', '--data-dir', yard.path(name)])).output).toContain(
      'greylisting_config',
    );
  }
  await yard.run('octez-node', ['config', 'init', '--data-dir', yard.path('frozen')]);
  expect(JSON.parse(yard.read('frozen/config.json')).p2p['bootstrap-peers']).toContain('boot.tzinit.org');
  const [strict, init, update] = await Promise.all([
    yard.run('octez-node', ['run', '--data-dir', yard.path('strict')]),
    yard.run('octez-node', ['config', 'init', '--data-dir', yard.path('known')]),
    yard.run('octez-node', ['config', 'update', '--data-dir', yard.path('known'), '--network', 'shadownet']),
  ]);
  expect([strict.code, strict.output]).toEqual([
    1,
    expect.stringContaining('/p2p.listen-address: unexpected object field'),
  ]);
  expect([init.code, init.output]).toEqual([1, expect.stringContaining('Pre-existing configuration file')]);
  expect(update.code).toBe(1);
});

test('another history mode, or other cycles, needs its flag; a store that lacks history never gets it', async () => {
  const node = await yard.node('mode', flags());
  await node.running.end();
  const mode = (...words: string[]) =>
    yard.run('octez-node', ['run', '--data-dir', yard.path('mode'), '--history-mode', ...words]);
  const force = '--force-history-mode-switch';
  const refused = [
    await mode('rolling:5'),
    await mode('archive'),
    await mode('archive', force),
    await mode('full', force),
  ];
  const said = ['use the flag', 'not enough history', 'not enough history', 'not enough history'];
  refused.forEach(({ code, output }, i) => {
    expect([code, output]).toEqual([1, expect.stringContaining('Cannot switch from history mode')]);
    expect(output).toContain(said[i]);
  });
  const more = await yard.node('mode', [...flags(), '--history-mode', 'rolling:5', force]);
  expect(await more.get('/config/history_mode')).toEqual({ history_mode: { rolling: { additional_cycles: 5 } } });
  expect(yard.read('mode/store/chain_NetXdQprcVkpa/config.json')).toContain('"additional_cycles": 5');
  await more.running.end();
  expect((await mode('rolling:1')).code).toBe(1);
});

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../kit/root';
import { ask } from '../kit/http-client';
import type { WebSettings } from '../web/web.program';
import { type Ended, peerFlags, Running, until, Yard } from './yard';

/** Snapshots from a simulated provider, by the real script of a node's first start. */
const yard = new Yard();
const SCRIPT = join(ROOT, 'charts/kit/octez/import-snapshot.sh');
let chain: Awaited<ReturnType<Yard['chain']>>;
let sites: number[];

beforeAll(async () => {
  chain = await yard.chain({ blockTimeMs: 200, startLevel: 500, seed: 'snapshots' });
  const snapshots = { '/mainnet/rolling': { level: 490, bytes: 300_000 }, '/old': { level: 490, version: 8 } };
  const site = { listen: '127.0.0.1:0' };
  const config: WebSettings = {
    chain: chain.url,
    sites: [
      { ...site, snapshots },
      { ...site, snapshots },
      { ...site, rpc: true },
      { ...site, rpc: true },
      ...Array.from({ length: 4 }, () => ({ ...site, snapshots })),
    ],
  };
  const web = await yard.start('stand-in-web', ['--config', yard.write('web.json', config)]);
  sites = web.ports('sites');
});
afterAll(() => yard.clear());
beforeEach(() => faults({}));

const faults = (siteFaults: object) => chain.control({ siteFaults });

const url = (site: number, path = '/mainnet/rolling') => `http://127.0.0.1:${sites[site]}${path}`;

function importInto(volume: string, env: Record<string, string> = {}): Running {
  const settings = {
    PATH: `${yard.imageWget()}:${process.env.PATH}`,
    NODE: yard.link('octez-node'),
    VOLUME: yard.path(volume),
    CHAIN: 'NetXdQprcVkpaWU',
    NETWORK: 'mainnet',
    HISTORY_MODE: 'rolling:1',
    HAS_SNAPSHOT_INFO: 'yes',
    PROVIDERS: `${url(0)} First\n${url(1)} Second\n`,
    PUBLIC_RPCS: `${url(2, '')} A\n${url(3, '/v1/blocks/{level}')} B\n`,
  };
  yard.write(`${volume}/keep`, '');
  return new Running(spawn('/bin/sh', [SCRIPT], { env: { ...process.env, ...settings, ...env } }));
}

const imported = (volume: string, env?: Record<string, string>): Promise<Ended> => importInto(volume, env).ended;

test('the script imports a snapshot that two operators confirm, and a node goes on from it', async () => {
  const { code, output } = await imported('claim');
  expect([code, output]).toEqual([0, expect.stringContaining("the node's first state is in place")]);
  const node = await yard.node('claim/data', ['--synchronisation-threshold', '1', ...peerFlags(chain.peers)]);
  await until(
    () => node.level().then((level) => level > 500),
    () => node.running.output,
  );
  expect((await node.get('/chains/main/blocks/490/header')).level).toBe(490);
});

test('an import stores one additional cycle, so that a node with another number needs the flag to start', async () => {
  expect((await imported('cycles', { HISTORY_MODE: 'rolling:5' })).code).toBe(0);
  const words = ['--history-mode', 'rolling:5'];
  const refused = await yard.run('octez-node', ['run', '--data-dir', yard.path('cycles/data'), ...words]);
  expect([refused.code, refused.output]).toEqual([
    1,
    expect.stringContaining('from history mode rolling mode with 1 '),
  ]);
  const node = await yard.node('cycles/data', [...words, '--force-history-mode-switch', ...peerFlags(chain.peers)]);
  expect(await node.get('/config/history_mode')).toEqual({ history_mode: { rolling: { additional_cycles: 5 } } });
});

test('a snapshot that lies about its size, is cut short or of another chain is refused, and the next provider is taken', async () => {
  const faulty = [{ liesAboutSize: true }, { truncated: true }, { otherChain: true }, { down: true }];
  await faults(Object.fromEntries(faulty.map((fault, i) => [4 + i, fault])));
  const answers = await Promise.all(
    faulty.map((_, i) => imported(`fault-${i}`, { PROVIDERS: `${url(4 + i)} First\n${url(1)} Second\n` })),
  );
  expect(answers.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  const said = [
    /First: the download failed after [1-9]\d* KiB: .*closed at byte/,
    /First: the import failed/,
    /First: it holds block/,
    /First: the download failed after 0 KiB: .*No data received/,
  ];
  answers.forEach(({ output }, i) => {
    expect(output).toMatch(said[i]);
    expect(yard.read(`fault-${i}/imported`)).toContain(`:${sites[1]}/`);
  });
});

test('a snapshot that is cut short replaces no complete data', async () => {
  await faults({ 1: { truncated: true } });
  expect((await imported('again', { PROVIDERS: `${url(0)} First\n` })).code).toBe(0);
  const files = ['imported', 'data/config.json', 'data/version.json', 'data/store/state.json'];
  const before = files.map((name) => yard.read(`again/${name}`));
  const { code, output } = await imported('again', { PROVIDERS: `${url(1)} Second\n`, REIMPORT: 'july' });
  expect([code, output]).toEqual([1, expect.stringContaining('the data is as it was')]);
  expect(output).toContain('Second: the import failed');
  expect(files.map((name) => yard.read(`again/${name}`))).toEqual(before);
});

test('two operators that disagree, or one that is silent, stop the import', async () => {
  await faults({ 3: { otherChain: true } });
  const [disagree] = await Promise.all([imported('disagree')]);
  expect([disagree.code, disagree.output]).toEqual([1, expect.stringContaining('B has another one there')]);
  await faults({ 3: { down: true } });
  const silent = await imported('silent');
  expect([silent.code, silent.output]).toEqual([1, expect.stringContaining('no two operators on two hosts confirm')]);
});

test('an import that is killed leaves half a store, which no node starts on and the script replaces', async () => {
  const running = importInto('killed', { STAND_IN_IMPORT_MS: '5000' });
  await until(
    () => existsSync(yard.path('killed/import/data/store')),
    () => running.output,
  );
  await running.end();
  const half = await yard.run('octez-node', ['run', '--data-dir', yard.path('killed/import/data')]);
  expect([half.code, half.output]).toEqual([1, expect.stringMatching(/Failed to load the store|locked by another/)]);
  const { code } = await imported('killed');
  expect(code).toBe(0);
});

test('an import refuses a directory that is not bare, another version, another block and another chain', async () => {
  const get = async (path: string, file: string) =>
    yard.write(file, (await ask(`http://127.0.0.1:${sites[0]}${path}`)).text);
  const [good, old] = await Promise.all([get('/mainnet/rolling', 'good'), get('/old', 'old')]);
  yard.write('dirty/lost+found/x', '');
  yard.write('other/config.json', { network: 'shadownet' });
  yard.write('full/config.json', { shell: { history_mode: 'full' } });
  const take = (file: string, folder: string, ...more: string[]) =>
    yard.run('octez-node', ['snapshot', 'import', file, '--data-dir', yard.path(folder), ...more]);
  const answers = await Promise.all([
    take(good, 'dirty'),
    take(old, 'fresh1'),
    take(good, 'fresh2', '--block', 'BLother'),
    take(good, 'other'),
    take(good, 'full'),
    take(good, 'fresh3'),
    yard.run('octez-node', ['snapshot', 'info', yard.write('junk', 'hello')]),
  ]);
  expect(answers.map(({ code }) => code)).toEqual([1, 1, 1, 1, 1, 0, 1]);
  const said = [
    'lost+found',
    'has version 8',
    'expected block hash',
    'not consistent',
    'history mode',
    'successful',
    'not a valid snapshot',
  ];
  answers.forEach(({ output }, i) => {
    expect(output).toContain(said[i]);
  });
  expect((await take(good, 'dirty', '--force')).code).toBe(0);
});

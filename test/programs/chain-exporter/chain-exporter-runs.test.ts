import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import {
  CHAIN_EXPORTER_CONFIG,
  chainExporterMetrics,
  delegateMetrics,
} from '../../../programs/chain-exporter/chain-exporter.contract';
import { bundledProgram } from '../bundled-program';
import { afterwards, temporaryFolder, until } from '../temporary';
import { ALICE, ExporterWorld } from './exporter-world';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

test('the program in its pod tells its metrics, logs lines of JSON, and ends when it is told to', async () => {
  const world = await ExporterWorld.make();
  const port = await freePort();
  const sources = [...world.config.sources, { name: 'nowhere', url: 'http://127.0.0.1:1' }];
  const file = join(temporaryFolder(), 'chain-exporter.json');
  writeFileSync(file, JSON.stringify({ ...world.config, sources, metrics: { port, host: '127.0.0.1' } }));
  const program = await bundledProgram('chain-exporter');
  const child = spawn(process.execPath, [program, '--config', file], { stdio: ['ignore', 'pipe', 'inherit'] });
  afterwards(() => child.kill('SIGKILL'));
  let logged = '';
  child.stdout.on('data', (part) => (logged += part));
  world.url = `http://127.0.0.1:${port}`;
  await until('it judges', () => world.value('chain_exporter_judged_level').catch(() => undefined));
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([0, null]);
  const lines = logged.trim().split('\n');
  for (const line of lines) expect(JSON.parse(line)).toHaveProperty('severity', 'WARNING');
  expect(logged).toContain('no head of nowhere');
});

test('without a configuration it says which file it wanted, and ends with 1', async () => {
  const program = await bundledProgram('chain-exporter');
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (part) => (said += part));
  expect(await once(child, 'close')).toEqual([1, null]);
  expect(said).toContain(CHAIN_EXPORTER_CONFIG);
});

test('every metric of the contract is told, and no other', async () => {
  const world = await ExporterWorld.make('round', 1);
  world.node.constants = { minimal_stake: '1', minimal_frozen_stake: '1' };
  world.node.fields.set('denunciations', []);
  const nodes = world.config.sources;
  await world.start({ nodes, wallets: [{ name: 'payouts', address: ALICE }] });
  await world.settle();
  const told = async () => {
    const samples = (await world.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return [...new Set(samples.map((line) => /^\w+/.exec(line)?.[0] ?? ''))].sort();
  };
  const wanted = [...Object.values(chainExporterMetrics), ...delegateMetrics('round')].sort();
  await until('all are there', async () => (await told()).length >= wanted.length);
  expect(await told()).toEqual(wanted);
});

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../../kit/root';

const script = readFileSync(join(ROOT, 'charts/kit/octez/access-list.sh'), 'utf8');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'access-list-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const config = () => join(folder, 'config.json');
const read = () => JSON.parse(readFileSync(config(), 'utf8'));

function run(acl: unknown) {
  writeFileSync(join(folder, 'rpc.json'), `${JSON.stringify({ acl })}\n`);
  const env = { PATH: process.env.PATH, CONFIG: config(), RPC: join(folder, 'rpc.json') };
  return spawnSync('/bin/sh', ['-c', script], { env, encoding: 'utf8' });
}

const rest = {
  'data-dir': '/d',
  network: { chain_name: 'X', genesis: { block: 'B' } },
  p2p: { 'bootstrap-peers': [] },
};
const list = (...whitelist: string[]) => [{ address: '0.0.0.0:8735', whitelist }];

/** As `config init` prints it (the first key beside the brace), and as others would. */
const spellings = {
  octez: JSON.stringify(rest, null, 2).replace('{\n  ', '{ '),
  indented: JSON.stringify(rest, null, 2),
  'one line': JSON.stringify(rest),
};

test.each(Object.entries(spellings))('the list is added, and everything else stays (%s)', (_, text) => {
  writeFileSync(config(), text);
  expect(run(list('GET /version')).status).toBe(0);
  expect(read()).toEqual({ ...rest, rpc: { acl: list('GET /version') } });
});

test('the next start writes the list of its bakery file in place of the last one, and nothing grows', () => {
  writeFileSync(config(), spellings.octez);
  run(list('GET /version'));
  const once = readFileSync(config(), 'utf8');
  run(list('GET /chains/*/chain_id'));
  expect(read()).toEqual({ ...rest, rpc: { acl: list('GET /chains/*/chain_id') } });
  run(list('GET /version'));
  expect(readFileSync(config(), 'utf8')).toBe(once);
  expect(existsSync(`${config()}.new`)).toBe(false);
});

test('without a configuration the node does not start, and it says why', () => {
  const { status, stderr } = run(list('GET /version'));
  expect([status, stderr]).toEqual([1, `there is no ${config()} to write the access list into\n`]);
});

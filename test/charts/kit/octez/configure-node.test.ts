import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ROOT } from '../../../kit/root';

const SCRIPT = join(ROOT, 'charts/kit/octez/configure-node.sh');
const SHELL = (process.env.IMPORT_SHELL ?? '/bin/sh').split(' ');

let folder: string;
let config: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'configure-node-'));
  config = join(folder, 'config.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The script runs as it is; the configuration is laid out as `config init` does it. */
function run(PEERS: string, REDIAL_SECONDS?: number, RPC?: string): string {
  const { status, stdout, stderr } = start(PEERS, REDIAL_SECONDS, RPC);
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
}
function start(PEERS: string, REDIAL_SECONDS?: number, RPC?: string) {
  const env = {
    PATH: process.env.PATH,
    CONFIG: config,
    PEERS,
    ...(REDIAL_SECONDS ? { REDIAL_SECONDS: `${REDIAL_SECONDS}` } : {}),
    ...(RPC ? { RPC } : {}),
  };
  const [program, ...words] = [...SHELL, SCRIPT];
  const ended = spawnSync(program, words, { env: env as NodeJS.ProcessEnv, encoding: 'utf8' });
  expect(readdirSync(folder)).toEqual(['config.json']);
  return ended;
}
const read = () => JSON.parse(readFileSync(config, 'utf8'));

const ofOctez = `{ "data-dir": "/var/tezos/node/data",
  "network":
    { "chain_name": "TEZOS_BAKINGNET", "default_bootstrap_peers": [ "old.example" ],
      "dal_config": { "activated": true, "bootstrap_peers": [ "dal.example" ] } },
  "p2p":
    { "bootstrap-peers":
        [ "old.example:9732", "[2001:db8::1]:9732",
          "gone.example" ],
      "listen-addr": "[::]:9732" },
  "shell": { "history_mode": "rolling" } }
`;

test('peers of an existing disk follow the bakery file, and nothing else changes', () => {
  writeFileSync(config, ofOctez);
  run('new.example 192.0.2.1:9733');
  const expected = JSON.parse(ofOctez);
  expected.p2p['bootstrap-peers'] = ['new.example', '192.0.2.1:9733'];
  expect(read()).toEqual(expected);
  run('newer.example');
  expect(read().p2p['bootstrap-peers']).toEqual(['newer.example']);
  run('');
  expect(read().p2p['bootstrap-peers']).toEqual([]);
});

test('a private node redials within the cap, whatever stood there before, and a public one as Octez does', () => {
  for (const p2p of [
    { 'bootstrap-peers': [], 'listen-addr': 'x' },
    { greylisting_config: { factor: 2, 'increase-cap': 9 }, 'bootstrap-peers': ['a'] },
    { 'bootstrap-peers': ['a'], greylisting_config: { factor: 2 } },
  ]) {
    writeFileSync(config, JSON.stringify({ p2p, shell: {} }));
    run('sentry-a:9732 sentry-b:9732', 20);
    const rest = 'listen-addr' in p2p ? { 'listen-addr': 'x' } : {};
    const peers = ['sentry-a:9732', 'sentry-b:9732'];
    expect(read()).toEqual({
      p2p: { greylisting_config: { 'increase-cap': 20 }, 'bootstrap-peers': peers, ...rest },
      shell: {},
    });
  }
  run('boot.example');
  expect(read().p2p).toEqual({ 'bootstrap-peers': ['boot.example'] });
});

test('a configuration that is up to date is not written: a full disk does not keep a node down', () => {
  writeFileSync(config, ofOctez);
  expect(run('sentry-a:9732', 20)).toContain('follows the bakery file');
  const before = statSync(config);
  expect(run('sentry-a:9732', 20)).toBe('');
  expect(statSync(config).ino).toBe(before.ino);
});

test('what it does not understand it leaves as it is, and says so', () => {
  writeFileSync(config, '{ "p2p": {} }\n');
  expect(run('a.example')).toMatch(/has no list of peers: those of the network count\n$/);
  expect(run('a.example', 20)).toContain(
    'has no list of peers: those of the network count, and a lost sentry is dialled',
  );
  expect(readFileSync(config, 'utf8')).toBe('{ "p2p": {} }\n');
});

describe('the list of what a DAL node may ask', () => {
  const list = (...whitelist: string[]) => ({ acl: [{ address: '0.0.0.0:8735', whitelist }] });
  const rpcFile = () => join(folder, '..', `${basename(folder)}.rpc`);
  const withList = (...whitelist: string[]) => {
    writeFileSync(rpcFile(), `${JSON.stringify(list(...whitelist))}\n`);
    run('new.example', undefined, rpcFile());
  };
  afterEach(() => rmSync(rpcFile(), { force: true }));

  test.each([
    ['Octez', ofOctez],
    ['others', JSON.stringify(JSON.parse(ofOctez), null, 2)],
    ['one line', JSON.stringify(JSON.parse(ofOctez))],
  ])('it is added, and everything else stays, as %s write it', (_, text) => {
    writeFileSync(config, text);
    withList('GET /chains/*/chain_id', 'POST /injection/operation');
    const expected = JSON.parse(ofOctez);
    expected.p2p['bootstrap-peers'] = ['new.example'];
    expect(read()).toEqual({ ...expected, rpc: list('GET /chains/*/chain_id', 'POST /injection/operation') });
  });

  test.each([
    ['"rpc": { "acl": [ { "address": "[::]:8732", "blacklist": [] } ] }', /a section "rpc" of somebody else/],
    ['"rpc" : {"listen-addrs":["127.0.0.1"]}', /a section "rpc" of somebody else/],
  ])('beside a section of somebody else it is not written: %s', (section, says) => {
    for (const text of [`{ ${section}, "p2p": {} }\n`, `{ "p2p": {}, ${section} }\n`]) {
      writeFileSync(config, text);
      writeFileSync(rpcFile(), `${JSON.stringify(list('GET /version'))}\n`);
      const { status, stderr } = start('new.example', undefined, rpcFile());
      expect([status, stderr]).toEqual([1, expect.stringMatching(says)]);
      expect(readFileSync(config, 'utf8')).toBe(text);
    }
  });

  test.each(['', '\n', '[]', '"text"', '{ "p2p": {'])('a file that is no object is not written: %j', (text) => {
    writeFileSync(config, text);
    const { status, stderr } = start('new.example');
    expect([status, stderr]).toEqual([1, expect.stringContaining('is no object of JSON')]);
    expect(readFileSync(config, 'utf8')).toBe(text);
  });

  test('it may be all there is, and stand last', () => {
    for (const text of ['{}', '{ }\n', `{ "rpc": ${JSON.stringify(list('GET /version'))} }`]) {
      writeFileSync(config, text);
      withList('GET /chains/*/chain_id');
      expect(read()).toEqual({ rpc: list('GET /chains/*/chain_id') });
    }
    writeFileSync(config, `{ "p2p": {}, "rpc": ${JSON.stringify(list('GET /version'))} }`);
    withList('GET /chains/*/chain_id');
    expect(read()).toEqual({ p2p: {}, rpc: list('GET /chains/*/chain_id') });
  });

  test('the next start writes the list of its bakery file in place of the last one, and none where nobody follows it', () => {
    writeFileSync(config, ofOctez);
    withList('GET /version');
    const once = readFileSync(config, 'utf8');
    withList('GET /chains/*/chain_id');
    expect(read().rpc).toEqual(list('GET /chains/*/chain_id'));
    withList('GET /version');
    expect(readFileSync(config, 'utf8')).toBe(once);
    run('new.example');
    expect(read().rpc).toBeUndefined();
  });
});

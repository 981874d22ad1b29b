import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type AgentConfig, reasons } from '../../../programs/agent/agent.contract';
import { startAgent } from '../../../programs/agent/agent-server';
import { DeviceLook } from '../../../programs/agent/device-look';
import { ask } from '../../../programs/runtime/ask-http';
import type { Log } from '../../../programs/runtime/json-log';
import { type Reply, serve } from '../../../programs/runtime/serve-http';
import { voteHex } from '../asked-bytes';
import { agentConfig, CHAIN, epochOf, insteadOfIt, key, octezSigner, otherKey, say } from '../home';
import { afterwards, temporaryFolder, until } from '../temporary';
import { hasPython, type LedgerState, type StandInLedger, standInLedger } from './ledger-stand-in';

const withLedger = hasPython ? test : test.skip;
const LOOK_MS = 50;
const LEDGER_URL = 'ledger://major-squirrel-thick-hedgehog/ed25519/0h/0h';

async function started(config: AgentConfig, log: Log = () => {}): Promise<AgentConfig> {
  const { close } = await startAgent(config, log, LOOK_MS);
  afterwards(close);
  return config;
}

async function withUrl(url: string, ledgerFile?: string, more: Partial<AgentConfig> = {}): Promise<AgentConfig> {
  const device = { urls: { [key.address]: url }, ledgerFile };
  return started(agentConfig(await octezSigner(), { device, ...more }));
}

async function get(config: AgentConfig, path: string) {
  const { status, text } = await ask(config.listen as { socket: string }, { method: 'GET', path, timeoutMs: 5000 });
  return { status, text };
}

/** What `GET /status/<key>` says: the code and the reason. */
async function statusOf(config: AgentConfig, of = key.address): Promise<[number, string]> {
  const { status, text } = await get(config, `/status/${of}`);
  return [status, JSON.parse(text).reason];
}

const becomes = (config: AgentConfig, status: number, reason: string) =>
  until(`its status is ${status} ${reason}`, async () => `${await statusOf(config)}` === `${status},${reason}`);

async function bakingLedger(): Promise<{ ledger: StandInLedger; agent: AgentConfig }> {
  const ledger = await standInLedger();
  const agent = await withUrl(LEDGER_URL, ledger.file);
  expect(await statusOf(agent)).toEqual([200, '']);
  return { ledger, agent };
}

const states: [string, string, (ledger: StandInLedger) => void][] = [
  ['that is not plugged in', 'absent', (ledger) => ledger.unplug()],
  ['that is locked', 'locked', (ledger) => ledger.set({ answers: { b001: '5515' } })],
  ['with another app', 'wrong app', (ledger) => ledger.set({ answers: { b001: '01 05 424f4c4f53 01 31 00 9000' } })],
  ['that bakes with no key', 'not authorised', (ledger) => ledger.set({ answers: { '800d': '6a88' } })],
  [
    'that bakes with another path',
    'not authorised',
    (ledger) => ledger.set({ answers: { '800d': '00 04 8000002c 800006c1 80000000 80000001 9000' } }),
  ],
  [
    'that bakes with another curve',
    'not authorised',
    (ledger) => ledger.set({ answers: { '800d': '01 04 8000002c 800006c1 80000000 80000000 9000' } }),
  ],
  ['that says nothing', 'hangs', (ledger) => ledger.set({ silent: true })],
  ['that talks nonsense', 'trouble', (ledger) => ledger.set({ answers: { '800b': '00 9000' } })],
];

withLedger.each(states)('of a Ledger %s the status is 503, with the word: %s', async (_, reason, bring) => {
  const { ledger, agent } = await bakingLedger();
  bring(ledger);
  await becomes(agent, 503, reason);
  const all = JSON.parse((await get(agent, '/status')).text);
  expect(all.reasons).toEqual({ [key.address]: reason, [otherKey.address]: '' });
  expect(all.keys[key.address]).toContain(reasons[reason as keyof typeof reasons]);
  const problems = (await get(agent, '/metrics')).text.split('\n').filter((line) => line.includes('key_problem{'));
  expect(problems.filter((line) => line.endsWith(' 1'))).toEqual([
    `signer_agent_key_problem{key="${key.address}",reason="${reason}"} 1`,
  ]);
  expect(problems).toHaveLength(2 * Object.keys(reasons).length);
});

withLedger('a Ledger is good again as soon as it is', async () => {
  const { ledger, agent } = await bakingLedger();
  const states: LedgerState[] = [{ answers: { b001: '5515' } }, { silent: true }, { answers: { '800d': '6a88' } }];
  for (const state of states) {
    ledger.set(state);
    await until('it is not', async () => (await statusOf(agent))[0] === 503);
    ledger.set({});
    await becomes(agent, 200, '');
  }
});

withLedger('what somebody else has asked the Ledger for is no answer to the agent', async () => {
  const { ledger, agent } = await bakingLedger();
  ledger.set({ stray: '0101 05 0000 0002 5515'.replace(/ /g, '') });
  for (let i = 0; i < 10; i++) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    expect(await statusOf(agent)).toEqual([200, '']);
  }
});

const body = (level: number) => JSON.stringify(voteHex({ level }));
const path = `/keys/${key.address}`;

async function sessionOf(agent: AgentConfig): Promise<string> {
  const [status, { session }] = await say(agent, { epoch: epochOf(1) });
  expect(status).toBe(200);
  return session;
}

/** How long a signature takes that is asked for while the Ledger is looked at. Milliseconds. */
async function signatureMs(state: LedgerState): Promise<number> {
  const { ledger, agent } = await bakingLedger();
  const session = await sessionOf(agent);
  ledger.set(state);
  await new Promise((resolve) => setTimeout(resolve, 3 * LOOK_MS));
  const startMs = performance.now();
  expect(await say(agent, { session, path, body: body(60) })).toMatchObject([200, { ending: 'signed' }]);
  return performance.now() - startMs;
}

withLedger('a signature does not wait for a look at a slow Ledger: what is asked next gives way', async () => {
  const whole = 4 * 250;
  expect(await signatureMs({ delayMs: 250 })).toBeLessThan(whole / 2);
});

withLedger('a signature waits for a dead Ledger no longer than for one step of a look', async () => {
  expect(await signatureMs({ silent: true })).toBeLessThan(600);
});

withLedger('with its session an agent reports the mark of the Ledger, which is of no kind', async () => {
  const { ledger, agent } = await bakingLedger();
  ledger.set({ answers: { '800b': '00000033 00000004 00000007 00000001 7a06a770 9000' } });
  const marks = async () => (await say(agent, {}))[1].marks;
  expect(await marks()).toEqual([{ key: key.address, kind: 'device', level: 51, round: 4 }]);
  ledger.set({ answers: { '800b': '00000033 00000004 00000007 00000001 00000000 9000' } });
  expect(await marks()).toMatchObject([{ level: 51, round: 4 }]);
  ledger.set({ answers: { '800b': '00000033 00000004 00000007 00000001 12345678 9000' } });
  expect(await marks()).toMatchObject([{ level: 7, round: 1 }]);
});

withLedger('of a Ledger that cannot be read an agent reports what it read last, and no zero', async () => {
  const { ledger, agent } = await bakingLedger();
  ledger.unplug();
  expect((await say(agent, {}))[1].marks).toEqual([{ key: key.address, kind: 'device', level: 50, round: 3 }]);
  const other = await withUrl(LEDGER_URL, '/dev/none');
  expect((await say(other, {}))[1].marks).toEqual([]);
});

withLedger('the mark of a Ledger that bakes with another key is not reported for this one', async () => {
  const { ledger, agent } = await bakingLedger();
  ledger.set({ answers: { '800d': '00 04 8000002c 800006c1 80000000 80000001 9000' } });
  expect((await say(agent, {}))[1].marks).toEqual([]);
});

test('a device that is looked at and was too slow for a signature is good again when it has answered a look', async () => {
  const answers: (() => void)[] = [];
  const signature = `edsig${'1'.repeat(95)}`;
  const standIn = await insteadOfIt(
    () => new Promise<Reply>((resolve) => answers.push(() => resolve({ status: 200, json: { signature } }))),
  );
  const device = { urls: { [key.address]: standIn.url } };
  const agent = await started(agentConfig(standIn, { device, budgetMs: 100 }));
  const session = await sessionOf(agent);
  expect(await say(agent, { session, path, body: body(10) })).toMatchObject([504, { ending: 'timeout' }]);
  await becomes(agent, 503, 'hangs');
  answers.shift()?.();
  expect(await statusOf(agent)).toEqual([503, 'hangs']);
  await becomes(agent, 200, '');
});

/** A device of a tz4 key whose own program speaks as octez-signer does. */
async function httpDevice(reply: () => Reply): Promise<string> {
  const { port, close } = await serve({ port: 0, host: '127.0.0.1' }, reply, () => {});
  afterwards(close);
  return `http://127.0.0.1:${port}/${key.address}`;
}

test.each([
  [200, 200, ''],
  [403, 503, 'locked'],
  [404, 503, 'unknown key'],
  [500, 503, 'trouble'],
])('of a device behind HTTP that answers %s the status is %s %s', async (answer, status, reason) => {
  const agent = await withUrl(await httpDevice(() => ({ status: answer, text: '' })));
  expect(await statusOf(agent)).toEqual([status, reason]);
});

test('a device behind HTTP is asked for the key that it holds', async () => {
  const asked: string[] = [];
  const { port, close } = await serve(
    { port: 0, host: '127.0.0.1' },
    (request) => {
      asked.push(`${request.method} ${request.path}`);
      return { status: 200, text: '' };
    },
    () => {},
  );
  afterwards(close);
  await withUrl(`http://127.0.0.1:${port}/some/where/${key.address}`);
  expect(asked[0]).toBe(`GET /some/where/keys/${key.address}`);
});

test('a device behind HTTP whose program does not run is absent', async () => {
  expect(await statusOf(await withUrl(`http://127.0.0.1:1/${key.address}`))).toEqual([503, 'absent']);
});

test('a device behind a socket is there when it can be connected to, and locked while its port is closed', async () => {
  const server = createServer((socket) => socket.on('error', () => {}));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterwards(() => server.close());
  const { port } = server.address() as AddressInfo;
  const agent = await withUrl(`tcp://127.0.0.1:${port}/${key.address}`);
  expect(await statusOf(agent)).toEqual([200, '']);
  server.close();
  await becomes(agent, 503, 'locked');
});

test('octez-signer that is not there, and a key that it does not know, come before the device', async () => {
  const device = { urls: { [otherKey.address]: 'tcp://127.0.0.1:1/x' } };
  const without = await started(agentConfig({ url: 'http://127.0.0.1:1', folder: '/nowhere' }, { device }));
  expect(await statusOf(without, otherKey.address)).toEqual([503, 'octez-signer absent']);
  const alone = await started(agentConfig(await octezSigner([key]), { device }));
  expect(await statusOf(alone, otherKey.address)).toEqual([503, 'unknown key']);
  expect(await statusOf(alone)).toEqual([200, '']);
});

test('what becomes of a device is logged once each time', async () => {
  const server = createServer((socket) => socket.on('error', () => {}));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterwards(() => server.close());
  const { port } = server.address() as AddressInfo;
  const device = { urls: { [key.address]: `tcp://127.0.0.1:${port}/x` } };
  const logged: string[] = [];
  const config = agentConfig(await octezSigner(), { device, keys: [key.address] });
  const agent = await started(config, (severity, message) => logged.push(`${severity} ${message}`));
  server.close();
  await becomes(agent, 503, 'locked');
  await new Promise((resolve) => setTimeout(resolve, 5 * LOOK_MS));
  expect(logged.filter((line) => line.includes('the device'))).toEqual([
    'INFO the device could sign',
    'WARNING the device could not sign: the device is locked: its port is closed',
  ]);
});

test('the status of a key of nobody here is not told', async () => {
  const agent = await started(agentConfig(await octezSigner([key])));
  expect((await get(agent, '/status/tz1burnburnburnburnburnburnburjAYjjX')).status).toBe(404);
});

test('a Ledger that may not be opened is no missing one', async () => {
  const agent = await withUrl(LEDGER_URL, '/');
  expect(await statusOf(agent)).toEqual([503, 'trouble']);
});

withLedger('that octez-signer takes the Ledger away while it signs is no unplugging', async () => {
  const ledger = await standInLedger();
  const signature = `edsig${'1'.repeat(95)}`;
  const standIn = await insteadOfIt(() => {
    renameSync(ledger.file, `${ledger.file}.gone`);
    setTimeout(() => renameSync(`${ledger.file}.gone`, ledger.file), 300);
    return { status: 200, json: { signature } };
  });
  const device = { urls: { [key.address]: LEDGER_URL }, ledgerFile: ledger.file };
  const agent = await started(agentConfig(standIn, { device }));
  const session = await sessionOf(agent);
  expect(await say(agent, { session, path, body: body(60) })).toMatchObject([200, { ending: 'signed' }]);
  for (let ms = 0; ms < 1500; ms += LOOK_MS) {
    expect(await statusOf(agent)).toEqual([200, '']);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
});

test.each(['ledger://a-b-c-d/nothing', 'tcp://', 'http://[', ''])(
  'an agent starts though nobody can read the URL %p of its device',
  async (url) => {
    expect([200, 503]).toContain((await statusOf(await withUrl(url, '/dev/none')))[0]);
  },
);

test('a Ledger that is plugged in, and that the kernel shows to nobody, is absent for a while; then octez-signer alone judges it', async () => {
  const sys = temporaryFolder();
  const usb = join(sys, 'bus/usb/devices/1-1');
  const config = { urls: { [key.address]: LEDGER_URL }, ledgerFile: '/dev/none' };
  const looked = new DeviceLook({ config, chainId: CHAIN, sys, patienceMs: 200 });
  const reason = async () => {
    await looked.look(() => false);
    return [looked.problemOf(key.address)?.reason, looked.isLedgerSeen];
  };
  expect(await reason()).toEqual(['absent', false]);
  mkdirSync(usb, { recursive: true });
  writeFileSync(join(usb, 'idVendor'), '2c97\n');
  expect(await reason()).toEqual(['absent', false]);
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect(await reason()).toEqual([undefined, false]);
  writeFileSync(join(usb, 'idVendor'), '1d6b\n');
  expect(await reason()).toEqual(['absent', false]);
});

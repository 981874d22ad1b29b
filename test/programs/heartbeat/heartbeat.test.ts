import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  HEARTBEAT_CONFIG,
  type HeartbeatConfig,
  heartbeatMetrics,
  type MissReason,
  missReasons,
} from '../../../programs/heartbeat/heartbeat.contract';
import { startHeartbeat } from '../../../programs/heartbeat/start-heartbeat';
import { bundledProgram } from '../bundled-program';
import { afterwards, temporaryFolder, until } from '../temporary';
import { MadeAlertmanager, watchdog } from './made-alertmanager';
import { MadeGoogle } from './made-google';

let alertmanager: MadeAlertmanager;
let google: MadeGoogle;
let config: HeartbeatConfig;
let said: string[];
let metricsUrl: string;

beforeEach(async () => {
  [alertmanager, google] = [await new MadeAlertmanager().listen(), await new MadeGoogle().listen()];
  config = {
    bakery: 'mainnet',
    alertmanager: alertmanager.url,
    bucket: 'mainnet-heartbeat-example-bakery',
    metrics: { port: 0, host: '127.0.0.1' },
  };
});

async function start(pace = { everyMs: 30, retryMs: 30 }): Promise<void> {
  const heard: string[] = [];
  said = heard; // one that is ending may have a last word
  const running = await startHeartbeat(config, (severity, message) => heard.push(`${severity} ${message}`), {
    ...pace,
    google: google.at.urls,
  });
  afterwards(() => running.stop());
  metricsUrl = `http://127.0.0.1:${running.port}/metrics`;
}

const metrics = async () => (await fetch(metricsUrl)).text();

async function told(metric: string): Promise<number> {
  const line = (await metrics()).split('\n').find((each) => each.startsWith(`${metric} `));
  return Number(line?.split(' ')[1]);
}

const missesOf = (reason: MissReason) => told(`${heartbeatMetrics.misses}{reason="${reason}"}`);

test('while the alert is there the object is written again and again, with what Alertmanager has told', async () => {
  await start();
  await until('three beats', () => google.written.length >= 3);
  const [{ bucket, name, text, type }] = google.written;
  expect({ bucket, name, type }).toEqual({
    bucket: 'mainnet-heartbeat-example-bakery',
    name: 'heartbeat.json',
    type: 'application/json',
  });
  const beat = JSON.parse(text);
  expect(Object.keys(beat)).toEqual(['bakery', 'time', 'watchdog']);
  expect(beat.bakery).toBe('mainnet');
  expect(Math.abs(Date.now() - Date.parse(beat.time))).toBeLessThan(10_000);
  expect(Date.parse(beat.watchdog.updatedAt)).toBeLessThan(Date.parse(beat.time));
  expect(Date.parse(beat.watchdog.endsAt)).toBeGreaterThan(Date.parse(beat.time));
  expect(await told(heartbeatMetrics.lastSuccess)).toBeGreaterThan(Date.now() / 1000 - 10);
  expect(await told(heartbeatMetrics.watchdogTime)).toBeGreaterThan(Date.now() / 1000 - 20);
  expect(said).toEqual(['INFO the heartbeat is written']); // once, not each minute
});

/** What is wrong, the reason that metrics tell, and words of the log. */
const faults: [string, () => void, MissReason, RegExp][] = [
  ['Prometheus sends no alert', () => (alertmanager.alerts = []), 'absent', /no Watchdog of mainnet/],
  [
    'only another bakery has the alert',
    () => (alertmanager.alerts = [{ labels: { ...watchdog.labels, bakery: 'other' } }]),
    'absent',
    /no Watchdog of mainnet/,
  ],
  ['the alert is over', () => (alertmanager.alerts = [{ ...watchdog, endsInSeconds: -1 }]), 'absent', /no Watchdog/],
  [
    'Prometheus has not sent it for minutes',
    () => (alertmanager.alerts = [{ ...watchdog, updatedSecondsAgo: 200, endsInSeconds: 40 }]),
    'stale',
    /has sent Watchdog 20\d s ago/,
  ],
  [
    'somebody has silenced it',
    () => (alertmanager.alerts = [{ ...watchdog, state: 'suppressed' }]),
    'inactive',
    /is suppressed: nobody may silence it/,
  ],
  [
    'Alertmanager has only just started',
    () => (alertmanager.alerts = [{ ...watchdog, state: 'unprocessed' }]),
    'inactive',
    /is unprocessed/,
  ],
  [
    'Alertmanager fails',
    () => (alertmanager.fault = { status: 500, text: 'no' }),
    'alertmanager',
    /Alertmanager answers 500/,
  ],
  [
    'something else answers in its place',
    () => (alertmanager.fault = { status: 200, text: '<html>' }),
    'alertmanager',
    /no list of alerts/,
  ],
  [
    'an alert has no times',
    () => (alertmanager.fault = { status: 200, json: [{ labels: watchdog.labels, status: { state: 'active' } }] }),
    'alertmanager',
    /has no times/,
  ],
  ['the metadata server is late', () => (google.isLate = true), 'token', /answers 503 and no token/],
  ['the account may not write', () => (google.isAllowed = false), 'bucket', /403: .* storage.objects.create access/],
  ['the bucket is gone', () => google.buckets.clear(), 'bucket', /404: The specified bucket does not exist/],
  ['Cloud Storage fails', () => (google.fault = 503), 'bucket', /503: We encountered/],
];

test.each(faults)('nothing is written when %s, and metrics and log say why', async (_, happens, reason, words) => {
  happens();
  await start();
  await until('it is missed', async () => (await missesOf(reason)) >= 2);
  expect(google.written).toEqual([]);
  expect(await told(heartbeatMetrics.lastSuccess)).toBe(0);
  for (const other of missReasons.filter((each) => each !== reason)) expect(await missesOf(other)).toBe(0);
  expect(said).toEqual([expect.stringMatching(words)]); // once, though it is missed again and again
  expect(said.join()).not.toContain('ya29');
});

test('nothing is written while Alertmanager is not there', async () => {
  config = { ...config, alertmanager: 'http://127.0.0.1:1' };
  await start();
  await until('it is missed', async () => (await missesOf('alertmanager')) >= 1);
  expect(google.written).toEqual([]);
  expect(said[0]).toContain('WARNING Alertmanager does not answer');
});

test('after an outage it goes on by itself, and says so', async () => {
  google.isLate = true;
  await start({ everyMs: 60_000, retryMs: 30 });
  await until('it is missed', async () => (await missesOf('token')) >= 1);
  google.isLate = false;
  await until('it is written', () => google.written.length === 1);
  await until('it is said', () => said.length === 2);
  expect(said[1]).toBe('INFO the heartbeat is written');
});

test('beats do not pile up behind one that hangs', async () => {
  google.fault = 'hangs';
  await start();
  await until('it is asked', () => alertmanager.asked >= 1);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(alertmanager.asked).toBe(1);
});

test('of two alerts, as after its labels have changed, the newer one counts', async () => {
  const old = { labels: { ...watchdog.labels, severity: 'none' }, updatedSecondsAgo: 200 };
  alertmanager.alerts = [old, watchdog, old];
  await start();
  await until('it is written', () => google.written.length >= 1);
});

test('every metric of the contract is told, and no other', async () => {
  await start();
  const samples = (await metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const names = [...new Set(samples.map((line) => /^\w+/.exec(line)?.[0] ?? ''))];
  expect(names.sort()).toEqual(Object.values(heartbeatMetrics).sort());
  expect(samples.filter((line) => line.includes('reason='))).toHaveLength(missReasons.length);
});

test('the program in its pod writes, logs lines of JSON, and ends when it is told to', async () => {
  const file = join(temporaryFolder(), 'heartbeat.json');
  writeFileSync(file, JSON.stringify(config));
  const program = await bundledProgram('heartbeat');
  const env = { ...process.env, ...google.at.env };
  const child = spawn(process.execPath, [program, '--config', file], { stdio: ['ignore', 'pipe', 'inherit'], env });
  afterwards(() => child.kill('SIGKILL'));
  let logged = '';
  child.stdout.on('data', (part) => (logged += part));
  await until('it says so', () => logged.includes('\n'));
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(google.written).toHaveLength(1);
  expect(JSON.parse(logged)).toMatchObject({ severity: 'INFO', message: 'the heartbeat is written' });
});

test('without a configuration it says which file it wanted, and ends with 1', async () => {
  const child = spawn(process.execPath, [await bundledProgram('heartbeat')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (part) => (stderr += part));
  expect(await once(child, 'exit')).toEqual([1, null]);
  expect(stderr).toContain(HEARTBEAT_CONFIG);
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../../kit/root';

const script = readFileSync(join(ROOT, 'charts/kit/octez/find-peers.sh'), 'utf8');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'find-peers-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs it with a name service that knows a name from the n-th second on; seconds pass at once. */
function run(known: Record<string, number>, programs = ['getent', 'sleep']) {
  const cases = Object.entries(known).map(([name, second]) => `${name}) [ "$now" -ge ${second} ] ;;`);
  const bodies: Record<string, string> = {
    getent: `now=0; while read -r _; do now=$((now + 1)); done <${folder}/slept; case $2 in ${cases.join(' ')} *) exit 2 ;; esac`,
    sleep: `echo one >>${folder}/slept`,
  };
  writeFileSync(join(folder, 'slept'), '');
  for (const name of programs) writeFileSync(join(folder, name), `#!/bin/sh\n${bodies[name]}\n`, { mode: 0o755 });
  const env = { PATH: folder, PEERS: 'sentry-a sentry-b' };
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', script], { env, encoding: 'utf8' });
  const seconds = readFileSync(join(folder, 'slept'), 'utf8').split('\n').length - 1;
  return { status, said: stdout + stderr, seconds };
}

test('names that are known keep nobody waiting', () => {
  expect(run({ 'sentry-a': 0, 'sentry-b': 0 })).toEqual({ status: 0, said: '', seconds: 0 });
});

test('a name that comes late is waited for', () => {
  expect(run({ 'sentry-a': 0, 'sentry-b': 7 })).toEqual({ status: 0, said: '', seconds: 7 });
});

test('a name that never comes keeps the node down for half a minute at most', () => {
  const { status, said, seconds } = run({ 'sentry-b': 0 });
  expect([status, seconds]).toEqual([0, 29]);
  expect(said).toContain('some of sentry-a sentry-b cannot be looked up: starting without them');
});

test('without any name the pod starts over, instead of a node without peers', () => {
  const { status, said } = run({});
  expect(status).toBe(1);
  expect(said).toContain('none of sentry-a sentry-b can be looked up');
});

test('an image that cannot look names up does not keep the node down', () => {
  expect(run({}, ['sleep'])).toMatchObject({ status: 0, seconds: 0 });
});

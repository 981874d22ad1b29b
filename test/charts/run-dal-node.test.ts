import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../kit/root';

/** How a DAL node is started: `wget` and the program are made up, the shell is the real one. */
const script = join(ROOT, 'charts/dal-node/run-dal-node.sh');
jest.setTimeout(60_000);

let folder: string;
let running: ChildProcess[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-dal-node-'));
  running = [];
  program('wget', `for url; do :; done; host=\${url#http://}; cat "${folder}/state-\${host%%/*}" 2>/dev/null`);
});
afterEach(async () => {
  for (const { pid } of running) {
    try {
      if (pid) process.kill(-pid, 'SIGKILL');
    } catch {
      // it has ended
    }
  }
  rmSync(folder, { recursive: true, force: true });
});

const path = (name: string) => join(folder, name);
const program = (name: string, text: string) => writeFileSync(path(name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
const nodeIs = (node: string, state: string) =>
  writeFileSync(path(`state-${node}`), JSON.stringify({ bootstrapped: true, sync_state: state }));

function start(env: Record<string, string> = {}) {
  const settings = {
    NODES: 'http://a http://b',
    HELD: path('held'),
    PACE: '0.1',
    RPC: 'http://own',
    HALTS_ON_TRAPS: 'yes',
    ...env,
  };
  const child = spawn('/bin/sh', [script, path('dal'), 'run', '--data-dir', '/d'], {
    detached: true, // a group of its own, which ends together
    env: { PATH: `${folder}:${process.env.PATH}`, ...settings },
  });
  running.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part) => (said += part));
  const ended = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)));
  const says = async (word: string) => {
    for (let i = 0; i < 400 && !said.includes(word); i++) await new Promise((resolve) => setTimeout(resolve, 25));
    expect(said).toContain(word);
  };
  return { child, ended, says, said: () => said };
}

/** What Octez says before it halts on traps, in lines of 80 columns behind their time. */
const TRAPPED = [
  "echo 'Nov 29 04:00:00.000 ERROR │ Registered attester tz4HVR0aty9KwsQ attested a trap at slot 3, attested level' >&2",
  "echo 'Nov 29 04:00:00.000 ERROR │   13857. Stopping the DAL node.' >&2",
].join('\n');

/** Runs until a TERM, and then ends as Octez does. */
const SERVES = `echo "runs $*"; trap 'echo ended; exit 127' TERM; while :; do sleep 0.05; done`;

test('it follows the first node that is synced, and waits while none is', async () => {
  program('dal', SERVES);
  nodeIs('a', 'unsynced');
  const dal = start();
  await dal.says('none of http://a http://b is synced');
  nodeIs('b', 'synced');
  await dal.says('runs run --data-dir /d --endpoint http://b');
});

test('a TERM reaches the program, and its exit code is that of the pod', async () => {
  program('dal', SERVES);
  nodeIs('a', 'synced');
  const dal = start();
  await dal.says('runs ');
  dal.child.kill('SIGTERM');
  expect(await dal.ended).toBe(127);
  expect(dal.said()).toContain('ended');
});

test('when its node is no longer synced and another is, it ends, to start again behind that one', async () => {
  program('dal', SERVES);
  nodeIs('a', 'synced');
  nodeIs('b', 'synced');
  const dal = start();
  await dal.says('follows http://a');
  nodeIs('a', 'stuck');
  expect(await dal.ended).toBe(127);
  expect(dal.said()).toContain('http://a is not synced, and http://b is');
});

test('when no node is synced, as on a halted chain, it stays', async () => {
  program('dal', SERVES);
  nodeIs('a', 'synced');
  const dal = start({ PATIENCE: '2' });
  await dal.says('runs ');
  nodeIs('a', 'stuck');
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(dal.child.exitCode).toBeNull();
});

test('when it processes nothing new although its node is synced, it ends', async () => {
  program('dal', SERVES);
  nodeIs('a', 'synced');
  writeFileSync(path('state-own'), '41');
  const dal = start({ STILL: '5' });
  await dal.says('runs ');
  for (const level of ['42', '43', '44']) {
    await new Promise((resolve) => setTimeout(resolve, 300));
    writeFileSync(path('state-own'), level);
  }
  expect(dal.child.exitCode).toBeNull();
  expect(await dal.ended).toBe(127);
  expect(dal.said()).toContain('it has processed nothing since level 44, although http://a is synced');
});

test('after a trap it ends with 2, and is held from its next start on, which says so last; a person lets it go', async () => {
  program('dal', `echo runs >>${path('starts')}\n${TRAPPED}\nexit 2`);
  nodeIs('a', 'synced');
  const first = start();
  expect(await first.ended).toBe(2);
  expect(first.said()).toContain('attested a trap at slot 3');
  const second = start();
  await second.says('HELD since ');
  expect(second.said().trim().split('\n').at(-1)).toMatch(/attested a DAL slot that holds traps.* then: rm .*held$/);
  expect(second.child.exitCode).toBeNull();
  expect(readFileSync(path('starts'), 'utf8')).toBe('runs\n');
  rmSync(path('held'));
  expect(await second.ended).toBe(0);
  expect(second.said()).toContain('no longer held');
  program('dal', SERVES);
  await start().says('runs run');
});

test('a new pod of one that is held ends with 2 once, too: Kubernetes has forgotten how the old one ended', async () => {
  program('dal', `echo runs >>${path('starts')}\n${TRAPPED}\nexit 2`);
  nodeIs('a', 'synced');
  writeFileSync(path('held'), '2026-11-29 04:00:00\n');
  expect(await start({ HELD_FOR_NOW: path('held-for-now') }).ended).toBe(2);
  const second = start({ HELD_FOR_NOW: path('held-for-now') });
  await second.says('HELD since 2026-11-29 04:00:00');
  second.child.kill('SIGTERM');
  expect(await second.ended).toBe(143);
  expect(existsSync(path('starts'))).toBe(false);
});

test('a second trap in one pod is told as the first one was', async () => {
  program('dal', `${TRAPPED}\nexit 2`);
  nodeIs('a', 'synced');
  expect(await start().ended).toBe(2);
  const second = start();
  await second.says('HELD since ');
  rmSync(path('held'));
  expect(await second.ended).toBe(0);
  expect(await start().ended).toBe(2);
});

test('any other end is an ordinary one, and no 2, which is for traps alone', async () => {
  nodeIs('a', 'synced');
  program('dal', 'exit 1');
  expect(await start().ended).toBe(1);
  program('dal', `echo 'Uncaught exception: Unix.EPIPE' >&2; exit 2`);
  const other = start();
  expect(await other.ended).toBe(1);
  expect(other.said()).toContain('EPIPE');
  program('dal', `${TRAPPED}\nexit 1`);
  expect(await start().ended).toBe(1);
  program('dal', `${TRAPPED}\nexit 2`);
  expect(await start({ HALTS_ON_TRAPS: '' }).ended).toBe(1);
  expect(existsSync(path('held'))).toBe(false);
});

test('where its disk takes nothing any more it is held all the same, also by its next start, and let go by name', async () => {
  program('dal', `echo runs >>${path('starts')}\n${TRAPPED}\nexit 2`);
  nodeIs('a', 'synced');
  const where = { HELD: path('no-folder/held'), HELD_FOR_NOW: path('held-for-now') };
  const first = start(where);
  expect(await first.ended).toBe(2);
  expect(first.said()).toContain(`cannot write ${where.HELD}`);
  const second = start(where);
  await second.says('HELD since ');
  expect(second.said().trim()).toMatch(/then: rm .*held-for-now$/);
  expect(readFileSync(path('starts'), 'utf8')).toBe('runs\n');
  program('dal', SERVES);
  rmSync(where.HELD_FOR_NOW);
  expect(await second.ended).toBe(0);
  await start(where).says('runs run');
});

test('where nothing can be written at all it is held for as long as it runs', async () => {
  program('dal', `echo runs >>${path('starts')}\n${TRAPPED}\nexit 2`);
  nodeIs('a', 'synced');
  const dal = start({ HELD: path('no-folder/held'), HELD_FOR_NOW: path('no-folder/too') });
  await dal.says('HELD since ');
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect(dal.child.exitCode).toBeNull();
  expect(dal.said()).not.toContain('no longer held');
  dal.child.kill('SIGTERM');
  expect(await dal.ended).toBe(143);
  expect(readFileSync(path('starts'), 'utf8')).toBe('runs\n');
});

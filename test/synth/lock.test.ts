import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, utimesSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fixtureFiles, smallestFile } from '../kit/bakeries';
import { type UserProject, userProject } from '../kit/user-project';

const MINUTE = 60_000;
const WORDS = ['node_modules/tezos-bakery/bin/tezos-bakery.cjs', 'synth'];

function started({ folder }: UserProject): ChildProcess {
  return spawn(process.execPath, WORDS, { cwd: folder, stdio: 'ignore' });
}

/** Files of dist/ that are none of a synthesis' result. */
function leftovers(project: UserProject): string[] {
  return Object.keys(project.dist()).filter((path) => /\.new$|(^|\/)\.lock/.test(path));
}

function lockOf(holder: object): string {
  return JSON.stringify({ host: hostname(), since: '2026-11-29T00:00:00.000Z', ...holder });
}

/** Of a process that has ended. */
const deadPid = () => spawnSync(process.execPath, ['-e', '']).pid;

test(
  'syntheses that are started at once do their work one after the other',
  async () => {
    const project = userProject(fixtureFiles());
    project.tezosBakery('--version'); // bundles
    const runs = Array.from({ length: 6 }, () => started(project));
    const codes = await Promise.all(runs.map(async (run) => (await once(run, 'exit'))[0]));
    expect(codes).toEqual(Array(6).fill(0));
    expect(leftovers(project)).toEqual([]);
    const after = project.dist();
    expect(project.synth().stdout).toContain('0 written, 0 removed');
    expect(project.dist()).toEqual(after);
  },
  2 * MINUTE,
);

test(
  'a synthesis that is killed at work holds up no other, and leaves nothing',
  async () => {
    const project = userProject(fixtureFiles());
    project.synth();
    const whole = project.dist();
    project.remove('dist/charts');
    const run = started(project);
    while (!existsSync(join(project.folder, 'dist/.lock')) && run.exitCode === null) await sleep(1);
    await sleep(30);
    run.kill('SIGKILL');
    await once(run, 'exit');
    expect(project.synth()).toMatchObject({ status: 0, stderr: '' });
    expect(project.dist()).toEqual(whole);
  },
  MINUTE,
);

test('what a killed synthesis has left goes with the next one, and nothing else does', () => {
  const project = userProject([smallestFile()]);
  project.synth();
  const whole = project.dist();
  project.write('dist/.lock', lockOf({ pid: deadPid() }));
  project.write('dist/charts/smallest/baker.k8s.yaml.new', 'half');
  project.write('dist/charts/gone/baker.k8s.yaml.new', 'half');
  project.write('dist/infra/stacks/gone/cdk.tf.json.new', 'half');
  project.write('dist/charts/smallest/notes.new', 'mine');
  expect(project.synth()).toMatchObject({ status: 0, stderr: '' });
  expect(project.dist()).toEqual({ ...whole, 'charts/smallest/notes.new': 'mine' });
  expect(existsSync(join(project.folder, 'dist/charts/gone'))).toBe(false);
});

test('who finds another synthesis at work is told who it is, and not that dist/ is as it was', () => {
  const project = userProject([smallestFile()]);
  project.synth();
  project.write('dist/.lock', lockOf({ pid: process.pid }));
  const { status, stderr } = project.synth();
  expect(status).toBe(1);
  expect(stderr).toContain(
    `dist/.lock: another synthesis is at work here (process ${process.pid} on ${hostname()}, since 2026-11-29`,
  );
  expect(stderr).not.toContain('as it was');
  expect(project.read('dist/.lock')).toContain(String(process.pid));
});

test('a folder where the lock belongs is called one', () => {
  const project = userProject([smallestFile()]);
  project.write('dist/.lock/mine.txt', 'x');
  const { status, stderr } = project.synth();
  expect(status).toBe(1);
  expect(stderr).toContain('dist/.lock is a folder, and the name is needed for a file of ours: move it elsewhere');
});

test('a lock of another machine is not ours to judge from here', () => {
  const project = userProject([smallestFile()]);
  project.write('dist/.lock', lockOf({ pid: deadPid(), host: 'another-machine' }));
  expect(project.synth().stderr).toContain('on another-machine, since 2026');
});

test('a lock that was made and not filled, as a killed run leaves it, is taken over after a while', () => {
  const project = userProject([smallestFile()]);
  project.write('dist/.lock', '');
  const before = new Date(Date.now() - MINUTE);
  utimesSync(join(project.folder, 'dist/.lock'), before, before);
  expect(project.synth()).toMatchObject({ status: 0, stderr: '' });
});

// Only there a process tells when it was started.
const onLinux = process.platform === 'linux' ? test : test.skip;
onLinux('a lock of a process whose number another one has by now is taken over', () => {
  const project = userProject([smallestFile()]);
  project.write('dist/.lock', lockOf({ pid: process.pid, born: '1' }));
  expect(project.synth()).toMatchObject({ status: 0, stderr: '' });
});

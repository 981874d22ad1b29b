import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mustRun, run } from './run';

const print = 'console.log(JSON.stringify({ ...process.env, cwd: process.cwd() }))';

test('a judge of dist/ hears nothing of the person who runs it', async () => {
  const home = mkdtempSync(join(tmpdir(), 'run-test-'));
  const own = { NODE_OPTIONS: '--no-warnings', SHELLCHECK_OPTS: '-e SC2086', CKV_SKIP_CHECK: 'CKV_K8S_16' };
  Object.assign(process.env, own);
  try {
    const { stdout } = await mustRun(process.execPath, ['-e', print], { alone: home, env: { ASKED: 'for' } });
    const { PATH } = process.env;
    expect(JSON.parse(stdout)).toEqual({ PATH, HOME: home, TMPDIR: home, LANG: 'C.UTF-8', ASKED: 'for', cwd: home });
  } finally {
    for (const name of Object.keys(own)) delete process.env[name];
    rmSync(home, { recursive: true });
  }
});

test('a program that fails is an answer; one that must not fail is told in its own words', async () => {
  const words = ['-e', 'console.error("no such thing"); process.exit(3)'];
  expect(await run(process.execPath, words)).toEqual({ status: 3, stdout: '', stderr: 'no such thing\n' });
  await expect(mustRun(process.execPath, words)).rejects.toThrow(/exit code 3\nno such thing$/);
});

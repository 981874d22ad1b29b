import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixtureFiles } from '../kit/bakeries';
import { fileInReadme } from '../kit/readme';
import { ROOT } from '../kit/root';
import { filesBelow, userProject } from '../kit/user-project';

const MINUTE = 60_000;

/** What npm tells a script of the project that it runs in: the commands in here run in another one. */
const OF_THIS_PROJECT = /^npm_(package|lifecycle|command|config_local_prefix)/;

function run(folder: string, words: readonly string[], more: NodeJS.ProcessEnv = {}): SpawnSyncReturns<string> {
  const inherited = Object.entries(process.env).filter(([name]) => !OF_THIS_PROJECT.test(name));
  const quiet = { CDK8S_CHECK_UPGRADE: 'false', CHECKPOINT_DISABLE: '1', CI: 'true' };
  const env: NodeJS.ProcessEnv = { ...Object.fromEntries(inherited), ...quiet, ...more };
  delete env.TF_CLI_CONFIG_FILE; // a terraform that this machine may have would complain of it
  const [program, ...rest] = words;
  return spawnSync(program, rest, { cwd: folder, env, encoding: 'utf8' });
}

/** npm as it was started, which is not always the one on the PATH. */
function npm(folder: string, words: readonly string[], more: NodeJS.ProcessEnv = {}): SpawnSyncReturns<string> {
  const { npm_execpath: started = '' } = process.env;
  const program = started.endsWith('npm-cli.js') ? [process.execPath, started] : ['npm'];
  return run(folder, [...program, ...words], more);
}

function mustSucceed({ status, stdout, stderr }: SpawnSyncReturns<string>): string {
  if (status !== 0) throw new Error(`ended with ${status}:\n${stdout}\n${stderr}`);
  return stdout;
}

/** Neither the registry nor npm's cache has the packages: nothing can be installed. */
function isOffline(): boolean {
  const { devDependencies } = JSON.parse(fileInReadme('package.json'));
  const packages = Object.entries(devDependencies).map(([name, version]) => `${name}@${version}`);
  const words = (each: string) => ['view', each, 'version', '--prefer-offline', '--fetch-retries=0'];
  return packages.some((each) => npm(tmpdir(), words(each)).status !== 0);
}

/** With CI set nothing may be left out: there the test fails where it cannot install. */
const mayBeSkipped = !process.env.CI && isOffline();
if (mayBeSkipped)
  console.warn('SKIPPED: README on a fresh install. Neither the npm registry nor npm has the packages.');
const testWithPackages = mayBeSkipped ? test.skip : test;

const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'fresh-')));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A repository of a user as README prints it; only the place this project comes from is another. */
function installed(): string {
  const folder = join(scratch, 'my-bakeries');
  mkdirSync(join(folder, 'bakeries'), { recursive: true });
  const [{ filename }] = JSON.parse(mustSucceed(npm(ROOT, ['pack', '--json', '--pack-destination', scratch])));
  const wanted = fileInReadme('package.json').replace(/"git\+https:[^"]+"/, `"file:../${filename}"`);
  expect(wanted).toContain('file:../');
  writeFileSync(join(folder, 'package.json'), wanted);
  for (const name of ['cdk8s.yaml', 'cdktf.json']) writeFileSync(join(folder, name), fileInReadme(name));
  for (const { path, text } of fixtureFiles()) writeFileSync(join(folder, path), text);
  mustSucceed(npm(folder, ['install', '--prefer-offline', '--no-audit', '--no-fund']));
  return folder;
}

testWithPackages(
  'a repository of your own, written and installed as README says, renders what this one renders, by each command',
  () => {
    const here = userProject(fixtureFiles());
    mustSucceed(run(here.folder, [process.execPath, join(ROOT, 'bin/tezos-bakery.cjs'), 'synth']));
    const folder = installed();
    const commands: Record<string, () => SpawnSyncReturns<string>> = {
      'npm run synth': () => npm(folder, ['run', 'synth']),
      'with DEBUG=1': () => npm(folder, ['run', 'synth'], { DEBUG: '1' }),
      'npx cdk8s synth': () => npm(folder, ['exec', '--no', '--', 'cdk8s', 'synth']),
      'npx cdktf synth': () => npm(folder, ['exec', '--no', '--', 'cdktf', 'synth']),
    };
    for (const [name, command] of Object.entries(commands)) {
      rmSync(join(folder, 'dist'), { recursive: true, force: true });
      mustSucceed(command());
      expect([name, filesBelow(join(folder, 'dist'))]).toEqual([name, here.dist()]);
    }
    expect(mustSucceed(npm(folder, ['run', 'day-one', '--', 'mainnet']))).toContain('npx cdktf deploy mainnet');
  },
  10 * MINUTE,
);

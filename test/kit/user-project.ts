import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { BakeryFile } from '../../model/reading/bakery-file';
import { fileInReadme } from './readme';
import { ROOT } from './root';

/** What a command answered. */
export interface Answer {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Folders made by tests of this file; each is removed when its test file ends. */
const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/**
 * A project of a user, in a folder of its own: README's configuration files of the two CLIs, bakery files, and
 * this project among its packages, with exactly the files that a package of it would hold.
 */
export function userProject(files: readonly BakeryFile[]): UserProject {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bakery-')));
  made.push(folder);
  installPackages(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'my-bakery', private: true }));
  for (const name of ['cdk8s.yaml', 'cdktf.json']) writeFileSync(join(folder, name), fileInReadme(name));
  const project = new UserProject(folder);
  for (const file of files) project.write(file.path, file.text);
  return project;
}

/** Installs this project the way npm would: its published files, and its dependencies beside it. */
function installPackages(folder: string): void {
  const packages = join(folder, 'node_modules');
  mkdirSync(packages);
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (name !== '.cache') symlinkSync(join(ROOT, 'node_modules', name), join(packages, name));
  }
  const { files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { files: string[] };
  for (const name of [...files, 'package.json']) {
    cpSync(join(ROOT, name), join(packages, 'tezos-bakery', name), { recursive: true, force: true });
  }
}

/** A folder with bakeries/ and dist/, and the commands a person runs in it. */
export class UserProject {
  constructor(readonly folder: string) {}

  write(path: string, text: string): void {
    mkdirSync(join(this.folder, dirname(path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  changeCdktf(settings: object): void {
    this.write('cdktf.json', JSON.stringify({ ...JSON.parse(this.read('cdktf.json')), ...settings }));
  }

  remove(path: string): void {
    rmSync(join(this.folder, path), { recursive: true });
  }

  /** `more`: variables of the environment. */
  synth(more: NodeJS.ProcessEnv = {}): Answer {
    return this.run(['node_modules/tezos-bakery/bin/tezos-bakery.cjs', 'synth'], more);
  }

  /** The own command, with other words. */
  tezosBakery(...words: string[]): Answer {
    return this.run(['node_modules/tezos-bakery/bin/tezos-bakery.cjs', ...words]);
  }

  /** The same, with more variables of the environment. */
  tezosBakeryWith(more: NodeJS.ProcessEnv, ...words: string[]): Answer {
    return this.run(['node_modules/tezos-bakery/bin/tezos-bakery.cjs', ...words], more);
  }

  cdk8sSynth(): Answer {
    return this.run(['node_modules/cdk8s-cli/bin/cdk8s', 'synth']);
  }

  cdktfSynth(): Answer {
    return this.cdktf(['synth']);
  }

  /** `more`: variables of the environment. */
  cdktf(words: string[], more: NodeJS.ProcessEnv = {}): Answer {
    return this.run(['node_modules/cdktf-cli/bundle/bin/cdktf', ...words], more);
  }

  private run(words: string[], more: NodeJS.ProcessEnv = {}): Answer {
    const env: NodeJS.ProcessEnv = {
      ...process.env,
      ...more,
      CDK8S_CHECK_UPGRADE: 'false',
      CHECKPOINT_DISABLE: '1',
      CI: 'true',
    };
    delete env.TF_CLI_CONFIG_FILE; // a terraform that this machine may have would complain of it
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: this.folder, env, encoding: 'utf8' });
    return { status, stdout, stderr };
  }

  /** Content of every file below a folder, by path; of a file only its own. */
  everythingBelow(path: string): Record<string, string> {
    const place = join(this.folder, path);
    return statSync(place).isDirectory() ? filesBelow(place) : { [path]: this.read(path) };
  }

  /** Content of every file below dist/, by path. */
  dist(): Record<string, string> {
    return filesBelow(join(this.folder, 'dist'));
  }
}

/** Content of every file below a folder, by path with forward slashes. */
export function filesBelow(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  const paths = entries.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return Object.fromEntries(
    paths.map((path) => [path.slice(folder.length + 1).replaceAll('\\', '/'), readFileSync(path, 'utf8')]),
  );
}

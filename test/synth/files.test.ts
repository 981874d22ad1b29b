import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BakeryFile } from '../../model/reading/bakery-file';
import { version } from '../../package.json';
import { refusalOf, using } from '../../synth/refusal';
import { smallestFile } from '../kit/bakeries';
import { type Answer, type UserProject, userProject } from '../kit/user-project';

let shared: UserProject | undefined;

/** One folder for all tests in here, with nothing of the test before: the program is bundled once. */
function fresh(files: readonly BakeryFile[]): UserProject {
  shared ??= userProject([]);
  for (const name of ['bakeries', 'dist']) rmSync(join(shared.folder, name), { recursive: true, force: true });
  for (const { path, text } of files) shared.write(path, text);
  return shared;
}

const leftByEditors = [
  '.x.yaml.swp',
  '.x.swp',
  'x.yaml~',
  '#x.yaml#',
  '.#y.yaml',
  '._x.yaml',
  '.~lock.x.yaml#',
  '.DS_Store',
  '.nfs0000000000a1b2c3',
  '.smallest.yaml.un~',
  '4913',
  '5036',
  'x.yaml___jb_tmp___',
  'smallest.yaml.bak',
  'smallest.yaml.orig',
  'smallest.yaml.rej',
  'smallest.yaml.save',
  'smallest.yaml.tmp.1234',
  'smallest.yaml.old',
  'smallest.yaml.2026-11-29',
  'smallest.yaml.sb-1a2b3c4d-Xy12Zz',
  'smallest.yaml.crswap',
  'smallest.yaml_original',
  '~$smallest.yaml',
  'Thumbs.db',
  'notes.md',
];

test('what editors and desktops leave in bakeries/ is passed over, and so is a folder of notes', () => {
  const project = fresh([smallestFile()]);
  for (const name of leftByEditors) project.write(`bakeries/${name}`, 'not: [yaml');
  symlinkSync('user@host.4711:1700000000', join(project.folder, 'bakeries/.#x.yaml'));
  project.write('bakeries/.git/smallest.yaml', 'old');
  project.write('bakeries/.vscode/settings.json', '{}');
  project.write('bakeries/notes/.#smallest.yaml', 'old');
  project.write('bakeries/notes/smallest.txt', 'mine');
  expect(project.synth()).toMatchObject({ status: 0, stderr: '' });
});

const secretName = `edsk${'3vR1sJ9fV2kqIp0Xg'.repeat(3)}`;

function newFile(path: string): string {
  writeFileSync(path, '');
  return path;
}

/** Something in bakeries/ that cannot be read as it stands there, and what is said of it. */
const unreadable: Record<string, readonly [make: (bakeries: string) => void, message: string | RegExp]> = {
  'a bakery file in a folder': [
    (bakeries) => {
      mkdirSync(join(bakeries, 'prod/eu'), { recursive: true });
      writeFileSync(join(bakeries, 'prod/eu/a.yaml'), smallestFile().text);
    },
    'bakeries/prod/eu/a.yaml:1: is not read; bakery files lie directly in bakeries/: move it there, or out of bakeries/',
  ],
  ...Object.fromEntries(
    ['2024', '.prod', 'prod.md', 'old~', '.history', 'x.swp', 'smallest.yaml.bak', '~$old'].map((folder) => [
      `a bakery file in the folder ${folder}`,
      [
        (bakeries: string) => {
          mkdirSync(join(bakeries, folder), { recursive: true });
          writeFileSync(join(bakeries, folder, 'a.yaml'), smallestFile().text);
        },
        `bakeries/${folder.split('/').at(-1)}/a.yaml:1: is not read; bakery files lie directly in bakeries/`,
      ],
    ]),
  ),
  'a file of 600 MB': [
    (bakeries) => truncateSync(newFile(join(bakeries, 'a.yaml')), 600_000_000),
    'bakeries/a.yaml:1: has 600000000 bytes; a bakery file has at most 1000000',
  ],
  'a file of 3 GB': [
    (bakeries) => truncateSync(newFile(join(bakeries, 'a.yaml')), 3_000_000_000),
    'bakeries/a.yaml:1: has 3000000000 bytes; a bakery file has at most 1000000',
  ],
  'a copy that a desktop made': [
    (bakeries) => writeFileSync(join(bakeries, 'a (copy).yml'), ''),
    'bakeries/a (copy).yml:1: is not read; a bakery file is called <name>.yaml: rename it',
  ],
  'a bakery file that is hidden': [
    (bakeries) => writeFileSync(join(bakeries, '.a.yml'), ''),
    'bakeries/.a.yml:1: is not read; a bakery file is called <name>.yaml: rename it',
  ],
  'a folder named like a bakery file': [
    (bakeries) => mkdirSync(join(bakeries, 'a.yaml')),
    'bakeries/a.yaml:1: is a folder; a bakery is a file: rename it, or move it elsewhere',
  ],
  'a link to nothing': [
    (bakeries) => symlinkSync('nothing.yaml', join(bakeries, 'a.yaml')),
    'bakeries/a.yaml:1: cannot be read: there is no such file, or the link leads nowhere (ENOENT); make it, or remove the link',
  ],
  'a link to itself': [
    (bakeries) => symlinkSync('a.yaml', join(bakeries, 'a.yaml')),
    'bakeries/a.yaml:1: cannot be read: the link leads to itself (ELOOP)',
  ],
  'a file named like a secret': [
    (bakeries) => writeFileSync(join(bakeries, `${secretName}.yaml`), smallestFile().text),
    /^bakeries\/\(a name of \d+ characters\):1: has a name that looks like a Tezos secret key; rename it/,
  ],
  'a folder named like a secret': [
    (bakeries) => {
      mkdirSync(join(bakeries, 'prod', secretName), { recursive: true });
      writeFileSync(join(bakeries, 'prod', secretName, 'a.yaml'), '');
    },
    /^bakeries\/prod\/\(a name of \d+ characters\)\/a\.yaml:1: is not read/,
  ],
  'a device': [
    (bakeries) => symlinkSync('/dev/zero', join(bakeries, 'a.yaml')),
    'bakeries/a.yaml:1: is no file; a bakery is a file',
  ],
  'a file in another encoding': [
    (bakeries) => writeFileSync(join(bakeries, 'a.yaml'), Buffer.from('network: sp\xe4t', 'latin1')),
    'bakeries/a.yaml:1: is not UTF-8 text; save it as UTF-8',
  ],
};

test.each(Object.keys(unreadable))('%s stops a synthesis, with its name and what to do', (what) => {
  const [make, message] = unreadable[what];
  const project = fresh([smallestFile()]);
  project.synth();
  const before = project.dist();
  make(join(project.folder, 'bakeries'));
  mustBlameNobodyElse(project.synth(), message, 'dist/ is as it was');
  expect(project.dist()).toEqual(before);
});

test('bakeries/ may be what it is not', () => {
  const project = fresh([]);
  project.write('bakeries', 'a file');
  const message = 'bakeries cannot be read: a file stands where a folder belongs (ENOTDIR); move it elsewhere';
  mustBlameNobodyElse(project.synth(), message, 'dist/ is as it was');
});

/** dist/ that cannot be written, and what is said of it. */
const unwritable: Record<string, readonly [make: (project: UserProject) => void, message: string]> = {
  'dist/ is a file': [
    (project) => project.write('dist', 'a file'),
    'dist cannot be written: a file stands where a folder belongs (EEXIST); move it elsewhere',
  ],
  'a file stands where a folder belongs': [
    (project) => project.write('dist/infra/stacks', 'a file'),
    'dist/infra/stacks/smallest cannot be written: a file stands where a folder belongs (EEXIST)',
  ],
  'a pipe stands where a file belongs': [
    (project) => {
      project.write('dist/x', '');
      execFileSync('mkfifo', [join(project.folder, 'dist/bakery.schema.json')]);
    },
    'dist/bakery.schema.json is a pipe, a socket or a device where a file belongs; move it elsewhere',
  ],
  'a pipe stands where the lock belongs': [
    (project) => {
      project.write('dist/x', '');
      execFileSync('mkfifo', [join(project.folder, 'dist/.lock')]);
    },
    'dist/.lock is a pipe, a socket or a device where a file belongs; move it elsewhere',
  ],
  'a pipe stands where a list belongs': [
    (project) => {
      project.write('dist/permanent/x', '');
      execFileSync('mkfifo', [join(project.folder, 'dist/permanent/smallest.txt')]);
    },
    'dist/permanent/smallest.txt:1: is a pipe, a socket or a device; bring it back',
  ],
  'notes lie among the lists': [
    (project) => project.write('dist/permanent/README.txt', 'mine'),
    'dist/permanent/README.txt:1: is no list of permanent names; move it elsewhere',
  ],
  'a folder stands where a new file waits': [
    (project) => project.write('dist/bakery.schema.json.new/mine', 'a file'),
    'dist/bakery.schema.json.new cannot be written: a folder stands where a file belongs (EISDIR); move it elsewhere',
  ],
  'a folder stands where a file belongs': [
    (project) => project.write('dist/bakery.schema.json/mine', 'a file'),
    'dist/bakery.schema.json cannot be read: a folder stands where a file belongs (EISDIR)',
  ],
};

test.each(Object.keys(unwritable))('a synthesis that cannot write, because %s, changes nothing and says so', (what) => {
  const [make, message] = unwritable[what];
  const project = fresh([smallestFile()]);
  make(project);
  const before = project.everythingBelow('dist');
  mustBlameNobodyElse(project.synth(), message, /dist\/ is as it was|this run has not changed dist\//);
  expect(project.everythingBelow('dist')).toEqual(before);
});

test('a disk that takes no more leaves dist/ as it was', () => {
  const project = fresh([smallestFile()]);
  project.synth();
  const before = project.everythingBelow('dist');
  project.remove('dist/charts');
  project.remove('dist/infra');
  const left = project.everythingBelow('dist');
  const synth = 'node node_modules/tezos-bakery/bin/tezos-bakery.cjs synth';
  const script = `trap '' XFSZ; ulimit -f 4; exec ${synth}`;
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script], { cwd: project.folder, encoding: 'utf8' });
  mustBlameNobodyElse(
    { status, stdout, stderr },
    'cannot be written: files may not become as large',
    'dist/ is as it was',
  );
  expect(project.everythingBelow('dist')).toEqual(left);
  expect(project.synth().status).toBe(0);
  expect(project.everythingBelow('dist')).toEqual(before);
});

test('what a machine refuses is said in words, with its code', () => {
  const said = (code: string) => refusalOf(Object.assign(new Error(), { code, syscall: 'open' }), 'written');
  expect(said('EACCES')).toBe('cannot be written: no permission (EACCES); give the user who runs this the right to it');
  expect(said('ENOSPC')).toBe('cannot be written: the disk is full (ENOSPC); make room on it');
  expect(said('EROFS')).toContain('the file system is read-only (EROFS)');
  expect(said('EWHATEVER')).toContain('the system says EWHATEVER');
  expect(refusalOf(new TypeError('ours'), 'written')).toBeUndefined();
  const unseen = 'dist/\u001b[31m\nx';
  expect(() => using(unseen, 'read', () => readFileSync('/nowhere'))).toThrow(
    'dist/\\u001b[31m\\u000ax cannot be read: there is no such file',
  );
});

function mustBlameNobodyElse({ status, stderr }: Answer, message: string | RegExp, end: string | RegExp): void {
  if (typeof message === 'string') expect(stderr).toContain(message);
  else expect(stderr).toMatch(message);
  expect(stderr).not.toContain(secretName);
  expect(stderr).toMatch(end);
  expect(stderr).not.toContain('defect');
  expect(status).toBe(1);
}

test('who asks for the first day of a bakery that is not there hears which are', () => {
  const { status, stderr } = fresh([smallestFile()]).tezosBakery('day-one', 'smalest\u001b[31m');
  expect(status).toBe(1);
  expect(stderr).toMatch(/^there is no such bakery: .*; write one of: smallest\n$/);
  expect(stderr).not.toContain('\u001b');
});

test('who asks for help or for the version gets it, and who mistypes is told how', () => {
  const project = fresh([]);
  for (const words of [['--help'], ['-h'], ['help'], ['synth', '--help'], ['day-one', '-h']]) {
    expect(project.tezosBakery(...words)).toMatchObject({ status: 0, stderr: '' });
    expect(project.tezosBakery(...words).stdout).toContain('usage: tezos-bakery synth');
  }
  expect(project.tezosBakery('--version')).toMatchObject({ status: 0, stdout: `${version}\n` });
  for (const words of [[], ['sinth'], ['synth', 'mainnet'], ['--versoin'], ['day-one']]) {
    expect(project.tezosBakery(...words)).toMatchObject({ status: 2, stdout: '' });
    expect(project.tezosBakery(...words).stderr).toContain('usage: tezos-bakery synth');
  }
});

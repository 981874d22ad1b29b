import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { smallestFile } from '../kit/bakeries';
import { ROOT } from '../kit/root';
import { type UserProject, userProject } from '../kit/user-project';

const MINUTE = 60_000;

const cache = 'node_modules/.cache/tezos-bakery';
const source = 'synth/summary.ts';

function started(): UserProject {
  const project = userProject([smallestFile()]);
  mustSynthesize(project);
  return project;
}

function mustSynthesize(project: UserProject): string {
  const { status, stdout, stderr } = project.synth();
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

/** What V8 has compiled is in a folder beside them. */
const bundles = ({ folder }: UserProject) =>
  readdirSync(join(folder, cache), { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : []));

/** Path of the one bundle that is kept. */
function bundleOf(project: UserProject): string {
  expect(bundles(project)).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.cjs$/)]);
  return join(project.folder, cache, bundles(project)[0]);
}

/** Makes the program say something else. */
function edit({ folder }: UserProject, word: string): void {
  const text = readFileSync(join(ROOT, source), 'utf8').replace('`quotas ', `\`${word} `);
  writeFileSync(join(folder, 'node_modules/tezos-bakery', source), text);
}

test(
  'a second run starts from what the first has kept, without the bundler',
  () => {
    const project = started();
    const bundle = readFileSync(bundleOf(project));
    // One other character anywhere, and V8 takes twice the memory for all of them.
    expect(bundle.every((byte) => byte < 0x80)).toBe(true);
    expect(bundle.includes('tidak sah')).toBe(false); // `import { z }` would bring zod's Malay, and all its languages
    rmSync(join(project.folder, 'node_modules/esbuild'));
    mustSynthesize(project);
    expect(readFileSync(bundleOf(project)).equals(bundle)).toBe(true);
  },
  MINUTE,
);

test(
  'a change of a source is in the next run, also one of the same length, and what was kept before is gone',
  () => {
    const project = started();
    for (const word of ['quotes', 'quarts']) {
      const before = bundleOf(project);
      edit(project, word);
      expect(mustSynthesize(project)).toContain(word);
      expect(mustSynthesize(project)).toContain(word);
      expect(bundleOf(project)).not.toBe(before);
    }
  },
  MINUTE,
);

test(
  'a new file that takes the place of an imported one is in the next run',
  () => {
    const project = started();
    const folder = join(project.folder, 'node_modules/tezos-bakery/synth');
    // Of two names esbuild takes the one with x.
    writeFileSync(join(folder, 'summary.tsx'), 'export const summary = () => "another report";\n');
    expect(mustSynthesize(project)).toContain('another report');
  },
  MINUTE,
);

test(
  "another list of npm's makes another bundle: a package may have taken the place of one",
  () => {
    const project = started();
    const before = bundleOf(project);
    const list = join(project.folder, 'node_modules/.package-lock.json');
    const text = readFileSync(list, 'utf8');
    rmSync(list); // a link to the list of this project
    writeFileSync(list, text.replace('"version"', '"Version"'));
    mustSynthesize(project);
    expect(bundleOf(project)).not.toBe(before);
  },
  MINUTE,
);

/** What a full disk or a lost power supply leaves. */
const damages: Record<string, (content: Buffer) => Buffer> = {
  'is empty': (content) => content.subarray(0, 0),
  'is cut in the middle': (content) => content.subarray(0, content.length / 2),
  'lacks its last statement': (content) => content.subarray(0, content.lastIndexOf(';', content.length - 3) + 1),
  'has zeros at its end': (content) => Buffer.from(content).fill(0, content.length - 65_536),
  'has another letter': (content) => Buffer.from(content.toString().replace('`quotas ', '`quotes ')),
};

test(
  'what was kept and is damaged is made again',
  () => {
    const project = started();
    const content = readFileSync(bundleOf(project));
    for (const [damage, damaged] of Object.entries(damages)) {
      writeFileSync(bundleOf(project), damaged(content));
      mustSynthesize(project);
      expect([damage, readFileSync(bundleOf(project)).equals(content)]).toEqual([damage, true]);
    }
  },
  MINUTE,
);

test(
  'what V8 has compiled is taken by the next run, and made again if it is damaged',
  () => {
    const project = started();
    const folder = join(project.folder, cache, 'compiled');
    const [name] = readdirSync(folder);
    const file = join(folder, name);
    const content = readFileSync(file);
    mustSynthesize(project);
    expect(readFileSync(file).equals(content)).toBe(true);
    for (const damage of ['is empty', 'is cut in the middle', 'has zeros at its end']) {
      const damaged = damages[damage](content);
      writeFileSync(file, damaged);
      mustSynthesize(project);
      expect([damage, readFileSync(file).equals(damaged)]).toEqual([damage, false]);
    }
    expect(readdirSync(folder)).toEqual([name]);
  },
  MINUTE,
);

test(
  'two processes that start at once both do their work, and leave one bundle',
  async () => {
    const project = userProject([smallestFile()]);
    const words = ['node_modules/tezos-bakery/bin/tezos-bakery.cjs', 'day-one', 'smallest'];
    const once = () => promisify(execFile)(process.execPath, words, { cwd: project.folder });
    const [{ stdout: one }, { stdout: other }] = await Promise.all([once(), once()]);
    expect(one).toContain('gcloud auth login');
    expect(other).toBe(one);
    bundleOf(project);
  },
  MINUTE,
);

test(
  "nothing is kept without npm's list of packages: another one could take a place unnoticed",
  () => {
    const project = userProject([smallestFile()]);
    rmSync(join(project.folder, 'node_modules/.package-lock.json'));
    mustSynthesize(project);
    expect(existsSync(join(project.folder, cache))).toBe(false);
  },
  MINUTE,
);

test(
  'where nothing can be kept, a run does its work all the same',
  () => {
    const project = userProject([smallestFile()]);
    project.write('node_modules/.cache', 'a file where the folder would be');
    mustSynthesize(project);
  },
  MINUTE,
);

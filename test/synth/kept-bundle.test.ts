import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixtureFiles, smallestFile } from '../kit/bakeries';
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

const keptFiles = ({ folder }: UserProject) => readdirSync(join(folder, cache)).sort();

/** Makes the program say something else. */
function edit({ folder }: UserProject, word: string): void {
  const text = readFileSync(join(ROOT, source), 'utf8').replace('`quotas in', `\`${word} in`);
  writeFileSync(join(folder, 'node_modules/tezos-bakery', source), text);
}

test(
  'a second run starts from what the first has kept, without the bundler',
  () => {
    const project = started();
    const kept = keptFiles(project);
    expect(kept).toHaveLength(2);
    // One other character anywhere, and V8 takes twice the memory for all of them.
    const bundle = readFileSync(join(project.folder, cache, 'bundle')).subarray(32); // behind its digest
    expect(bundle.every((byte) => byte < 0x80)).toBe(true);
    rmSync(join(project.folder, 'node_modules/esbuild'));
    mustSynthesize(project);
    expect(keptFiles(project)).toEqual(kept);
  },
  MINUTE,
);

test(
  'what the kept bundle has otherwise than its packages changes nothing in dist/',
  () => {
    const project = userProject(fixtureFiles());
    mustSynthesize(project);
    const bundle = readFileSync(join(project.folder, cache, 'bundle'), 'utf8');
    // A word of curves, archiver, zod's Malay (`import { z }` would bring all languages back), and of the copying.
    const leftOut = ['FrobeniusCoefficients', 'readable-stream', 'tidak sah', 'Object.entries(result).reduce('];
    expect(leftOut.filter((part) => bundle.includes(part))).toEqual([]);
    expect(project.synth({ DEBUG: '1' }).stdout).toContain(' 0 written, 0 removed'); // with the packages themselves
  },
  MINUTE,
);

test(
  'a change of a source is in the next run, also one of the same length',
  () => {
    const project = started();
    for (const word of ['quotes', 'quarts']) {
      edit(project, word);
      expect(mustSynthesize(project)).toContain(word);
      expect(mustSynthesize(project)).toContain(word);
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
  'what was kept is of no use to another folder that it was copied to',
  () => {
    const [original, copy] = [started(), userProject([smallestFile()])];
    edit(copy, 'quotes');
    symlinkSync(join(original.folder, cache, '..'), join(copy.folder, cache, '..'));
    expect(mustSynthesize(copy)).toContain('quotes');
  },
  MINUTE,
);

/** What a full disk, a lost power supply or a bad bit leaves. */
const damages: Record<string, (content: Buffer) => Buffer> = {
  'is cut short': (content) => content.subarray(0, 3_000_000),
  'has zeros in the middle': (content) => Buffer.from(content).fill(0, 1_000_000, 1_065_536),
  'has a wrong bit': (content) => Buffer.from(content).fill(content[100_000]! ^ 1, 100_000, 100_001),
};

test.each(Object.entries(damages))(
  'what was kept and %s is made again',
  (_, damaged) => {
    const project = started();
    const code = keptFiles(project).filter((name) => name !== 'bundle');
    for (const file of [...code, 'bundle']) {
      const path = join(project.folder, cache, file);
      writeFileSync(path, damaged(readFileSync(path)));
      mustSynthesize(project);
      rmSync(join(project.folder, 'dist'), { recursive: true });
    }
    const kept = keptFiles(project);
    mustSynthesize(project);
    expect(keptFiles(project)).toEqual(kept);
  },
  MINUTE,
);

test(
  "nothing is kept without npm's list of packages: another one could take a place unnoticed",
  () => {
    const project = userProject([smallestFile()]);
    rmSync(join(project.folder, 'node_modules/.package-lock.json'));
    mustSynthesize(project);
    expect(existsSync(join(project.folder, cache, 'bundle'))).toBe(false);
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

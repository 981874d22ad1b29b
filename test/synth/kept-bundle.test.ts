import { readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { smallestFile } from '../kit/bakeries';
import { ROOT, type UserProject, userProject } from '../kit/project';

const MINUTE = 60_000;

const cache = 'node_modules/.cache/tezos-bakery';
const source = 'synth/report.ts';

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
    rmSync(join(project.folder, 'node_modules/esbuild'));
    mustSynthesize(project);
    expect(keptFiles(project)).toEqual(kept);
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
    writeFileSync(join(folder, 'report.tsx'), 'export const report = () => "another report";\n');
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

test(
  'what was kept and is damaged is made again',
  () => {
    const project = started();
    for (const file of keptFiles(project)) writeFileSync(join(project.folder, cache, file), '//{"id":"x"}\nthrow 1');
    mustSynthesize(project);
    for (const file of keptFiles(project).filter((name) => name.endsWith('.code'))) {
      writeFileSync(join(project.folder, cache, file), 'damaged');
    }
    mustSynthesize(project);
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

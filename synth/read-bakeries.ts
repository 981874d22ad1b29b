import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BakeryFileError, type Problem } from '../model/messages/problems';
import type { BakeryFile } from '../model/reading/bakery-file';

/** The bakery files of a project, by name. Throws what a person has to mend where there are none to render. */
export function readBakeryFiles(cwd: string): BakeryFile[] {
  const folder = join(cwd, 'bakeries');
  const names = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
  const files = names.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  const bakeries = files.filter((name) => name.endsWith('.yaml') && name !== '.yaml').sort();
  const ignored = files.filter((name) => !bakeries.includes(name) && !/^\.git|\.md$/.test(name));
  const problems = ignored.map((name) => {
    return problem(
      `bakeries/${name}`,
      'is not read; a bakery file is called <name>.yaml: rename it, or move it elsewhere',
    );
  });
  if (bakeries.length === 0)
    problems.push(problem('bakeries', 'there is no bakery file; copy one of the examples to bakeries/<name>.yaml'));
  if (problems.length > 0) throw new BakeryFileError(problems);
  return bakeries.map((file) => {
    const path = join(folder, file);
    return { name: file.slice(0, -'.yaml'.length), path: `bakeries/${file}`, text: readFileSync(path, 'utf8') };
  });
}

function problem(file: string, message: string): Problem {
  return { severity: 'error', file, line: 1, setting: [], message };
}

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BakeryFileError, type Problem } from '../model/messages/problems';
import { NO_LIST, readPermanentFile } from '../model/permanent-line';
import { INFRA_FOLDER, stackFile } from '../model/terraform-outputs';
import { using } from './refusal';

/** What the last synthesis left of the past: all that is known of it. */
export interface PermanentLists {
  /** By bakery, of those that are gone too: the lines of its list. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
  /** Lists that are not what was written, or missing: nobody would notice that a bakery loses a disk, or a key its past. */
  readonly problems: readonly Problem[];
}

/** Reads dist/permanent/. */
export function readPermanentLists(dist: string): PermanentLists {
  const lists = new Map<string, readonly string[]>();
  const rendered = renderedIn(dist);
  const problems: Problem[] = [];
  const listed = namesIn(join(dist, 'permanent')).flatMap((file) => /^([^.].*)\.txt$/.exec(file)?.[1] ?? []);
  for (const name of [...new Set([...listed, ...rendered.keys()])].sort()) {
    const found = read(join(dist, 'permanent', `${name}.txt`), name);
    if (typeof found === 'string') problems.push(problemOf(name, found, rendered.get(name)));
    else lists.set(name, found);
  }
  // Every synthesis writes a list: without any, even of what else it writes, nobody knows which bakeries there were.
  if (listed.length === 0 && rendered.size === 0 && traces.some((path) => isFile(join(dist, path)))) {
    const message =
      'holds no list, although something was rendered before; bring them back: git checkout -- dist (or, if no bakery was ever deployed from here, remove dist/)';
    problems.push({ severity: 'error', file: 'dist/permanent', line: 1, setting: [], message });
  }
  return { lists, problems };
}

/** Below dist/: what every synthesis writes. */
const INDEX = `${INFRA_FOLDER}/manifest.json`;
const traces = [INDEX, 'bakery.schema.json'];

function read(path: string, name: string): string[] | string {
  if (!existsSync(path)) return MISSING;
  const kind = statSync(path);
  if (!kind.isFile() && !kind.isDirectory()) return 'is a pipe, a socket or a device';
  try {
    return readPermanentFile(name, readFileSync(path, 'utf8'));
  } catch (error) {
    return `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`;
  }
}

const MISSING = 'is missing, although the bakery was rendered before';

/** Bakeries that have charts or a stack below dist/, or a place in the list of all stacks, and the folders of these. */
function renderedIn(dist: string): Map<string, string[]> {
  const folders = new Map<string, string[]>();
  const add = (name: string, folder: string) => folders.set(name, [...(folders.get(name) ?? []), folder]);
  for (const name of namesIn(join(dist, 'charts'))) {
    const files = namesIn(join(dist, 'charts', name));
    if (files.some((file) => file.endsWith('.k8s.yaml') || file === 'kustomization.yaml'))
      add(name, `dist/charts/${name}`);
  }
  for (const name of namesIn(join(dist, INFRA_FOLDER, 'stacks'))) {
    if (existsSync(join(dist, INFRA_FOLDER, stackFile(name)))) add(name, `dist/${INFRA_FOLDER}/stacks/${name}`);
  }
  for (const name of indexedNames(join(dist, INDEX))) {
    if (!folders.has(name)) folders.set(name, []);
  }
  return folders;
}

/** As they stand in its text: a merge may have left it no JSON. */
function indexedNames(path: string): string[] {
  if (!isFile(path)) return [];
  const text = using(path, 'read', () => readFileSync(path, 'utf8'));
  return [...text.matchAll(new RegExp(`"${stackFile('([a-z][a-z0-9-]*)')}"`, 'g'))].map(([, name]) => name);
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'ENOTDIR'].includes(code)) return [];
    const message = `cannot be read (${code}), and what it says of the past counts; give yourself the right to`;
    throw new BakeryFileError([{ severity: 'error', file: folder, line: 1, setting: [], message }]);
  }
}

function problemOf(bakery: string, what: string, folders: readonly string[] = []): Problem {
  const file = `dist/permanent/${bakery}.txt`;
  const back = `git checkout -- ${file} (or, from an older commit, git log -- ${file})`;
  const how =
    what === NO_LIST
      ? `move it elsewhere; or, if a bakery has or had that name, bring its list back: ${back}`
      : what === 'holds a merge conflict'
        ? `take the side that is deployed, then synthesize: git checkout --ours (or --theirs) -- ${file}`
        : `bring it back: ${back}${what === MISSING && folders.length > 0 ? `; or, if it never was a bakery of yours, move ${folders.join(' and ')} away` : ''}`;
  return { severity: 'error', file, line: 1, setting: [], message: `${what}; ${how}` };
}

import { isUtf8 } from 'node:buffer';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BakeryFileError, type Problem } from '../model/messages/problems';
import { secretKind } from '../model/messages/secrets';
import { type BakeryFile, LARGEST_BYTES, tooLarge } from '../model/reading/bakery-file';
import { refusalOf, using } from './refusal';

/** The folder of the bakery files. */
export interface BakeriesFolder {
  /** By path. */
  readonly files: readonly BakeryFile[];
  /** What lies there and cannot be read, or is none and looks like one. */
  readonly problems: readonly Problem[];
}

/** The bakery files of a project. Throws what a person has to mend in the folder. */
export function readBakeryFiles(cwd: string): readonly BakeryFile[] {
  const { files, problems } = readBakeriesFolder(cwd);
  if (problems.length > 0) throw new BakeryFileError(problems);
  return files;
}

/** The bakery files of a project, and what is wrong with its folder. */
export function readBakeriesFolder(cwd: string): BakeriesFolder {
  const folder = join(cwd, 'bakeries');
  const names = existsSync(folder) ? using(folder, 'read', () => readdirSync(folder)) : [];
  const entries = names.filter((name) => !isPassedOver(folder, name, names)).map((name) => readEntry(folder, name));
  const problems = entries.flatMap(({ problem }) => problem ?? []);
  const files = entries.flatMap(({ file }) => file ?? []);
  if (files.length === 0 && !entries.some(({ problem }) => problem?.file.endsWith('.yaml')))
    problems.push(atFirstLine('bakeries', 'there is no bakery file; copy one of the examples to bakeries/<name>.yaml'));
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)), problems };
}

/** Files: notes, and what editors and desktops leave beside the files that they open. */
const passedOver = [
  /\.md$/,
  /^\.(?!.*\.?ya?ml$)/i, // .DS_Store .git .x.yaml.swp .nfs0001, but no .yaml: that would be somebody's bakery
  /^\.[#_~]/, // .#x.yaml (Emacs), ._x.yaml (macOS)
  /~$|^#.*#$/, // x.yaml~ and #x.yaml#
  /^~\$/, // ~$x.yaml (office programs)
  /\.sw[a-p]x?$/, // x.yaml.swp (Vim)
  /^\d{4,5}$/, // 4913: Vim tries whether it may write here
  /___jb_(tmp|old)___$/,
  /^(Thumbs\.db|desktop\.ini|Icon\r)$/i,
];

/** What editors, merges and people leave beside the file that it is a copy of: x.yaml.orig, x.yaml.tmp.1234, x.yaml_old. */
const BACKUP = /^(.+\.yaml)[._,-](?!.*ya?ml$).*$/i;

/** A backup alone may be a bakery that somebody renamed: that is asked about. */
function isBackup(name: string, names: readonly string[]): boolean {
  return names.includes(BACKUP.exec(name)?.[1] ?? '');
}

/** A folder may hold somebody's bakeries, whatever its name is; only git's own holds none. */
const GIT = '.git';

function isPassedOver(folder: string, name: string, names: readonly string[]): boolean {
  return isFolder(join(folder, name)) ? name === GIT : isPassedOverAsFile(name) || isBackup(name, names);
}

function isPassedOverAsFile(name: string): boolean {
  return passedOver.some((pattern) => pattern.test(name));
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // no entry, or none that can be looked at: reading it says why
  }
}

interface Entry {
  readonly file?: BakeryFile;
  readonly problem?: Problem;
}

function readEntry(folder: string, name: string): Entry {
  const at = (message: string, path = `bakeries/${name}`): Entry => ({ problem: atFirstLine(path, message) });
  const secret = secretKind(name.replace(/\.ya?ml$/, ''));
  // Its name would be in dist/, and in all that is said of it.
  if (secret)
    return at(
      `has a name that looks like ${secret}; rename it, and treat it as known to others if it was ever committed`,
    );
  const isNamedRight = name.endsWith('.yaml') && name !== '.yaml';
  try {
    const kind = statSync(join(folder, name), { throwIfNoEntry: isNamedRight });
    if (kind?.isDirectory() && !isNamedRight) {
      const inner = bakeryBelow(join(folder, name));
      return inner === undefined ? {} : at(LIES_DEEPER, `bakeries/${name}/${inner}`);
    }
    if (!isNamedRight) return at('is not read; a bakery file is called <name>.yaml: rename it, or move it elsewhere');
    if (!kind?.isFile()) {
      return at(
        `is ${kind?.isDirectory() ? 'a folder' : 'no file'}; a bakery is a file: rename it, or move it elsewhere`,
      );
    }
    // Before it is read: no memory holds what some files are.
    if (kind.size > LARGEST_BYTES) return at(tooLarge(kind.size));
    const bytes = readFileSync(join(folder, name));
    if (!isUtf8(bytes)) return at('is not UTF-8 text; save it as UTF-8');
    return { file: { name: name.slice(0, -'.yaml'.length), path: `bakeries/${name}`, text: bytes.toString('utf8') } };
  } catch (error) {
    const refusal = refusalOf(error, 'read');
    if (!refusal) throw error;
    return at(refusal);
  }
}

const LIES_DEEPER = 'is not read; bakery files lie directly in bakeries/: move it there, or out of bakeries/';

/** A file below a folder that somebody may take for a bakery's. */
function bakeryBelow(folder: string): string | undefined {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/'));
  return paths.sort().find((path) => {
    const parts = path.split('/');
    return /\.ya?ml$/i.test(path) && !parts.includes(GIT) && !isPassedOverAsFile(parts.at(-1) as string);
  });
}

function atFirstLine(file: string, message: string): Problem {
  return { severity: 'error', file, line: 1, setting: [], message };
}

import { existsSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { permanentPath } from '../model/permanent-line';
import { INFRA_FOLDER, stackFile } from '../model/terraform-outputs';
import { withLock } from './lock';
import { makeFolders, mustBePlain, using } from './refusal';

/** What the synthesizer writes below dist/. It removes nothing else: the rest is somebody's. */
const ours = [
  `${INFRA_FOLDER}/manifest.json`,
  `${INFRA_FOLDER}/${stackFile('*')}`,
  'charts/*/*.k8s.yaml',
  'charts/*/kustomization.yaml',
  'signer/*.yml',
  'signer/*.j2',
  'signer/*.cfg',
  'signer/variables.txt',
  'signer/roles/**',
  'signer/programs/*.mjs',
  'signer/*/inventory.yml',
  'signer/*/*/meta-data',
  'signer/*/*/network-config',
  'signer/*/*/user-data',
  permanentPath('*'),
  'bakery.schema.json',
].map((path) => new RegExp(`^${path.replaceAll('.', '\\.').replace('**', '.+').replaceAll('*', '[^/]+')}$`));

/** How many files of dist/ a run wrote and removed. */
export interface Changed {
  readonly written: readonly string[];
  readonly removed: readonly string[];
}

/** The folder dist/ of a project: committed, reviewed as a diff. */
export class DistFolder {
  private state = 'dist/ is as it was';

  constructor(readonly folder: string) {}

  /** What has become of it, for the last line of an error. */
  get condition(): string {
    return this.state;
  }

  /** A CLI has deleted all that lay there before it started this. */
  wasEmptied(path: string): void {
    this.state = `the CLI has emptied ${path} before it started this; take it back: git checkout -- dist`;
  }

  /** Does the work while no other synthesis changes dist/; tells it whether it had to wait for one. */
  locked<T>(work: (hasWaited: boolean) => T): T {
    this.state = 'this run has not changed dist/';
    return withLock(this.folder, (hasWaited) => {
      this.state = 'dist/ is as it was';
      return work(hasWaited);
    });
  }

  /**
   * Makes the folder hold exactly these files (of ours): changed ones are written in their order, then stale ones go.
   * `first`: what some of them hold until the others are in their places, if this is killed on its way.
   */
  replace(files: ReadonlyMap<string, string>, first: ReadonlyMap<string, string> = new Map()): Changed {
    const found = [...walk(this.folder)];
    // What a run that was killed has left.
    const left = new Set(found.filter((path) => path.endsWith(STAGED) && isOurs(path.slice(0, -STAGED.length))));
    this.remove([...left]);
    const before = found.filter((path) => !left.has(path));
    const staged = stage(
      this.folder,
      new Map([...[...first].map(([path, text]) => [firstOf(path), text] as const), ...files]),
    );
    this.state =
      'dist/ is half new and half old; when that is mended, run this again, or take it back: git checkout -- dist';
    placeStaged(this.folder, [...first.keys()], firstOf);
    const written = staged.filter((path) => files.has(path));
    placeStaged(this.folder, written);
    const stale = before.filter((path) => !files.has(path) && isOurs(path));
    // A list last: without it what is left of its bakery would look like a loss.
    const removed = [...stale.filter((path) => !isList(path)), ...stale.filter(isList)];
    this.remove(removed);
    this.state = 'dist/ is written';
    return { written, removed };
  }

  private remove(paths: readonly string[]): void {
    for (const path of paths) {
      using(join(this.folder, path), 'removed', () => rmSync(join(this.folder, path)));
      removeEmptyFolders(this.folder, dirname(path));
    }
  }
}

/** Ending of a file that waits for its place. */
const STAGED = '.new';
/** What is to be in the place of a list before it waits beside it. */
const firstOf = (path: string) => path.replace(/(?=\.txt$)/, '.first');

/**
 * Writes the files that differ, by path below `folder`; returns their paths. All of them are written
 * beside their place first and renamed after: a full disk leaves every file as it was.
 */
export function writeFiles(folder: string, files: ReadonlyMap<string, string>): string[] {
  const staged = stage(folder, files);
  placeStaged(folder, staged);
  return staged;
}

function stage(folder: string, files: ReadonlyMap<string, string>): string[] {
  const changed = [...files].filter(([path, text]) => contentOf(join(folder, path)) !== text);
  const made: string[] = [];
  const staged: string[] = [];
  try {
    for (const path of new Set(changed.map(([path]) => join(folder, dirname(path))))) {
      const first = using(path, 'written', () => makeFolders(path));
      if (first !== undefined) made.push(path);
    }
    for (const [path, text] of changed) {
      staged.push(path);
      const place = join(folder, path);
      if (isFolder(place + STAGED)) using(place + STAGED, 'written', () => writeFileSync(place + STAGED, text));
      mustBePlain(place + STAGED);
      using(place, 'written', () => writeFileSync(place + STAGED, text));
    }
  } catch (error) {
    // What this meets on its way is no news: the first error counts.
    for (const path of staged) attempt(() => rmSync(join(folder, path + STAGED), { force: true }));
    for (const path of made) attempt(() => removeEmptyFolders(folder, relative(folder, path)));
    throw error;
  }
  return staged;
}

function placeStaged(folder: string, paths: readonly string[], waitsAs = (path: string) => path): void {
  for (const path of paths) {
    const place = join(folder, path);
    using(place, 'written', () => renameSync(join(folder, waitsAs(path)) + STAGED, place));
  }
}

function isList(path: string): boolean {
  return path.startsWith(dirname(permanentPath('*')));
}

function isOurs(path: string): boolean {
  return ours.some((pattern) => pattern.test(path));
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? using(folder, 'read', () => readdirSync(folder)) : [];
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

function attempt(work: () => void): void {
  try {
    work();
  } catch {}
}

function contentOf(path: string): string | undefined {
  mustBePlain(path);
  return existsSync(path) ? using(path, 'read', () => readFileSync(path, 'utf8')) : undefined;
}

/** Paths of all files below a folder, with forward slashes. Terraform's own folders are passed over. */
function* walk(folder: string, below = ''): Generator<string> {
  const here = join(folder, below);
  if (!existsSync(here)) return;
  for (const entry of using(here, 'read', () => readdirSync(here, { withFileTypes: true }))) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (!entry.isDirectory()) yield path;
    else if (entry.name !== '.terraform') yield* walk(folder, path);
  }
}

function removeEmptyFolders(folder: string, path: string): void {
  if (path === '.' || namesIn(join(folder, path)).length > 0) return;
  if (existsSync(join(folder, path))) using(join(folder, path), 'removed', () => rmdirSync(join(folder, path)));
  removeEmptyFolders(folder, dirname(path));
}

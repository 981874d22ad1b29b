import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { INFRA_FOLDER, stackFile } from '../model/terraform-outputs';

/** What the synthesizer writes below dist/. It removes nothing else: the rest is somebody's. */
const ours = [
  `${INFRA_FOLDER}/manifest.json`,
  `${INFRA_FOLDER}/${stackFile('*')}`,
  'charts/*/*.k8s.yaml',
  'charts/*/kustomization.yaml',
  'permanent/*.txt',
  'bakery.schema.json',
].map((path) => new RegExp(`^${path.replaceAll('.', '\\.').replaceAll('*', '[^/]+')}$`));

/** How many files of dist/ a run wrote and removed. */
export interface Changed {
  readonly written: readonly string[];
  readonly removed: readonly string[];
}

/** The folder dist/ of a project: committed, reviewed as a diff. */
export class DistFolder {
  constructor(private readonly folder: string) {}

  /** Makes the folder hold exactly these files (of ours): changed ones are written, stale ones go. */
  replace(files: ReadonlyMap<string, string>): Changed {
    const written = writeFiles(this.folder, files);
    const removed = [...walk(this.folder)].filter(
      (path) => !files.has(path) && ours.some((pattern) => pattern.test(path)),
    );
    for (const path of removed) {
      rmSync(join(this.folder, path));
      removeEmptyFolders(this.folder, dirname(path));
    }
    return { written, removed };
  }
}

/**
 * Writes the files that differ, by path below `folder`; returns their paths. All of them are written
 * beside their place first and renamed after: a full disk leaves every file as it was.
 */
export function writeFiles(folder: string, files: ReadonlyMap<string, string>): string[] {
  const changed = [...files].filter(([path, text]) => contentOf(join(folder, path)) !== text);
  const staged: string[] = [];
  try {
    for (const path of new Set(changed.map(([path]) => dirname(path))))
      mkdirSync(join(folder, path), { recursive: true });
    for (const [path, text] of changed) {
      staged.push(path);
      writeFileSync(join(folder, `${path}.new`), text);
    }
  } catch (error) {
    for (const path of staged) rmSync(join(folder, `${path}.new`), { force: true });
    throw error;
  }
  for (const path of staged) renameSync(join(folder, `${path}.new`), join(folder, path));
  return staged;
}

function contentOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** Paths of all files below a folder, with forward slashes. Terraform's own folders are passed over. */
function* walk(folder: string, below = ''): Generator<string> {
  if (!existsSync(join(folder, below))) return;
  for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (!entry.isDirectory()) yield path;
    else if (entry.name !== '.terraform') yield* walk(folder, path);
  }
}

function removeEmptyFolders(folder: string, path: string): void {
  if (path === '.' || readdirSync(join(folder, path)).length > 0) return;
  rmdirSync(join(folder, path));
  removeEmptyFolders(folder, dirname(path));
}

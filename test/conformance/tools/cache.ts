import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Where built programs stay between runs; never inside the tree. */
export const cacheFolder =
  process.env.BAKERY_CONFORMANCE_CACHE ?? join(homedir(), '.cache', 'tezos-bakery-conformance');

const draftMark = '.draft-';
const drafts = new Set<string>();
const underWay = new Map<string, Promise<string>>();

/**
 * The folder of that key, made by `make` if it is not there. It is made beside its place and then renamed:
 * what lies in the cache is complete, however the run that made it ended.
 */
export function cached(key: string, make: (folder: string) => Promise<void>): Promise<string> {
  const running = underWay.get(key) ?? fill(key, make);
  underWay.set(key, running);
  return running;
}

/** For what cannot be moved, like Python's virtual environments: it counts once its marker is there. */
export async function cachedInPlace(key: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder, key);
  await cached(`${key}.complete`, async () => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(dirname(folder), { recursive: true });
    await make(folder);
  });
  return folder;
}

async function fill(key: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder, key);
  if (existsSync(folder)) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  const draft = mkdtempSync(`${folder}${draftMark}${process.pid}-`);
  drafts.add(draft);
  try {
    await make(draft);
    if (!existsSync(folder)) renameSync(draft, folder); // another run may have been faster
  } finally {
    rmSync(draft, { recursive: true, force: true });
    drafts.delete(draft);
  }
  return folder;
}

/** What this run has begun and not ended; synchronous, for the last moment of a process. */
export function removeDrafts(): void {
  for (const draft of drafts) rmSync(draft, { recursive: true, force: true });
}

/** Drafts of runs that were killed. */
export function removeStaleDrafts(): void {
  if (!existsSync(cacheFolder)) return;
  for (const name of readdirSync(cacheFolder).filter((each) => each.includes(draftMark))) {
    const pid = name.slice(name.lastIndexOf(draftMark) + draftMark.length).split('-')[0];
    if (!existsSync(`/proc/${pid}`)) rmSync(join(cacheFolder, name), { recursive: true, force: true });
  }
}

/** A short name for the content of a folder: names and bytes of its files. */
export function folderHash(folder: string, extra = ''): string {
  const hash = createHash('sha256').update(extra);
  const files = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  for (const path of files.map(({ parentPath, name }) => join(parentPath, name)).sort()) {
    hash
      .update(`${path.slice(folder.length)}\0`)
      .update(readFileSync(path))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

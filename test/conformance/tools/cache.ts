import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** Where built programs stay between runs; never inside the tree. */
export const cacheFolder =
  process.env.BAKERY_CONFORMANCE_CACHE ?? join(homedir(), '.cache', 'tezos-bakery-conformance');

/** In the names of folders that are being made; behind it stands the process that makes them. */
const draftMark = '.draft-';
/** The same for folders that stay where they are made. */
const placeMark = '.at-';
const drafts = new Set<string>();
const underWay = new Map<string, Promise<string>>();

/**
 * The folder of that key, made by `make` if it is not there. It is made beside its place and then renamed:
 * what lies in the cache is complete, however the run that made it ended, and whoever else made it meanwhile.
 */
export function cached(key: string, make: (folder: string) => Promise<void>): Promise<string> {
  return once(key, draftMark, async (folder, draft) => {
    await make(draft);
    unlessTaken(() => renameSync(draft, folder));
    return folder;
  });
}

/**
 * For what cannot be moved, like Python's virtual environments. Every run makes one in a folder of its own; the first
 * that is complete gets the link, and with it the name. No run ever writes into another one's.
 */
export function cachedInPlace(key: string, make: (folder: string) => Promise<void>): Promise<string> {
  return once(key, placeMark, async (link, place) => {
    await make(place);
    const target = linkOf(key);
    if (target && !existsSync(join(cacheFolder, target))) rmSync(link, { force: true }); // somebody has deleted it
    unlessTaken(() => {
      symlinkSync(basename(place), link);
      drafts.delete(place);
    });
    return link;
  });
}

type Fill = (wanted: string, draft: string) => Promise<string>;

function once(key: string, mark: string, fill: Fill): Promise<string> {
  const wanted = join(cacheFolder, key);
  const running = underWay.get(key) ?? (existsSync(wanted) ? Promise.resolve(wanted) : inDraft(wanted, mark, fill));
  underWay.set(key, running);
  return running;
}

async function inDraft(wanted: string, mark: string, fill: Fill): Promise<string> {
  mkdirSync(dirname(wanted), { recursive: true });
  const draft = mkdtempSync(`${wanted}${mark}${process.pid}-`);
  drafts.add(draft);
  try {
    return await fill(wanted, draft);
  } finally {
    if (drafts.delete(draft)) rmSync(draft, { recursive: true, force: true });
  }
}

/** Another run may have been faster: then its folder is as good as ours. */
function unlessTaken(place: () => void): void {
  try {
    place();
  } catch (error) {
    if (!['EEXIST', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** What this run has begun and not ended; synchronous, for the last moment of a process. */
export function removeDrafts(): void {
  for (const draft of drafts) rmSync(draft, { recursive: true, force: true });
}

/** What runs have begun that were killed. */
export function removeStaleDrafts(): void {
  if (!existsSync(cacheFolder)) return;
  for (const name of readdirSync(cacheFolder)) {
    const [, key, mark, pid] = /^(.*)(\.draft-|\.at-)(\d+)-[^-]*$/.exec(name) ?? [];
    // First whether its maker lives, then whether it got the link: a maker that has ended gives none any more.
    if (key === undefined || existsSync(`/proc/${pid}`)) continue;
    if (mark === placeMark && linkOf(key) === name) continue;
    rmSync(join(cacheFolder, name), { recursive: true, force: true });
  }
}

function linkOf(key: string): string | undefined {
  try {
    return readlinkSync(join(cacheFolder, key));
  } catch {
    return undefined; // no link has that name
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

export function fileHash(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16);
}

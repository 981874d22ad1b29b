import { createHash } from 'node:crypto';
import type { Log } from '../runtime/json-log';
import { type BakerFacts, mustNotBeLess, readCurrent, writeCurrent } from './current-release';
import { Retired } from './retired';
import { type Bucket, ChangedMeanwhile, NO_GENERATION, type Stored } from './site-bucket';
import { CURRENT, DATA_FOLDER } from './site-builder.contract';
import { type FileKind, SEARCH, type SiteFile, type SiteFiles } from './site-files';

/** So many uploads are under way at once. */
const AT_ONCE = 16;
/**
 * A release that names less data than one did before may be a mistake: if so many objects are missing, and such a part of the
 * most that there ever were, nothing is thrown away. What was only computed may vanish.
 */
const mostMissing = { objects: 20, part: 0.1 };
const AGREED = `If it is right so, delete ${CURRENT} in the bucket`;
/** A run that has stood still for longer may be of yesterday, and the data that it has uploaded may be gone. */
const MOST_MS = 3600_000;
/** Pages by how one gets to them: what is led to comes before what leads there. */
const phases: readonly FileKind[] = ['leaf', 'list', 'home', 'entry'];

export interface ReleaseParts {
  readonly bucket: Bucket;
  readonly files: SiteFiles;
  readonly bakers: Readonly<Record<string, BakerFacts>>;
  /** Adds a page for a page of the site that this release does not have; false if it needs none. */
  readonly replace: (name: string) => boolean;
  readonly nowMs: number;
  readonly log: Log;
}

export interface Released {
  readonly release: string;
  /** How many objects were not there as they are now. */
  readonly uploaded: number;
}

/**
 * Brings the site into the bucket. Whatever moment it is killed at, each page is a whole one, with the data that it names,
 * and every link from the home page on leads somewhere: first comes what is named, data and theme; then pages that were
 * not there, then those that have changed; then CURRENT says which release it is. Data of its bakers
 * that nothing names goes after seven days. Nothing else is ever deleted.
 */
export async function releaseSite({ bucket, files, bakers, replace, nowMs, log }: ReleaseParts): Promise<Released> {
  const { current: before, generation } = await readCurrent(bucket);
  mustNotBeLess(before, bakers);
  const stored = new Map((await bucket.list('')).map((each) => [each.name, each]));
  // Of two answers one is old: nothing may be held against it.
  if ((stored.get(CURRENT)?.generation ?? NO_GENERATION) !== generation) throw new ChangedMeanwhile(CURRENT);
  for (const name of stored.keys()) if (!files.has(name)) replace(name);
  const all = await files.all();
  const named = new Set(all.filter(({ kind }) => kind === 'data').map(({ name }) => name));
  const retired = await Retired.read(bucket);
  const revived = await retired.revive(named);

  // What comes back is written anew: a run that was about to delete it finds another generation.
  const changed = all.filter((file) => revived.has(file.name) || !isSame(file, stored.get(file.name)));
  const inTime = within(MOST_MS);
  const upload = (some: readonly SiteFile[]) => uploadAll(bucket, some, { files, stored, inTime });
  await upload(changed.filter(({ kind }) => kind === 'data' || kind === 'asset'));
  const pages = changed.filter(({ kind }) => phases.includes(kind));
  for (const isThere of [false, true]) {
    for (const phase of phases)
      await upload(pages.filter(({ kind, name }) => kind === phase && stored.has(name) === isThere));
  }

  const checkedAt = new Date(nowMs).toISOString();
  const release = releaseOf(all);
  const changedAt = before?.release === release ? before.changedAt : checkedAt;
  const dataFiles = Math.max(named.size, before?.dataFiles ?? 0);
  const current = { release, checkedAt, changedAt, dataFiles, bakers };
  inTime();
  const written = await writeCurrent(bucket, current, generation);
  log('INFO', `release ${release}: ${changed.length} of ${all.length} objects were uploaded`);

  const unnamed = [...stored.values()].filter(({ name }) => mayGo(name, bakers) && !named.has(name));
  const old = await retired.retire(unnamed, nowMs);
  await throwAway(bucket, old, { named: named.size, most: dataFiles, generation: written, retired, log });
  return { release, uploaded: changed.length };
}

/** What throws once so many milliseconds have gone by. */
function within(mostMs: number): () => void {
  const endMs = Date.now() + mostMs;
  return () => {
    if (Date.now() > endMs) throw new Error(`it has taken more than ${mostMs / 60_000} minutes: the next run does it`);
  };
}

/**
 * Data of which all pages that named it have been written anew. Pages of a baker who has left stay as they are, with their
 * data, and with style and script, of which each version of this program has brought one.
 */
function mayGo(name: string, bakers: ReleaseParts['bakers']): boolean {
  const folders = Object.keys(bakers).map((baker) => `${DATA_FOLDER}${baker}/`);
  return [...folders, `${DATA_FOLDER}${SEARCH}.`].some((start) => name.startsWith(start));
}

function isSame(file: SiteFile, stored: Stored | undefined): boolean {
  return stored?.md5 === file.md5 && stored.type === file.type && stored.cacheControl === file.cacheControl;
}

interface UploadParts {
  readonly files: SiteFiles;
  readonly stored: ReadonlyMap<string, Stored>;
  /** Throws once it is too late. */
  readonly inTime: () => void;
}

async function uploadAll(bucket: Bucket, some: readonly SiteFile[], { files, stored, inTime }: UploadParts) {
  await each(some, async (file) => {
    inTime();
    const { name, md5, type, cacheControl } = file;
    const generation = stored.get(name)?.generation ?? NO_GENERATION;
    await bucket.write({ name, body: files.read(file), md5, type, cacheControl, generation });
  });
}

interface Counted {
  /** Objects of data that this release names, and the most that one ever has. */
  readonly named: number;
  readonly most: number;
  /** Of CURRENT, as this release has written it. */
  readonly generation: string;
  readonly retired: Retired;
  readonly log: Log;
}

async function throwAway(bucket: Bucket, old: readonly Stored[], { named, most, generation, retired, log }: Counted) {
  if (old.length === 0) return;
  if (most - named > Math.max(mostMissing.objects, most * mostMissing.part)) {
    log('WARNING', `the site has ${named} objects of data, and had ${most}: none is deleted. ${AGREED}`);
    return;
  }
  // A release that began after this one may name some of it again.
  if ((await bucket.find(CURRENT))?.generation !== generation || !(await retired.isOurs())) {
    log('WARNING', 'another release has begun: nothing is deleted');
    return;
  }
  await each(old, (object) => bucket.remove(object));
  log('INFO', `${old.length} objects of data were deleted that no release has named for seven days`);
}

/** What the release is: the same content has the same name. */
function releaseOf(files: readonly SiteFile[]): string {
  const lines = files.map(({ name, md5 }) => `${name} ${md5}\n`).sort();
  return createHash('sha256').update(lines.join('')).digest('hex').slice(0, 16);
}

/** Some at once. After the first that throws none is begun, and none is under way when it throws on. */
async function each<T>(all: readonly T[], what: (one: T) => Promise<unknown>): Promise<void> {
  let next = 0;
  let failure: unknown;
  const worker = async () => {
    while (next < all.length && failure === undefined) {
      const one = all[next++];
      await what(one).catch((error: unknown) => {
        failure ??= error;
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (failure !== undefined) throw failure;
}

import { createHash } from 'node:crypto';
import { CURRENT, DATA_FOLDER } from '../../../programs/site-builder/site-builder.contract';
import { deadLinks } from '../../programs/site-builder/crawl';
import type { Objects, StoredObject } from './stored-objects';

/** Data stays for so many days after the last release that names it. The judge's own number. */
export const KEPT_DAYS = 7;
/** What the site builder keeps for itself. */
export const RETIRED_LIST = 'retired.json';

/** A release of the site, whole: as a run into an empty bucket makes it. */
export interface MadeRelease {
  readonly objects: Objects;
  /** Whether a run has ended with it. */
  isComplete: boolean;
  /** Since which day another one has taken its place. */
  untilDay?: number;
}

export interface SiteState {
  /** What is in the bucket. */
  readonly objects: Objects;
  /** The oldest first; the last one may be under way. */
  readonly releases: readonly MadeRelease[];
  readonly day: number;
}

type Content = Pick<StoredObject, 'body' | 'type' | 'cacheControl'>;

export const isSame = (a: Content, b: Content): boolean =>
  a.body.equals(b.body) && a.type === b.type && a.cacheControl === b.cacheControl;
const isData = (name: string) => name.startsWith(DATA_FOLDER);
const isPlain = (name: string) => name !== CURRENT && name !== RETIRED_LIST;

/**
 * What the site promises its visitors at every moment, and does not keep: each page is a whole one, of the last release that
 * was complete or of one begun since; what it names is there and is what it was named for, no link leads nowhere, nothing
 * is gone too early, and CURRENT names no release that is not all there.
 */
export function brokenPromises(state: SiteState): string[] {
  return [...strangers(state), ...changedData(state), ...dead(state), ...gone(state), ...wrongWord(state)];
}

/** Objects of no release since the last that was complete; what these do not have may be an older one's. */
function strangers({ objects, releases }: SiteState): string[] {
  const from = Math.max(0, lastComplete(releases));
  return [...objects].flatMap(([name, object]) => {
    const versions = releases.map((release) => release.objects.get(name));
    const recent = versions.slice(from).some((version) => version) ? versions.slice(from) : versions;
    const isOurs = !isPlain(name) || recent.some((version) => version && isSame(version, object));
    return isOurs ? [] : [`${name} is of no release`];
  });
}

const lastComplete = (releases: readonly MadeRelease[]) =>
  releases.map(({ isComplete }) => isComplete).lastIndexOf(true);

function changedData({ objects }: SiteState): string[] {
  return [...objects].flatMap(([name, { body }]) => {
    if (!isData(name)) return [];
    const hash = createHash('sha256').update(body).digest('hex').slice(0, 32);
    return name.split('.').at(-2) === hash ? [] : [`${name} is not what its name says`];
  });
}

/** From the home page on, and from every page that somebody may have marked in a browser. */
function dead({ objects, releases }: SiteState): string[] {
  const marked = releases.filter(({ isComplete }) => isComplete).flatMap((release) => [...release.objects.keys()]);
  const starts = ['index.html', ...marked.filter((name) => name.endsWith('.html'))];
  return deadLinks({ objects, names: [...objects.keys()] }, [...new Set(starts)]).map((link) => `dead: ${link}`);
}

function gone({ objects, releases, day }: SiteState): string[] {
  const complete = releases.filter(({ isComplete }) => isComplete);
  return complete.flatMap((release) => {
    const isOver = release.untilDay !== undefined && day - release.untilDay >= KEPT_DAYS;
    const missing = [...release.objects.keys()].filter((name) => isPlain(name) && !objects.has(name));
    return missing.filter((name) => !isData(name) || !isOver).map((name) => `gone too early: ${name}`);
  });
}

function wrongWord({ objects, releases }: SiteState): string[] {
  const complete = lastComplete(releases);
  const word = releaseIn(objects);
  if (word === undefined) return complete < 0 ? [] : [`there is no ${CURRENT}`];
  const at = releases.map((release) => releaseIn(release.objects)).lastIndexOf(word);
  if (at < 0 || at < complete) return [`${CURRENT} names another release than the last one`];
  return [...releases[at]!.objects.keys()].flatMap((name) => {
    const object = objects.get(name);
    const wanted = releases.slice(at).flatMap((release) => release.objects.get(name) ?? []);
    if (!isPlain(name) || (object && wanted.some((version) => isSame(version, object)))) return [];
    return [`${CURRENT} names a release whose ${name} is not there`];
  });
}

function releaseIn(objects: Objects): string | undefined {
  const text = objects.get(CURRENT)?.body.toString('utf8');
  return text === undefined ? undefined : (JSON.parse(text) as { release: string }).release;
}

/** Objects that were written anew with what they held before. CURRENT says when it was looked at last. */
export function writtenInVain(before: Objects, after: Objects): string[] {
  return [...after].flatMap(([name, object]) => {
    const old = before.get(name);
    const isInVain = old && old.generation !== object.generation && isSame(old, object) && name !== CURRENT;
    return isInVain ? [`${name} was written again, and is as it was`] : [];
  });
}

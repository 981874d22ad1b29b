import { createHash } from 'node:crypto';
import { brokenPromises, KEPT_DAYS, type MadeRelease, type SiteState, writtenInVain } from './site-promise';
import type { Objects, StoredObject } from './stored-objects';

const object = (text: string, generation = '1'): StoredObject => ({
  ...{ body: Buffer.from(text), generation, md5: '', type: 'text/html', cacheControl: 'public, max-age=60' },
});
const bucket = (texts: Readonly<Record<string, string>>): Map<string, StoredObject> =>
  new Map(Object.entries(texts).map(([name, text]) => [name, object(text)]));
const dataOf = (text: string) => `data/a.${createHash('sha256').update(text).digest('hex').slice(0, 32)}.csv`;

/** A site of two pages and a table. */
const made = (text: string, more: Readonly<Record<string, string>> = {}) =>
  bucket({
    'index.html': `<p>${text}</p><a href="./alice/">alice</a>`,
    'alice/index.html': `<a href="../${dataOf(text)}">${text}</a>`,
    [dataOf(text)]: text,
    'current.json': JSON.stringify({ release: text }),
    ...more,
  });
const release = (objects: Objects, more: Partial<MadeRelease> = {}): MadeRelease => ({
  ...{ objects, isComplete: true, ...more },
});

const [old, young] = [made('old'), made('new')];
/** The second release under way, with these objects changed. */
const underWay = (objects: Objects): SiteState => ({
  ...{ objects, releases: [release(old), release(young, { isComplete: false })], day: 0 },
});
const mixed = (...names: string[]): Objects =>
  new Map([...old, ...[...young].filter(([name]) => names.includes(name))]);

test('a release that is whole keeps what is promised, and so does each step to the next one in its order', () => {
  expect(brokenPromises({ objects: old, releases: [release(old)], day: 0 })).toEqual([]);
  const steps = [[], [dataOf('new')], [dataOf('new'), 'alice/index.html']];
  for (const step of steps) expect(brokenPromises(underWay(mixed(...step)))).toEqual([]);
});

test.each<[string, SiteState, RegExp]>([
  [
    'a page before the data that it names',
    underWay(mixed('alice/index.html')),
    /^dead: alice\/index\.html: \.\.\/data\//,
  ],
  ['word of a release that is not all there', underWay(mixed(dataOf('new'), 'current.json')), /names a release whose/],
  ['a page of no release', underWay(new Map([...old, ['index.html', object('half')]])), /index\.html is of no release/],
  [
    'a page with another type',
    underWay(new Map([...old, ['index.html', { ...old.get('index.html')!, type: 'text/plain' }]])),
    /index\.html is of no release/,
  ],
  ['data that was changed', underWay(new Map([...old, [dataOf('old'), object('x')]])), /is not what its name says/],
  [
    'a page that is gone',
    underWay(new Map([...old].filter(([name]) => name !== 'alice/index.html'))),
    /^gone too early: alice\/index\.html/,
  ],
  [
    'a link to nowhere in a page that only a bookmark leads to',
    {
      objects: made('old', { 'x/index.html': '<a href="../y/">y</a>' }),
      releases: [release(made('old', { 'x/index.html': '<a href="../y/">y</a>' }))],
      day: 0,
    },
    /^dead: x\/index\.html/,
  ],
  [
    'a page of the release before the last one',
    {
      objects: mixed(dataOf('new'), 'alice/index.html', 'current.json'),
      releases: [release(old), release(young)],
      day: 0,
    },
    /index\.html is of no release/,
  ],
  [
    'no word of the release',
    { objects: new Map([...old].filter(([name]) => name !== 'current.json')), releases: [release(old)], day: 0 },
    /there is no current\.json/,
  ],
])('%s is noticed', (_, state, words) => {
  expect(brokenPromises(state)).toEqual(expect.arrayContaining([expect.stringMatching(words)]));
});

test('data that no release names may go after seven days, and no day sooner', () => {
  const releases = [release(old, { untilDay: 3 }), release(young)];
  const day = 3 + KEPT_DAYS;
  expect(brokenPromises({ objects: young, releases, day })).toEqual([]);
  expect(brokenPromises({ objects: young, releases, day: day - 1 })).toEqual([`gone too early: ${dataOf('old')}`]);
});

test('what is written again as it was is noticed; word of the release is new each time', () => {
  const again = new Map([...old].map(([name, { body }]) => [name, object(String(body), '2')] as const));
  expect(writtenInVain(old, again)).toHaveLength(old.size - 1);
  expect(writtenInVain(old, old)).toEqual([]);
  expect(
    writtenInVain(old, new Map([...young].map(([name, { body }]) => [name, object(String(body), '2')] as const))),
  ).toEqual([]);
});

import { small } from './browsed-payouts';
import {
  atBucket,
  delegator,
  delegatorPage,
  focusOf,
  headOf,
  newest,
  nothingThere,
  oldAddress,
  onPages,
  type Place,
  search,
  shownPaths,
  type Wrong,
  widthOf,
  withoutScript,
  withView,
} from './browser-visits';
import { addedUp } from './downloaded';

/** The text of an object with a mistake; as it is, if this one has none. */
export type Spoil = (name: string, text: string) => string;

export interface BrowserCheck {
  readonly what: string;
  run(place: Place): Wrong;
  /** Changes of the site's objects, with each of which it must find something. */
  readonly mistakes: Readonly<Record<string, Spoil>>;
}

const html =
  (from: string | RegExp, to: string): Spoil =>
  (name, text) =>
    name.endsWith('.html') ? text.replaceAll(from, to) : text;
const css =
  (from: string | RegExp, to: string): Spoil =>
  (name, text) =>
    name.endsWith('.css') ? text.replaceAll(from, to) : text;
const object =
  (names: RegExp, from: string | RegExp, to: string): Spoil =>
  (name, text) =>
    names.test(name) ? text.replaceAll(from, to) : text;

/** What visitors do and need, each with the mistakes that it must find. */
export const browserChecks: readonly BrowserCheck[] = [
  {
    what: 'search finds an address, and says what else it finds',
    run: (place) => withView(place, { isPhone: true }, search),
    mistakes: { 'an index without the address': object(/^data\/search\./, `"${delegator}"`, `"${small}"`) },
  },
  {
    what: 'tables on the page, as CSV and, of a cycle, as JSON add up to the same',
    run: (place) => withView(place, {}, (view) => addedUp(view, place.folder, [delegatorPage, newest])),
    mistakes: {
      'another amount in the CSV': object(/\.csv$/, /\d,paid,/g, '99,paid,'),
      'another amount in the JSON': object(/\.json$/, '"paidMutez":"', '"paidMutez":"1'),
    },
  },
  {
    what: 'title, language, viewport, and what search engines may list',
    run: onPages({}, headOf),
    mistakes: {
      'no title': html(/<title>.*<\/title>/g, ''),
      'no language': html(' lang="en"', ''),
      'no viewport': html('name="viewport"', 'name="port"'),
      'delegators for everybody to find': html('<meta name="robots" content="noindex">', ''),
    },
  },
  {
    what: 'nothing is asked of other hosts, and no error is told',
    run: onPages({}, async () => [], { toEnd: true, paths: shownPaths }),
    mistakes: {
      'a tracker': html('</body>', '<img alt="" src="https://tracker.example.com/a.png"></body>'),
      'a script that fails': object(/\.js$/, "'use strict';", 'nothing.at.all;'),
    },
  },
  {
    what: 'no page is wider than a phone',
    run: onPages({ isPhone: true }, widthOf),
    mistakes: { 'tables that make the page wider': css('overflow-x: auto', '') },
  },
  {
    what: 'contrast, labels and order, on a phone in the light',
    run: onPages({ isPhone: true }, (view) => view.barriers(), { paths: shownPaths }),
    mistakes: {
      'a field without a label': html('<label for="payouts-address">', '<label>'),
      'letters too pale': css('--text: #1b1f24', '--text: #8b8f94'),
    },
  },
  {
    what: 'contrast, labels and order, on a desktop in the dark',
    run: onPages({ scheme: 'dark' }, (view) => view.barriers(), { paths: shownPaths }),
    mistakes: { 'links as in the light': css('--link: #8ec5ff', '--link: #0b5394') },
  },
  {
    what: 'the keyboard shows where it is',
    run: (place) => withView(place, {}, async (view) => focusOf(await view.go(delegatorPage))),
    mistakes: { 'no outline': css(/$/g, ' :focus-visible { outline: none !important; }') },
  },
  {
    what: 'without JavaScript an address is three clicks away',
    run: (place) => withView(place, { hasScript: false, isPhone: true }, withoutScript),
    mistakes: {
      'a list without the address': html(`payouts/${delegator}/"`, 'nowhere/"'),
      'a search that needs a script': html(/(data-index="[^"]*") hidden/g, '$1'),
    },
  },
  {
    what: 'an address of 2019 leads to the page of today',
    run: (place) => withView(place, {}, oldAddress),
    mistakes: { 'another target': html(/content="0; url=[^"]*"/g, 'content="0; url=../alice/"') },
  },
  {
    what: 'where there is no page, a link leads home',
    run: (place) => withView(place, {}, nothingThere),
    mistakes: { 'a link to elsewhere': object(/^404\.html$/, 'href="/"', 'href="/alice/"') },
  },
];

/** At the bucket's own address, of a site that is old. */
export const bucketChecks: readonly BrowserCheck[] = [
  {
    what: "at the bucket's own address search and links work, and who comes late is told that the site is old",
    run: (place) => withView(place, { isPhone: true }, atBucket),
    mistakes: {
      'no policy': html(/<meta http-equiv="Content-Security-Policy"[^>]*>/g, ''),
      'folders for pages': html('../index.html"', '../"'),
    },
  },
];

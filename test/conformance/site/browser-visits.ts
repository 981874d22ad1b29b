import type { Browser } from 'puppeteer-core';
import { bakers, delegators, lastCycle, longName, small, wrongCycle } from './browsed-payouts';
import { View, type ViewOptions } from './browser-view';

/** Where a check is made: a browser, and start of a site's URL. */
export interface Place {
  readonly browser: Browser;
  /** Start of the URL, without a slash at its end. */
  readonly url: string;
  /** Takes downloads. */
  readonly folder: string;
}

/** What a visitor finds wrong; nothing if all is well. */
export type Wrong = Promise<string[]>;

const [{ name: baker }] = bakers;
/** Of the first baker alone. */
export const delegator = delegators[30];
export const delegatorPage = `/${baker}/payouts/${delegator}/`;
const group = `/${baker}/delegators/${delegator.slice(0, 4)}/`;
export const newest = `/${baker}/cycles/${lastCycle - 1}/`;
/** One of each kind, and those that are hard to show. */
const allPaths = [
  ...['/', `/${baker}/`, group, newest, `/${baker}/cycles/${wrongCycle}/`, delegatorPage],
  ...[`/${baker}/payouts/${small}/`, `/${longName}/`, `/${longName}/payouts/${delegators[0]}/`],
];
/** For what takes its time. */
export const shownPaths = ['/', `/${baker}/`, group, `/${baker}/cycles/${wrongCycle}/`, delegatorPage, `/${longName}/`];
const isPrivate = (path: string) => /\/(payouts|delegators)\//.test(path);

export async function withView(place: Place, options: ViewOptions, what: (view: View) => Wrong): Wrong {
  const view = await View.open(place.browser, place.url, options);
  try {
    const wrong = await what(view);
    return [...wrong, ...view.complaints];
  } finally {
    await view.close();
  }
}

export const onPages =
  (options: ViewOptions, what: (view: View, path: string) => Wrong, { toEnd = false, paths = allPaths } = {}) =>
  (place: Place) =>
    withView(place, options, async (view) => {
      for (const path of paths) {
        const wrong = await what(await view.go(path, toEnd), path);
        if (wrong.length + view.complaints.length > 0) return wrong.map((each) => `${path}: ${each}`);
      }
      return [];
    });

export async function headOf(view: View, path: string): Wrong {
  const { title, lang, viewport, robots } = await view.page.evaluate(() => ({
    ...{ title: document.title, lang: document.documentElement.lang },
    viewport: document.querySelector<HTMLMetaElement>('meta[name="viewport"]')?.content ?? '',
    robots: document.querySelector<HTMLMetaElement>('meta[name="robots"]')?.content ?? '',
  }));
  return [
    ...(title.length > 8 ? [] : ['it has no title']),
    ...(lang === 'en' ? [] : ['it says no language']),
    ...(viewport.includes('width=device-width') ? [] : ['it has no viewport']),
    ...((robots === 'noindex') === isPrivate(path) ? [] : [`for search engines it says "${robots}"`]),
  ];
}

export async function widthOf(view: View): Wrong {
  const width = await view.page.evaluate(() => document.documentElement.scrollWidth);
  return width <= 390 ? [] : [`it is ${width} pixels wide`];
}

/** Each stop of the tabulator key shows where one is. */
export async function focusOf(view: View): Wrong {
  const wrong: string[] = [];
  const seen = new Set<string>();
  for (let stops = 0; stops < 15; stops++) {
    await view.page.keyboard.press('Tab');
    const { what, isShown } = await view.page.evaluate(() => {
      const at = document.activeElement as HTMLElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(at);
      return {
        what: at.outerHTML.slice(0, 100),
        isShown: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2,
      };
    });
    seen.add(what);
    if (!isShown) wrong.push(`the focus is not seen on ${what}`);
  }
  return seen.size < 5 ? ['the tabulator key leads nowhere'] : wrong;
}

export async function search(view: View): Wrong {
  const ask = async (text: string) => {
    await view.go('/');
    await view.page.type('#payouts-address', text);
    await view.page.keyboard.press('Enter');
    return view.seen(
      'h1, #payouts-found',
      'Payouts to tz',
      'first four letters',
      'is recorded',
      'found that begin with',
    );
  };
  const wanted = [
    ['tz1', 'first four letters'],
    ['tz1NoSuchAddress', 'No payout to this address is recorded'],
    [delegators[0], `2 found that begin with ${delegators[0]}`],
    [delegator, `Payouts to ${delegator}`],
  ];
  for (const [text, answer] of wanted) {
    const said = await ask(text);
    if (!said.includes(answer)) return [`whoever searches ${text} reads "${said}"`];
  }
  const rows = await view.page.$$eval('.payouts-table tbody tr', ({ length }) => length);
  return rows === 30 ? [] : [`the table of ${delegator} has ${rows} rows, not 30`];
}

export async function withoutScript(view: View): Wrong {
  await view.go('/');
  const clicks = [`${baker}/`, group.slice(1), delegatorPage.slice(1)].map((path) => path.split('/').slice(-2)[0]);
  const form = await view.page.evaluate(() => document.getElementById('payouts-search')?.checkVisibility());
  for (const folder of clicks) {
    if (!(await view.follow(`${folder}/`))) return [`no link to ${folder}/ on ${view.page.url()}`];
  }
  const shown = await view.text('.payouts-table tbody tr:nth-child(2)');
  return [
    ...(form === false ? [] : ['a search is shown that does nothing']),
    ...((await view.text('h1')).includes(delegator) ? [] : ['three clicks do not lead to an address']),
    ...(shown.includes('paid') ? [] : [`its table shows "${shown}"`]),
  ];
}

export async function oldAddress(view: View): Wrong {
  await view.go(`/payouts/${delegator}.html`);
  await view.seen('h1', 'Payouts ');
  const path = new URL(view.page.url()).pathname;
  return path.endsWith(delegatorPage) ? [] : [`the address of 2019 leads to ${path}`];
}

export async function nothingThere(view: View): Wrong {
  await view.go('/alice/payouts/nobody/');
  const wrong = await view.barriers();
  // Chromium itself says that the page is not there.
  view.complaints.splice(0);
  const isHome = (await view.follow('/')) && (await view.text('h1')).startsWith('Payouts to delegators');
  return [...wrong, ...(isHome ? [] : ['a page that is not there does not lead home'])];
}

export async function atBucket(view: View): Wrong {
  await view.go('/index.html');
  await view.seen('#payouts-age', 'has not been brought up to date');
  await view.page.type('#payouts-address', delegator);
  await view.page.keyboard.press('Enter');
  await view.seen('h1', `Payouts to ${delegator}`);
  const isHome = (await view.follow('/index.html')) && (await view.text('h1')).startsWith('Payouts to delegators');
  const policy = await view.page.$('meta[http-equiv="Content-Security-Policy"]');
  return [...(isHome ? [] : ['no link leads home']), ...(policy ? [] : ['the page says no policy'])];
}

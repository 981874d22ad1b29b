import { join } from 'node:path';
import puppeteer, { type Browser } from 'puppeteer-core';
import { STALE_SECONDS } from '../../../programs/site-builder/site-builder.contract';
import type { Context } from '../part';
import { BrowsedSite } from './browsed-site';
import { type BrowserCheck, browserChecks, bucketChecks } from './browser-checks';
import { PATIENCE_MS } from './browser-view';

export interface BrowserParts {
  /** Of its own. */
  readonly folder: string;
  /** Path of Jekyll. */
  readonly jekyll: string;
}

/**
 * The site of two bakers with sixty delegators and thirty cycles, as somebody sees it who wants to know what they were
 * paid: in Chromium, with axe-core as the judge of what not everybody can read. Each check is made once more on a site
 * with a mistake, and must find it.
 */
export async function judgeInBrowser({ tools, report }: Context, { folder, jekyll }: BrowserParts): Promise<void> {
  const program = await tools.debian('chromium', 'chromium');
  // Without a font nothing has a width, and no page would be too wide.
  await tools.debianFile('fonts-dejavu-core', '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf');
  const nowMs = Date.now();
  const own = { folder: join(folder, 'browsed'), jekyll, address: { domain: { name: 'payouts.example.com' } }, nowMs };
  const old = { folder: join(folder, 'browsed-old'), jekyll, address: { bucketOnly: {} } };
  const browser = await puppeteer.launch({
    ...{ executablePath: program, args, userDataDir: join(folder, 'chromium') },
    ...{ timeout: PATIENCE_MS, protocolTimeout: PATIENCE_MS },
  });
  const sites: BrowsedSite[] = [];
  try {
    report.version('chromium', (await browser.version()).replace(/^\D*/, ''));
    sites.push(await BrowsedSite.start(own));
    sites.push(await BrowsedSite.start({ ...old, nowMs: nowMs - 2 * STALE_SECONDS * 1000 }));
    for (const [i, checks] of [browserChecks, bucketChecks].entries()) {
      for (const check of checks) await judge(check, { browser, site: sites[i], folder: join(folder, 'kept'), report });
    }
  } finally {
    for (const site of sites) site.close();
    await browser.close();
  }
}

/** Nothing that Chromium does for itself may count as asked by a page; as root it has no sandbox. */
const args = [
  ...['--disable-gpu', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

interface Judged {
  readonly browser: Browser;
  readonly site: BrowsedSite;
  readonly folder: string;
  readonly report: Context['report'];
}

async function judge(check: BrowserCheck, { browser, site, folder, report }: Judged): Promise<void> {
  const place = { browser, url: site.url, folder };
  const wrong = await found(check, place);
  if (wrong.length > 0) return report.fail(check.what, wrong.slice(0, 10).join('\n'));
  const missed: string[] = [];
  for (const [mistake, spoil] of Object.entries(check.mistakes)) {
    site.spoil = spoil;
    if ((await found(check, place)).length === 0) missed.push(mistake);
  }
  site.spoil = undefined;
  if (missed.length === 0) report.pass(check.what);
  else report.fail(check.what, `it does not find a site with ${missed.join(', nor one with ')}`);
}

async function found(check: BrowserCheck, place: Parameters<BrowserCheck['run']>[0]): Promise<string[]> {
  try {
    return await check.run(place);
  } catch (error) {
    return [(error as Error).message];
  }
}

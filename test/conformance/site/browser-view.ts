import axe from 'axe-core';
import type { Browser, Page } from 'puppeteer-core';

/** A wait for what a browser does at once; a machine that is busy may take minutes. */
export const PATIENCE_MS = 120_000;

export interface ViewOptions {
  readonly scheme?: 'light' | 'dark';
  /** 390 pixels wide, as a phone is; else 1280. */
  readonly isPhone?: boolean;
  readonly hasScript?: boolean;
}

/** A tab of a browser that has kept nothing, and what it has to complain of. */
export class View {
  /** Errors of the console and of scripts, and requests to other hosts than the site's. */
  readonly complaints: string[] = [];

  private constructor(
    readonly page: Page,
    /** Start of the URL of the site, without a slash at its end. */
    private readonly url: string,
  ) {}

  static async open(browser: Browser, url: string, options: ViewOptions = {}): Promise<View> {
    const { scheme = 'light', isPhone = false, hasScript = true } = options;
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await page.setCacheEnabled(false);
    await page.setViewport({ width: isPhone ? 390 : 1280, height: 844, isMobile: isPhone, hasTouch: isPhone });
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.setJavaScriptEnabled(hasScript);
    const view = new View(page, url);
    view.listen();
    return view;
  }

  private listen(): void {
    this.page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(`${message.text()} (${message.location().url})`);
    });
    this.page.on('pageerror', (error) => this.complaints.push(String(error)));
    this.page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (protocol !== 'data:' && origin !== new URL(this.url).origin) this.complaints.push(`asked ${request.url()}`);
    });
  }

  /** `path` begins with a slash. Waits until the page is there; `toEnd`: and until it asks for nothing any more. */
  async go(path: string, toEnd = false): Promise<this> {
    await this.page.goto(`${this.url}${path}`, { waitUntil: toEnd ? 'networkidle0' : 'load' });
    return this;
  }

  /** Clicks the first link that leads to a path which ends so, and waits for the page; false if there is none. */
  async follow(ending: string): Promise<boolean> {
    const link = await this.page.$(`main a[href$="${ending}"]`);
    if (!link) return false;
    await Promise.all([this.page.waitForNavigation(), link.evaluate((a) => a.click())]);
    return true;
  }

  /** Text that a visitor sees: of the first element, '' if there is none or if it is hidden. */
  text(selector: string): Promise<string> {
    return this.page.evaluate((name) => document.querySelector<HTMLElement>(name)?.innerText.trim() ?? '', selector);
  }

  /** Waits until one of these texts is seen there; answers all that is, in one line. */
  async seen(selector: string, ...texts: readonly string[]): Promise<string> {
    const shown = (name: string, words: readonly string[]) => {
      const all = [...document.querySelectorAll<HTMLElement>(name)]
        .map((each) => each.innerText)
        .join(' ')
        .replace(/\s+/g, ' ');
      return words.some((each) => all.includes(each)) && all;
    };
    return (await this.page.waitForFunction(shown, {}, selector, texts)).jsonValue() as Promise<string>;
  }

  /** What axe-core finds, as it says it. */
  async barriers(): Promise<string[]> {
    await this.page.evaluate(axe.source);
    const found = (await this.page.evaluate(`axe.run(document, ${JSON.stringify(axeOptions)})`)) as axe.AxeResults;
    return found.violations.map(
      ({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)} ${nodes[0].failureSummary?.slice(0, 300)}`,
    );
  }

  async close(): Promise<void> {
    await this.page.close();
  }
}

/** WCAG 2.2 at level AA, and what axe-core calls good practice. */
const axeOptions: axe.RunOptions = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  resultTypes: ['violations'],
};

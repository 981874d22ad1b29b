import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defaultTheme } from '../../../programs/site-builder/default-theme';
import { jekyllFiles } from '../../../programs/site-builder/jekyll';
import { makeChrome } from '../../../programs/site-builder/make-chrome';
import { SiteFiles } from '../../../programs/site-builder/site-files';
import { tarFiles } from '../../../programs/site-builder/tar-files';
import { harmless, type ThemeFiles } from '../../../programs/site-builder/theme-files';
import { deadLinks } from '../../programs/site-builder/crawl';
import { file, madeTar } from '../../programs/site-builder/made-tar';
import type { Context } from '../part';
import { run } from '../tools/run';
import { inWorld } from './judge-releases';
import type { WorldParts } from './site-world';
import { honestLayout, type Places, type Trick, tricks } from './theme-tricks';

/** The loop without an end would take hours. All others have as long as the program gives them. */
const ENDLESS_MS = 8_000;
const config = {
  address: { domain: { name: 'payouts.example.com' } },
  bucket: 'site',
  bakers: [{ name: 'alice', address: 'tz1VSUr8wwNhLAzempoch5d6hLRiTh8Cjcjb' }],
} as const;

/**
 * Themes as somebody else may write them, through the site builder's own way and Jekyll itself: nothing of theirs is run,
 * and nothing of the machine gets onto the site. Each trick that works where a theme is simply built is tried there too.
 */
export async function judgeThemes(context: Context, jekyll: string): Promise<void> {
  const judge = new Themes(context, jekyll);
  await judge.own();
  for (const trick of tricks) await judge.trick(trick);
}

/** A theme with much of this in it, through the job itself: its site is whole, and looks as the theme wants. */
export async function judgeForeignTheme(report: Context['report'], parts: WorldParts): Promise<void> {
  await inWorld(parts, 'foreign-theme', async (world) => {
    await world.pay(3);
    const entries = [
      file('theme/_layouts/default.html', honestLayout.text?.replace('<main>', '<p>{{ site.title }}</p><main>')),
      file('theme/_config.yml', 'title: Looks like another\nplugins: [nowhere]\n'),
      file('theme/assets/theme.scss', '---\n---\n$ground: #fff;\nbody { background: $ground; }\n'),
      file('theme/about.md', "---\nlayout: default\ntitle: About\n---\n[Home]({{ '/' | relative_url }})\n"),
      file('theme/_plugins/a.rb', 'abort'),
      file('theme/Gemfile', 'abort'),
    ];
    const theme = await world.theme(madeTar(...entries));
    const { error } = await world.run({ config: { theme, jekyll: parts.jekyll } });
    const objects = await world.objects();
    const dead = deadLinks({ objects, names: [...objects.keys()] }, ['index.html', 'about.html']);
    const wanted = ['assets/theme.css', 'about.html', 'index.html'].filter((name) => !objects.has(name));
    const wrong = [
      ...(error === undefined ? [] : [error]),
      ...dead.map((link) => `dead: ${link}`),
      ...wanted.map((name) => `there is no ${name}`),
      ...(String(objects.get('index.html')?.body).includes('Looks like another') ? [] : ['it has not the title']),
    ];
    if (wrong.length > 0) report.fail('the site with the theme of a stranger', wrong.join('\n'));
    else report.pass('the site with the theme of a stranger');
  });
}

class Themes {
  private count = 0;

  constructor(
    private readonly context: Context,
    private readonly jekyll: string,
  ) {}

  /** Our own theme shows title and content, and two builds are the same to the byte. */
  async own(): Promise<void> {
    const files = new Map(Object.entries(defaultTheme).map(([path, text]) => [path, Buffer.from(text)]));
    const theme = () => files;
    const { report } = this.context;
    const [first, second] = [await this.built(this.places(), theme), await this.built(this.places(), theme)];
    if (typeof first === 'string' || typeof second === 'string') {
      report.fail('our own theme', String(first));
      return;
    }
    const isSame = [...first].every(([path, content]) => second.get(path)?.equals(content));
    if (isSame && first.size === second.size) report.pass('our own theme, built twice, is the same');
    else report.fail('our own theme, built twice', 'it is not the same: every page would be uploaded each hour');
  }

  async trick({ name, entries, outcome, worksOtherwise, isEndless }: Trick): Promise<void> {
    const { report } = this.context;
    const places = this.places();
    const own = entries(places);
    const all = own.some(({ path }) => path === honestLayout.path) ? own : [honestLayout, ...own];
    const theme = () => harmless(tarFiles(madeTar(...all)));
    const built = await this.built(places, theme, isEndless ? ENDLESS_MS : undefined);
    const wrong = [
      ...this.shown(places, built),
      ...(outcome === 'harmless' && typeof built === 'string' ? [`no site is made: ${built}`] : []),
      ...(outcome === 'refused' && typeof built !== 'string' ? ['a site is made of it'] : []),
      ...(worksOtherwise && !(await this.worksWhenBuilt(places, all)) ? ['it works nowhere: it proves nothing'] : []),
    ];
    if (wrong.length > 0) report.fail(`a theme with ${name}`, wrong.join('\n'));
    else report.pass('themes of strangers that do nothing but look');
  }

  /** What a trick has brought: files that Ruby wrote, or words of a file that is not the theme's. */
  private shown({ marks, words }: Places, built: ReadonlyMap<string, Buffer> | string): string[] {
    const ran = readdirSync(marks).map((mark) => `Ruby of the theme was run: ${mark}`);
    const told = typeof built === 'string' ? [] : [...built].filter(([, content]) => content.includes(words));
    return [...ran, ...told.map(([path]) => `${path} shows a file of the machine`)];
  }

  /** Built as anybody would, in a folder like the one that the trick was made for. */
  private async worksWhenBuilt({ marks, source }: Places, entries: readonly { path: string; text?: string }[]) {
    for (const { path, text = '' } of entries) {
      mkdirSync(dirname(join(source, path)), { recursive: true });
      writeFileSync(join(source, path), text);
    }
    const env = { JEKYLL_NO_BUNDLER_REQUIRE: 'true' };
    await run(this.jekyll, ['build', '--quiet'], { cwd: source, env, timeoutSeconds: 300 });
    return readdirSync(marks).length > 0;
  }

  /** Files of the site that the theme makes; why there are none. */
  private async built(
    { source }: Places,
    theme: () => ThemeFiles,
    timeoutMs?: number,
  ): Promise<ReadonlyMap<string, Buffer> | string> {
    const work = dirname(source);
    try {
      const parts = { command: this.jekyll, work, theme: theme(), url: 'https://payouts.example.com', tell: () => {} };
      const files = await jekyllFiles({ ...parts, nowMs: Date.now(), ...(timeoutMs ? { timeoutMs } : {}) });
      makeChrome(config, files, new SiteFiles(join(work, 'site')));
      return files;
    } catch (error) {
      return (error as Error).message;
    }
  }

  private places(): Places {
    const folder = this.context.scratch(`part-site-theme-${this.count++}`);
    const [marks, secret, words] = [
      join(folder, 'marks'),
      join(folder, 'secret', 'secret.yml'),
      `secret-words-${this.count}`,
    ];
    for (const each of [marks, dirname(secret)]) if (!existsSync(each)) mkdirSync(each, { recursive: true });
    writeFileSync(secret, `words: ${words}\n`);
    return { marks, secret, words, source: join(folder, 'jekyll', 'source') };
  }
}

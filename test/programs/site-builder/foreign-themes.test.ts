import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { tarFiles } from '../../../programs/site-builder/tar-files';
import { ownConfig, takenConfig } from '../../../programs/site-builder/theme-config';
import { themeFiles } from '../../../programs/site-builder/theme-files';
import { MadeSite, NOW, record } from './made-site';
import { file, type MadeEntry, madeTar, paxPath } from './made-tar';

const layout = file('_layouts/default.html', '{{ content }}');
const paths = (...entries: MadeEntry[]) => [...tarFiles(madeTar(...entries)).keys()];

test('an archive gives its regular files, without the one folder in which all of them lie', () => {
  const inside = (entry: MadeEntry) => ({ ...entry, path: `theme-1.0/${entry.path}` });
  expect(paths({ path: 'theme-1.0/', type: '5' }, inside(layout), inside(file('assets/a.css')))).toEqual([
    '_layouts/default.html',
    'assets/a.css',
  ]);
  expect(paths(layout)).toEqual(['_layouts/default.html']);
  expect(tarFiles(madeTar(layout)).get(layout.path)?.toString()).toBe('{{ content }}');
});

test('the long names that git and GNU tar write are read', () => {
  const long = `assets/${'a'.repeat(120)}.css`;
  const shared = {
    path: 'pax_global_header',
    text: '52 comment=0123456789012345678901234567890123456789\n',
    type: 'g',
  };
  expect(paths(shared, paxPath(long), file('cut'), layout)).toEqual([long, layout.path]);
  expect(paths({ path: '././@LongLink', text: `${long}\0`, type: 'L' }, file('cut'), layout)).toEqual([
    long,
    layout.path,
  ]);
});

test.each<[string, MadeEntry, RegExp]>([
  ['a symbolic link', { path: 'a.html', type: '2', link: '/etc/passwd' }, /a\.html" is no regular file/],
  ['a hard link', { path: 'a.html', type: '1', link: '/etc/passwd' }, /no regular file/],
  ['a device', { path: 'a.html', type: '3' }, /no regular file/],
  ['a pipe', { path: 'a.html', type: '6' }, /no regular file/],
  ['a path that leads out', file('../../etc/cron.d/x'), /no path of a theme/],
  ['a path from the top', file('/etc/cron.d/x'), /no path of a theme/],
  ['a path with a part that leads out', file('assets/../../x'), /no path of a theme/],
  ['a path with a letter for other programs', file('assets/$(id).css'), /no path of a theme/],
  ['a path with a line in it', file('assets/a\nb.css'), /no path of a theme/],
  ['a file twice', layout, /stands there twice/],
])('a theme is refused that holds %s', (_, entry, why) => {
  expect(() => tarFiles(madeTar(layout, entry))).toThrow(why);
});

test('a header that gives a path to the next file is looked at like any other path', () => {
  expect(() => tarFiles(madeTar(layout, paxPath('../../x'), file('honest.css')))).toThrow(/no path of a theme/);
});

test('archives that are cut off, damaged, too large, or none, are refused', () => {
  const tar = madeTar(layout, file('assets/a.css', 'x'.repeat(5000)));
  expect(() => tarFiles(tar.subarray(0, -20))).toThrow(/cannot be unpacked/);
  expect(() => tarFiles(gzipSync(Buffer.alloc(600, 'x')))).toThrow(/no tar archive/);
  expect(() => tarFiles(gzipSync(Buffer.alloc(0)))).toThrow(/too early/);
  expect(() => tarFiles(gzipSync(Buffer.alloc(80 * 1024 * 1024)))).toThrow(/cannot be unpacked, or holds more/); // a few kB
  expect(() => tarFiles(madeTar(file('a', 'x'.repeat(11 * 1024 * 1024))))).toThrow(/more than 10485760 bytes/);
  expect(() => tarFiles(madeTar(...Array.from({ length: 2001 }, (_, i) => file(`${i}.css`))))).toThrow(
    /than 2000 files/,
  );
});

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

test('of a theme nothing is left that Ruby would run', async () => {
  const hostile = ['Gemfile', 'Gemfile.lock', 'gemfile', 'gems.rb', '_plugins/a.rb', '_Plugins/a.txt', 'theme.gemspec'];
  const archive = madeTar(
    layout,
    file('_config.yml', 'title: x'),
    ...[...hostile, '_config.toml', 'assets/_config.yml', '.jekyll-metadata', 'lib/a.rb', 'vendor/_plugins/b.rb'].map(
      (path) => file(path, 'system("id")'),
    ),
  );
  const files = await themeFiles({ archive: 'https://x/t.tar.gz', sha256: sha256(archive) }, async () => archive);
  expect([...files.keys()]).toEqual(['_layouts/default.html', '_config.yml']);
});

test('an archive that is not the one that was looked at is refused', async () => {
  const archive = madeTar(layout);
  const theme = { archive: 'https://x/t.tar.gz', sha256: sha256(Buffer.from('another')) };
  await expect(themeFiles(theme, async () => archive)).rejects.toThrow(
    `https://x/t.tar.gz has the SHA-256 ${sha256(archive)}, not ${theme.sha256}`,
  );
});

test('of the configuration of a theme only how it looks is taken: Jekyll gets ours', () => {
  const foreign = {
    ...{ title: 'Alice bakes', minima: { skin: 'dark' }, header_pages: ['about.md'] },
    ...{ plugins: ['evil'], whitelist: ['evil'], gems: ['evil'], plugins_dir: '/tmp', safe: false, source: '/etc' },
    ...{
      layouts_dir: '/etc',
      include: ['.env'],
      exec: 'id',
      theme: 'evil',
      baseurl: '/x',
      url: 'https://evil',
      keep_files: ['x'],
    },
  };
  const { taken, ignored } = takenConfig(foreign);
  expect(taken).toEqual({ title: 'Alice bakes', minima: { skin: 'dark' }, header_pages: ['about.md'] });
  expect(ignored).toEqual(Object.keys(foreign).slice(3));
  const own = JSON.parse(ownConfig(taken, { url: 'https://payouts.example.com', baseurl: '/r', nowMs: NOW }));
  expect(own).toMatchObject({ title: 'Alice bakes', safe: true, url: 'https://payouts.example.com', baseurl: '/r' });
  expect([own.plugins, own.whitelist]).toEqual([
    ['jekyll-feed', 'jekyll-seo-tag'],
    ['jekyll-feed', 'jekyll-seo-tag'],
  ]);
});

test('a key that is ours stays ours, even if it were taken', () => {
  const own = JSON.parse(
    ownConfig({ plugins: ['evil'], safe: false, plugins_dir: '/tmp' }, { url: 'u', baseurl: 'b', nowMs: NOW }),
  );
  expect(own).toMatchObject({ safe: true, plugins_dir: '_plugins', plugins: ['jekyll-feed', 'jekyll-seo-tag'] });
});

test.each<[string, unknown, RegExp]>([
  ['a list', ['x'], /no map/],
  ['too deep', { title: { a: { b: { c: { d: { e: { f: 1 } } } } } } }, /too deep/],
  ['too long', { description: 'x'.repeat(30_000) }, /more than 20000 letters/],
])('a configuration that is %s is refused', (_, foreign, why) => {
  expect(() => takenConfig(foreign)).toThrow(why);
});

test.each([null, undefined, {}])('an empty configuration takes nothing away', (foreign) => {
  expect(takenConfig(foreign)).toEqual({ taken: {}, ignored: [] });
});

const template = (html: string) => ({ 'payouts-template/index.html': html });
const GOOD = '<html><head><title>PAYOUTSTITLE</title></head><body>PAYOUTSCONTENT</body></html>';
test.each<[string, Record<string, string>, RegExp]>([
  ['shows no content', template(GOOD.replace('PAYOUTSCONTENT', '')), /shows the content 0 times/],
  ['shows the content twice', template(`${GOOD}PAYOUTSCONTENT`), /shows the content 2 times/],
  ['shows no title', template(GOOD.replace('PAYOUTSTITLE', '')), /shows no title/],
  ['has no head', template(GOOD.replace('</head>', '')), /0 times <\/head>/],
  ['has no page for ours', {}, /has not built/],
  [
    'writes where payouts are',
    { ...template(GOOD), 'alice/cycles/7/index.html': 'fake' },
    /alice\/cycles\/7\/index\.html/,
  ],
  ['writes data', { ...template(GOOD), 'data/x.json': 'fake' }, /data\/x\.json/],
  ['writes the release', { ...template(GOOD), 'current.json': '{}' }, /current\.json/],
  ['writes pages of 2019', { ...template(GOOD), 'payouts/x.html': '' }, /payouts\/x\.html/],
  ['writes a path that is not plain', { ...template(GOOD), 'a b/../x.html': '' }, /no plain path/],
])('the site stays as it was if a theme %s', async (_, built, why) => {
  const site = await new MadeSite().start();
  site.records = [record(7, 1)];
  site.theme = new Map(Object.entries(built).map(([path, text]) => [path, Buffer.from(text)]));
  await expect(site.run()).rejects.toThrow(why);
  expect(site.bucket.done).toEqual([]);
});

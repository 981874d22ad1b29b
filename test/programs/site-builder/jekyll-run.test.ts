import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { jekyllFiles } from '../../../programs/site-builder/jekyll';
import { afterwards, temporaryFolder } from '../temporary';
import { inItsPlace } from './jekyll-in-its-place';
import { NOW } from './made-site';

const theme = new Map([
  ['_layouts/default.html', Buffer.from('{{ content }}')],
  ['payouts-template.html', Buffer.from('of the theme')],
]);

function run(command: string, more: { timeoutMs?: number } = {}) {
  const url = 'https://payouts.example.com';
  return jekyllFiles({
    command,
    work: join(temporaryFolder(), 'jekyll'),
    theme,
    url,
    nowMs: NOW,
    tell: () => {},
    ...more,
  });
}

test('Jekyll is given the theme, our page, our configuration alone, and nothing of what the pod knows', async () => {
  process.env.A_SECRET_OF_THE_POD = 'secret';
  afterwards(() => Reflect.deleteProperty(process.env, 'A_SECRET_OF_THE_POD'));
  const files = await run(
    inItsPlace(`
const all = fs.readdirSync(source, { recursive: true }).sort();
const page = fs.readFileSync(join(source, 'payouts-template.html'), 'utf8');
const said = { words, env: process.env, all, page, config: JSON.parse(fs.readFileSync(config, 'utf8')) };
fs.writeFileSync(join(destination, 'said.json'), JSON.stringify(said));`),
  );
  const said = JSON.parse(String(files.get('said.json')));
  expect(said.words).toEqual(expect.arrayContaining(['build', '--safe', '--disable-disk-cache']));
  expect(said.all).toEqual(['_layouts', '_layouts/default.html', 'payouts-template.html']);
  expect(said.page).toContain('PAYOUTSCONTENT');
  expect(said.config).toMatchObject({ safe: true, baseurl: '/payouts-site-root', url: 'https://payouts.example.com' });
  expect(said.env).toMatchObject({ JEKYLL_NO_BUNDLER_REQUIRE: 'true', JEKYLL_ENV: 'production' });
  expect(said.env).not.toHaveProperty('A_SECRET_OF_THE_POD');
});

test('a theme that never ends is ended', async () => {
  const mark = join(temporaryFolder(), 'mark');
  const command = inItsPlace(`setTimeout(() => fs.writeFileSync(${JSON.stringify(mark)}, ''), 5000);`);
  await expect(run(command, { timeoutMs: 1000 })).rejects.toThrow(/did not end within 1 s/);
  expect(existsSync(mark)).toBe(false);
});

test('what Jekyll complains of is told', async () => {
  const command = inItsPlace("console.error('Liquid Exception: Unknown tag'); process.exit(1);");
  await expect(run(command)).rejects.toThrow(/Liquid Exception: Unknown tag/);
});

test('a link that Jekyll leaves is not followed', async () => {
  const command = inItsPlace("fs.symlinkSync('/etc/hostname', join(destination, 'a.html'));");
  await expect(run(command)).rejects.toThrow(/a\.html is no regular file/);
});

import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { ROOT } from '../kit/root';
import { page } from './pages';

const pages = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)];

/** As GitHub makes them. */
const anchorsOf = (path: string) =>
  [...page(path).matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

test.each(pages)('%s: every link leads to a file, and to a heading in it', (from) => {
  const links = [...page(from).matchAll(/\]\((?!https?:)([^)\s]*)\)/g)].map(([, link]) => link);
  const dead = links.filter((link) => {
    const [file, anchor] = link.split('#');
    const path = file === '' ? from : normalize(join(dirname(from), file));
    return !existsSync(join(ROOT, path)) || (anchor !== undefined && !anchorsOf(path).includes(anchor));
  });
  expect(dead).toEqual([]);
});

test('README leads to every page of docs/', () => {
  const led = page('README.md');
  expect(pages.filter((path) => path !== 'README.md' && !led.includes(`(${path})`))).toEqual([]);
});

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sentence } from '../../model/messages/problems';
import { readPermanentLists } from '../../synth/permanent-lists';
import { render } from '../../synth/render';
import { bakeryFiles } from '../kit/bakeries';
import { differences } from '../kit/differences';
import { ROOT } from '../kit/root';
import { filesBelow } from '../kit/user-project';

const MOST_LINES = 20;
const DIST = join(ROOT, 'dist');

/** What lies in dist/, less what git ignores (terraform works there). Without git, what terraform leaves is known by name. */
function committed(): Record<string, string> {
  const { status, stdout } = spawnSync('git', ['ls-files', '-co', '--exclude-standard', '-z', 'dist'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (status !== 0) {
    const files = Object.entries(filesBelow(DIST));
    return Object.fromEntries(
      files.filter(([path]) => !/(^|\/)(\.terraform(\.lock\.hcl)?|plan|terraform\.tfstate.*)(\/|$)/.test(path)),
    );
  }
  const paths = stdout.split('\0').filter((path) => path !== '' && existsSync(join(ROOT, path)));
  return Object.fromEntries(paths.map((path) => [path.slice('dist/'.length), readFileSync(join(ROOT, path), 'utf8')]));
}

test('dist/ is what the bakery files render to, and what it remembers of keys and bakeries that are gone', () => {
  const { lists, problems } = readPermanentLists(DIST);
  expect(problems.map(sentence)).toEqual([]);
  const found = differences(render(bakeryFiles(), lists).files, committed());
  if (found.length === 0) return;
  const shown = found.slice(0, MOST_LINES);
  const error = new Error(`dist/ is stale: run npm run synth and commit it\n${shown.join('\n')}`);
  error.stack = undefined;
  throw error;
});

test('a stale, a missing and a stray file are each told', () => {
  const fresh = new Map([
    ['a', 'one\ntwo'],
    ['b', 'x'],
  ]);
  expect(differences(fresh, { a: 'one\nthree', c: 'y' })).toEqual([
    'differs: dist/a:2',
    '  - three',
    '  + two',
    'missing: dist/b',
    'stray: dist/c',
  ]);
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { BakeryFile } from '../../model/reading/bakery-file';
import type { Edit } from '../../model/rules/rule';
import { DistFolder } from '../../synth/dist-folder';
import { readPermanentLists } from '../../synth/permanent-lists';
import { render } from '../../synth/render';
import { smallestFile } from '../kit/bakeries';
import { madeKey } from '../kit/made-keys';
import { filesBelow } from '../kit/user-project';

const folder = mkdtempSync(join(tmpdir(), 'killed-'));
afterAll(() => rmSync(folder, { recursive: true }));

const [k1, k2, k3] = ['one', 'two', 'three'].map((seed) => madeKey('tz2', seed));
const bakery = (name: string, key: object, ...edits: Edit[]) =>
  smallestFile(
    [
      [['google', 'project'], { existing: { id: `project-of-${name}` } }],
      [['bakers', 0], { name: 'baker', ...key }],
      ...edits.flat(),
    ],
    name,
  );
const acknowledges = (line: string): Edit => [[['acknowledge'], [{ line, reason: 'it is shut down' }]]];

function put(files: Readonly<Record<string, string>>): void {
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** What a synthesis does in the folder; throws what stops it. */
function synthesize(files: readonly BakeryFile[]) {
  const { lists, problems } = readPermanentLists(folder);
  expect(problems).toEqual([]);
  return new DistFolder(folder).replace(render(files, lists).files);
}

test.each<[string, BakeryFile[], BakeryFile[]]>([
  ['the first bakery', [], [bakery('a', k1)]],
  ['one more', [bakery('a', k1)], [bakery('a', k1), bakery('b', k2)]],
  ['one less', [bakery('a', k1), bakery('b', k2)], [bakery('a', k1)]],
  ['another name', [bakery('a', k1)], [bakery('c', k1, acknowledges(`key ${k1.address} left a`))]],
  [
    'a key that moves',
    [bakery('a', k1), bakery('c', k2)],
    [bakery('a', k3), bakery('c', k1, acknowledges(`key ${k1.address} left a`))],
  ],
  ['a bigger disk', [bakery('a', k1)], [bakery('a', k1, [[['privateNode'], { diskGiB: 300 }]])]],
])(
  'whichever file a synthesis is killed at, the next one takes what it finds for no loss: %s',
  (_, before, after) => {
    put({});
    if (before.length > 0) synthesize(before);
    const old = filesBelow(folder);
    const { written, removed } = synthesize(after);
    const whole = filesBelow(folder);
    const charts = (files: Record<string, string>) =>
      Object.entries(files).filter(([path]) => !path.startsWith('permanent/'));
    const state = { ...old, ...Object.fromEntries(written.map((path) => [`${path}.new`, whole[path]])) };
    for (const path of ['', ...written, ...removed]) {
      delete state[`${path}.new`];
      if (path in whole) state[path] = whole[path];
      else delete state[path];
      put(state);
      synthesize(after);
      expect(charts(filesBelow(folder))).toEqual(charts(whole));
    }
  },
  120_000,
);

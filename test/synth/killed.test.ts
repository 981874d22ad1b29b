import fs, { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { BakeryFile } from '../../model/reading/bakery-file';
import type { Edit } from '../../model/rules/rule';
import { smallestBakery } from '../../model/settings/smallest';
import { DistFolder } from '../../synth/dist-folder';
import { readPermanentLists } from '../../synth/permanent-lists';
import { type Rendered, render } from '../../synth/render';
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
      [['custody'], { kms: {} }], // without the many files of machines at home
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
function synthesize(files: readonly BakeryFile[]): void {
  const { lists, problems } = readPermanentLists(folder);
  expect(problems).toEqual([]);
  place(render(files, lists));
}

function place({ files, remembering }: Rendered): void {
  new DistFolder(folder).replace(files, remembering);
}

/** Ends whatever runs when it is about to change a name in the folder for the nth time, from 0; how often it was, if less. */
function killedAt(n: number, work: () => void): number | undefined {
  let count = 0;
  const spies = (['renameSync', 'rmSync'] as const).map((name) => {
    const really = fs[name] as (...words: unknown[]) => void;
    return jest.spyOn(fs, name).mockImplementation((...words: unknown[]) => {
      if (count++ === n) throw new Error('killed');
      really(...words);
    });
  });
  try {
    work();
    return count;
  } catch (error) {
    expect(error).toEqual(new Error('killed'));
    return undefined;
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

const left = (key: { address: string }, name: string) => `key ${key.address} left ${name}`;
const swapped = [bakery('a', k2, acknowledges(left(k2, 'c'))), bakery('c', k1, acknowledges(left(k1, 'a')))];

test.each<[string, BakeryFile[], BakeryFile[]]>([
  ['the first bakery', [], [bakery('a', k1)]],
  ['the first machines at home', [], [bakery('a', k1, [[['custody'], smallestBakery.custody]])]],
  ['one more', [bakery('a', k1)], [bakery('a', k1), bakery('b', k2)]],
  ['one less', [bakery('a', k1), bakery('b', k2)], [bakery('a', k1)]],
  ['another name', [bakery('a', k1)], [bakery('c', k1, acknowledges(left(k1, 'a')))]],
  [
    'a key that moves',
    [bakery('a', k1), bakery('c', k2)],
    [bakery('a', k3), bakery('c', k1, acknowledges(left(k1, 'a')))],
  ],
  ['keys that swap their bakeries', [bakery('a', k1), bakery('c', k2)], swapped],
  [
    'keys that go round',
    [bakery('a', k1), bakery('b', k2), bakery('c', k3)],
    [
      bakery('a', k2, acknowledges(left(k2, 'b'))),
      bakery('b', k3, acknowledges(left(k3, 'c'))),
      bakery('c', k1, acknowledges(left(k1, 'a'))),
    ],
  ],
  ['a bigger disk', [bakery('a', k1)], [bakery('a', k1, [[['privateNode'], { diskGiB: 300 }]])]],
])(
  'whichever file a synthesis is killed at, the next one takes what it finds for no loss: %s',
  (_, before, after) => {
    put({});
    if (before.length > 0) synthesize(before);
    const old = filesBelow(folder);
    const rendered = render(after, readPermanentLists(folder).lists);
    place(rendered);
    const whole = filesBelow(folder);
    for (let n = 0; ; n++) {
      put(old);
      if (killedAt(n, () => place(rendered)) !== undefined) break;
      synthesize(after);
      expect(filesBelow(folder)).toEqual(whole);
    }
  },
  120_000,
);

test('wherever a swap of keys is killed, each of them is in a list, and goes to no third bakery unseen', () => {
  put({});
  synthesize([bakery('a', k1), bakery('c', k2)]);
  const old = filesBelow(folder);
  const rendered = render(swapped, readPermanentLists(folder).lists);
  for (let n = 0; ; n++) {
    put(old);
    if (killedAt(n, () => place(rendered)) !== undefined) break;
    for (const key of [k1, k2]) {
      const moved = [bakery('a', madeKey('tz2', 'four')), bakery('c', k3), bakery('d', key)];
      expect(() => synthesize(moved)).toThrow(key.address);
    }
  }
}, 120_000);

import { EventEmitter } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { BakeryFile } from '../../model/reading/bakery-file';
import { type Helper, renderShared } from '../../synth/helper';
import { render } from '../../synth/render';
import { type RenderedBakery, renderBakery } from '../../synth/render-bakery';
import { bakeriesOf, fixtureFiles, smallestFile } from '../kit/bakeries';
import { madeKey } from '../kit/made-keys';
import { ROOT } from '../kit/root';
import { type UserProject, userProject } from '../kit/user-project';

const MINUTE = 60_000;
/** Enough for bin/helper.cjs to start a second thread. */
const MANY = 50;

/** Small bakeries, two to a project. */
const manyFiles: readonly BakeryFile[] = Array.from({ length: MANY }, (_, i) => {
  const { address, publicKey } = madeKey('tz1', String(i));
  return smallestFile(
    [
      [['bakers', 0, 'address'], address],
      [['bakers', 0, 'publicKey'], publicKey],
      [['google', 'project'], { existing: { id: `project-${Math.floor(i / 2)}` } }],
      [['google', 'ownsProject'], i % 2 === 0],
    ],
    `bakery-${i}`,
  );
});

const bakeries = bakeriesOf(fixtureFiles());
const alone = bakeries.map((bakery) => renderBakery(bakery, bakeries));

/** A helper that takes some of the work, answers as it likes, and ends. */
function helperThat(answers: (take: () => number, answer: (index: number, rendered: RenderedBakery) => void) => void) {
  const helper = new EventEmitter() as unknown as Helper;
  const nothing = () => {};
  const postMessage = ({ taken }: { taken: Int32Array }) => {
    answers(
      () => Atomics.add(taken, 0, 1),
      (index, rendered) => setImmediate(() => helper.emit('message', [index, rendered])),
    );
    setImmediate(() => helper.emit('exit', 1));
  };
  return Object.assign(helper, { ref: nothing, unref: nothing, postMessage });
}

test('what the helper renders is taken from it, in its place', async () => {
  const marked: RenderedBakery = { files: new Map([['theirs', '']]), permanent: [] };
  const helper = helperThat((take, answer) => {
    take();
    answer(take(), marked);
  });
  expect(await renderShared(bakeries, helper)).toEqual([alone[0], marked, ...alone.slice(2)]);
});

test('what a helper took and never answered is rendered all the same', async () => {
  const helper = helperThat((take) => bakeries.forEach(take));
  expect(await renderShared(bakeries, helper)).toEqual(alone);
});

/** Changes the program in that project: each bakery passes here before it is rendered. */
function patch({ folder }: UserProject, code: string): void {
  const source = 'synth/render-bakery.ts';
  const text = readFileSync(join(ROOT, source), 'utf8');
  const patched = text.replace('  const infra =', `  ${code}\n  const infra =`);
  expect(patched).not.toBe(text);
  writeFileSync(join(folder, 'node_modules/tezos-bakery', source), patched);
}

const isMain = "require('node:worker_threads').isMainThread";

/** The first thread waits, where there is a second one, until that has come to a bakery whose name begins so. */
const mainWaitsFor = (name: string) =>
  availableParallelism() < 2
    ? ''
    : `for (let i = 0; ${isMain} && i < 600 && !require('node:fs').readFileSync('threads', 'utf8').includes('helper ${name}'); i++)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);`;
/** Notes in a file who renders it. */
const notes = `require('node:fs').appendFileSync('threads', (${isMain} ? 'main ' : 'helper ') + bakery.name + '\\n');`;
const notesOf = ({ folder }: UserProject) => readFileSync(join(folder, 'threads'), 'utf8').trim().split('\n');

test(
  'many bakeries are rendered by two threads, each once, to the same files as by one',
  () => {
    const project = userProject(manyFiles);
    patch(project, notes + mainWaitsFor('bakery-'));
    expect(project.synth()).toMatchObject({ status: 0, stderr: '' });
    expect(new Map(Object.entries(project.dist()))).toEqual(new Map([...render(manyFiles, new Map()).files].sort()));
    const [threads, names] = [0, 1].map((part) => notesOf(project).map((line) => line.split(' ')[part]));
    expect(new Set(threads).size).toBe(Math.min(2, availableParallelism()));
    expect(names.sort()).toEqual(manyFiles.map(({ name }) => name).sort());
  },
  2 * MINUTE,
);

test(
  'an error in the helper is told as if there were none, and nothing is written',
  () => {
    const last = "if (bakery.name === 'bakery-9') throw new Error('bakery-9 cannot be rendered');";
    const [shared, alone] = [manyFiles, manyFiles.slice(8, 10)].map((files) => {
      const project = userProject(files);
      patch(project, notes + (files.length < MANY ? '' : mainWaitsFor('bakery-9\\n')) + last);
      const answer = project.synth();
      expect(existsSync(join(project.folder, 'dist'))).toBe(false);
      return { answer, met: notesOf(project).filter((line) => line.endsWith('bakery-9')) };
    });
    expect(alone.answer).toMatchObject({ status: 1, stderr: expect.stringContaining('bakery-9 cannot be rendered') });
    expect(shared.answer).toEqual(alone.answer);
    if (availableParallelism() > 1) expect(shared.met).toEqual(['helper bakery-9', 'main bakery-9']);
  },
  2 * MINUTE,
);

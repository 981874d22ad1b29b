import type { MessagePort, Worker } from 'node:worker_threads';
import { Bakery } from '../model/bakery';
import { type RenderedBakery, renderBakery } from './render-bakery';

/** A thread that runs this program beside the first, from bin/helper.cjs. */
export type Helper = Worker;

/** What the helper is told: all bakeries as plain data, and how many of them somebody has taken to render. */
interface Job {
  readonly bakeries: readonly Pick<Bakery, 'name' | 'settings' | 'ownsProject'>[];
  readonly taken: Int32Array;
}

/** What the helper answers for each bakery that it has rendered. */
type Answer = readonly [index: number, rendered: RenderedBakery];
/** Its last answer: there is none left to take. */
const DONE = 'done';

/**
 * Renders all bakeries: each thread takes the next one until there is none. Whatever the helper took and did not finish
 * is rendered here once more, so that an error is the same, and told the same way, whoever met it first.
 */
export async function renderShared(
  bakeries: readonly Bakery[],
  helper: Helper | undefined,
): Promise<readonly RenderedBakery[]> {
  const taken = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const plain = bakeries.map(({ name, settings, ownsProject }) => ({ name, settings, ownsProject }));
  helper?.postMessage({ bakeries: plain, taken } satisfies Job);
  const rendered = new Map<number, RenderedBakery>();
  for (const i of untaken(bakeries, taken)) rendered.set(i, renderBakery(bakeries[i], bakeries));
  if (helper) for (const [i, theirs] of await answersOf(helper)) rendered.set(i, theirs);
  return bakeries.map((bakery, i) => rendered.get(i) ?? renderBakery(bakery, bakeries));
}

/** The helper's side: does one job, and ends. */
export function help(port: MessagePort): void {
  port.once('message', ({ bakeries: plain, taken }: Job) => {
    const bakeries = plain.map(({ name, settings, ownsProject }) => new Bakery(name, settings, ownsProject));
    for (const i of untaken(bakeries, taken))
      port.postMessage([i, renderBakery(bakeries[i], bakeries)] satisfies Answer);
    port.postMessage(DONE);
  });
}

/** The positions that this thread takes; no other gets the same. */
function* untaken({ length }: readonly Bakery[], taken: Int32Array): Generator<number> {
  for (let i = Atomics.add(taken, 0, 1); i < length; i = Atomics.add(taken, 0, 1)) yield i;
}

/** All answers of a helper that has done its job, or died of it. */
function answersOf(helper: Helper): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  helper.ref(); // or the process would end before
  return new Promise((resolve) => {
    const end = () => {
      helper.unref();
      resolve(answers);
    };
    helper.on('message', (message: Answer | typeof DONE) => (message === DONE ? end() : answers.push(message)));
    helper.once('exit', end);
  });
}

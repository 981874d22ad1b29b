import type { HomesScene } from './homes-scene';

/** What was not as promised, or what was measured; undefined: all is as promised. */
type Verdict = string | undefined | Measured;

/** Something that a home promises, and a look whether it keeps it. */
export interface HomeCheck {
  /** What is promised. */
  readonly name: string;
  run(scene: HomesScene): Promise<Verdict | Rest>;
}

export interface Measured {
  readonly measured: string;
}

/** What is left concerns one home alone, which is coming back: the next check may begin meanwhile. */
export interface Rest {
  readonly rest: Promise<Verdict>;
}

/** Runs them one after the other; one that fails does not keep the others from running. Resolves when all have ended. */
export async function judge(scene: HomesScene, checks: readonly HomeCheck[]): Promise<void> {
  const ends: Promise<void>[] = [];
  for (const check of checks) ends.push((await begun(scene, check)).end);
  await Promise.all(ends);
}

/** Resolves when the next check may begin. */
async function begun(scene: HomesScene, { name, run }: HomeCheck): Promise<{ readonly end: Promise<void> }> {
  const startMs = performance.now();
  const found = await orProblem(scene, run(scene));
  const rest = typeof found === 'object' && 'rest' in found ? orProblem(scene, found.rest) : Promise.resolve(found);
  return { end: rest.then((verdict) => tell(scene, name, { verdict, startMs })) };
}

async function orProblem<T>(scene: HomesScene, work: Promise<T>): Promise<T | string> {
  try {
    return await work;
  } catch (error) {
    if (scene.gateway) await scene.recover().catch(() => {});
    return (error as Error).message || 'it ended without a word';
  }
}

function tell(
  { context: { report } }: HomesScene,
  name: string,
  { verdict, startMs }: { readonly verdict: Verdict; readonly startMs: number },
): void {
  if (process.env.BAKERY_CONFORMANCE_DEBUG) {
    const [from, to] = [startMs, performance.now()].map((ms) => (ms / 1000).toFixed(1));
    console.log(`${from} to ${to} s: ${name}`);
  }
  if (typeof verdict === 'string') report.fail(name, verdict);
  else report.pass(verdict === undefined ? name : `${name}: ${verdict.measured}`);
}

/** What is asked for again and again, after a pause, until it is so; the last answer if it never was. */
export async function eventually<T>(
  seconds: number,
  ask: () => Promise<T>,
  isSo: (answer: T) => boolean,
  pauseMs = 150,
): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (isSo(answer) || performance.now() > end) return answer;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

import type { Report } from '../part';
import type { HomesScene } from './homes-scene';

/** Something that a home promises, and a look whether it keeps it. */
export interface HomeCheck {
  /** What is promised. */
  readonly name: string;
  /** Answers what was not as promised, or what was measured as `{measured}`. */
  run(scene: HomesScene): Promise<string | undefined | Measured>;
}

export interface Measured {
  readonly measured: string;
}

/** Runs them one after the other; one that fails does not keep the others from running. */
export async function judge(scene: HomesScene, checks: readonly HomeCheck[]): Promise<void> {
  const { report } = scene.context;
  for (const check of checks) await judgeOne(scene, check, report);
}

async function judgeOne(scene: HomesScene, { name, run }: HomeCheck, report: Report): Promise<void> {
  const startMs = performance.now();
  let wrong: string | undefined | Measured;
  try {
    wrong = await run(scene);
  } catch (error) {
    wrong = (error as Error).message || 'it ended without a word';
    if (scene.gateway) await scene.recover().catch(() => {});
  }
  if (process.env.BAKERY_CONFORMANCE_DEBUG)
    console.log(`${((performance.now() - startMs) / 1000).toFixed(1)} s: ${name}`);
  if (typeof wrong === 'string') report.fail(name, wrong);
  else report.pass(wrong === undefined ? name : `${name}: ${wrong.measured}`);
}

/** What is asked for again and again until it is so; the last answer if it never was. */
export async function eventually<T>(seconds: number, ask: () => Promise<T>, isSo: (answer: T) => boolean): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (isSo(answer) || performance.now() > end) return answer;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

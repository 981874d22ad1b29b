import { explore } from '../../programs/guard/guards-world';

const STEPS_A_WORLD = 5000;

/** What so many steps have brought. */
export interface Explored {
  readonly signed: number;
  readonly openings: number;
  readonly wrong: readonly string[];
}

/** The rules as they are, in worlds of all kinds; in every second one devices have marks. The same in every run. */
export async function explored(steps: number): Promise<Explored> {
  let signed = 0;
  let openings = 0;
  const wrong: string[] = [];
  for (let seed = 1; seed <= steps / STEPS_A_WORLD; seed++) {
    const outcome = explore({ seed, steps: STEPS_A_WORLD, marked: seed % 2 === 0 });
    signed += outcome.signed;
    openings += outcome.openings;
    for (const each of [...outcome.doubles, ...outcome.broken]) wrong.push(`seed ${seed}: ${each}`);
    if (seed % 10 === 0) await new Promise((resolve) => setImmediate(resolve)); // so that Ctrl-C is heard
  }
  return { signed, openings, wrong };
}

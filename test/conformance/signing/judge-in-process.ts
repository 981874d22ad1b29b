import { caughtBy, mutants } from '../../programs/guard/mutants';
import type { Report } from '../part';
import { explored } from './in-process';

const STEPS = 1_000_000;

/** The rules in one process, a million steps of it, and each rule broken. */
export async function judgeInProcess(report: Report): Promise<void> {
  const startMs = performance.now();
  const { signed, openings, wrong } = await explored(STEPS);
  const what = `steps of guards and homes in one process, with ${signed} signatures and ${openings} openings`;
  if (wrong.length > 0) report.fail(what, wrong.slice(0, 5).join('\n'));
  else if (signed < STEPS / 200 || openings < STEPS / 2000) report.fail(what, 'hardly anything has happened in it');
  else report.pass(what, STEPS);
  for (const mutant of mutants) {
    const seen = await caughtBy(mutant);
    if (seen) report.pass('broken rules that are noticed, each by name');
    else report.fail(`a broken rule: ${mutant.name}`, 'nobody notices it');
  }
  console.log(`  in one process: ${((performance.now() - startMs) / 1000).toFixed(0)} s`);
}

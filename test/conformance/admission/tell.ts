import { complaint, type Verdict } from '../cluster/apply';
import type { Report } from '../part';

/** Verdicts, one by one, in a row of the report. */
export function tell(verdicts: readonly Verdict[], what: string, report: Report): void {
  for (const verdict of verdicts) {
    const words = complaint(verdict);
    if (words) report.fail(what, words);
    else report.pass(what);
  }
}

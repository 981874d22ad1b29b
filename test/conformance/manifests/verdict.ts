import { type ExceptionRow, type Finding, type Subject, settle } from '../findings';
import type { Report } from '../part';

/** Findings of one judge against its table of exceptions. */
export interface Verdict {
  readonly judge: string;
  /** Everything that it was shown. */
  readonly subjects: readonly Subject[];
  readonly findings: readonly Finding[];
  readonly rows: readonly ExceptionRow[];
}

/** Where the table stands: who reads that a row is unused must find it. */
const TABLE = 'test/conformance/exceptions.ts';

/** Reports what the table does not excuse, and what in the table excuses nothing. */
export function reportVerdict(report: Report, { judge, rows, ...shown }: Verdict): void {
  const { mistakes, unused } = settle(shown, rows);
  for (const { check, object, file, words } of mistakes)
    report.fail(`${judge} ${check}: ${object}`, `${file}: ${words}`);
  for (const { check, reason } of unused) {
    report.fail(
      `${judge}: an exception excuses nothing`,
      `${TABLE}: take out the row ${check}, "${reason}": nothing it covers fails any more`,
    );
  }
  const needed = rows.filter((row) => shown.findings.some((finding) => row.covers(finding))).length;
  if (needed > 0) report.pass(`${judge}: exceptions, all of them needed`, needed);
}

/** A judge that was given nothing finds nothing: that is no pass. */
export function reportJudged(report: Pick<Report, 'pass' | 'fail'>, what: string, count: number): void {
  if (count > 0) report.pass(what, count);
  else report.fail(what, 'dist/charts: nothing was judged, or nothing of it is right');
}

/** Nothing must not pass. */
export function reportNothingProof(report: Report): void {
  let refusal: string | undefined;
  const keep = (_: string, detail: string) => {
    refusal = detail;
  };
  reportJudged({ pass: () => {}, fail: keep }, 'made up', 0);
  reportProof(report, 'a judge that judged nothing', refusal);
}

/** A judge that accepts everything judges nothing: each is shown something wrong, and must say what is. */
export function reportProof(report: Report, what: string, refusal: string | undefined): void {
  if (refusal) report.pass('mistakes made on purpose, and refused');
  else report.fail(`accepted: ${what}`, 'made on purpose, to see whether this part would find it: it does not');
}

/** A finding that a table without rows leaves over, and a row that covers nothing: both must be told. */
export function reportTableProof(report: Report, judge: string): void {
  const finding: Finding = { check: 'made-up', object: 'Made up', file: 'nowhere', words: 'made up' };
  const row: ExceptionRow = { check: 'made-up', reason: 'made up', concerns: () => true, covers: () => true };
  const [shown, well] = [
    { subjects: [finding], findings: [finding] },
    { subjects: [finding], findings: [] },
  ];
  reportProof(report, `${judge}: a finding without a row`, settle(shown, []).mistakes[0]?.check);
  reportProof(report, `${judge}: a row without a finding`, settle(well, [row]).unused[0]?.check);
  const other = { ...row, check: 'another' };
  reportProof(report, `${judge}: a row of another check`, settle(shown, [other]).mistakes[0]?.check);
}

import type { FindFiles } from './named-files';
import type { Needs, Part, Report } from './part';

/** One check, over however many things. */
interface Row {
  readonly what: string;
  passed: number;
  failed: number;
  readonly skipped?: string;
}

/** What one part found; a failure is printed at once, in the words a person needs. */
export class PartReport implements Report {
  readonly rows: Row[] = [];
  readonly versions = new Map<string, string>();
  seconds = 0;

  /** `mayNotSkip`: here everything is judged that can be. */
  constructor(
    readonly part: Part,
    private readonly mayNotSkip: boolean,
    private readonly filesNamedIn: FindFiles = () => [],
  ) {}

  pass(what: string, count = 1): void {
    if (count > 0) this.row(what).passed += count;
    else this.fail(what, 'there was nothing to judge: a check of nothing passes for ever');
  }

  fail(what: string, detail: string): void {
    this.row(what).failed += 1;
    const files = this.filesNamedIn(`${what}\n${detail}`).map((file) => `see ${file}`);
    const lines = [detail.trimEnd(), ...files].join('\n').replace(/^/gm, '    ');
    console.log(`\nFAILED ${this.part.name}: ${what}\n${lines}\n`);
  }

  skip(what: string, why: string, needs?: Needs): void {
    if (this.mayNotSkip && !needs) this.fail(what, `not judged, and nothing may be skipped here: ${why}`);
    else this.rows.push({ what, passed: 0, failed: 0, skipped: needs ? `${why}; needs ${needs}` : why });
  }

  version(program: string, version: string): void {
    this.versions.set(program, version);
  }

  private row(what: string): Row {
    const same = this.rows.find((row) => row.what === what && row.skipped === undefined);
    if (same) return same;
    const row = { what, passed: 0, failed: 0 };
    this.rows.push(row);
    return row;
  }
}

const headings = ['part', 'what was checked', 'how many', 'seconds', 'with'];

/** One table of all parts. */
export function table(reports: readonly PartReport[]): string {
  const lines = [headings, ...reports.flatMap(linesOf)];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const text = lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
  text.splice(1, 0, widths.map((width) => '-'.repeat(width)).join('  '));
  return text.join('\n');
}

/** A part's name, time and programs stand beside its checks. */
function linesOf({ part, rows, versions, seconds }: PartReport): string[][] {
  const programs = [...versions].map(([program, version]) => `${program} ${version}`);
  const late = seconds > part.budgetSeconds ? ` of ${part.budgetSeconds}` : '';
  return Array.from({ length: Math.max(rows.length, programs.length, 1) }, (_, index) => {
    const row = rows[index];
    return [
      index === 0 ? part.name : '',
      row ? sentenceOf(row) : '',
      row ? countOf(row) : '',
      index === 0 ? `${seconds.toFixed(1)}${late}` : '',
      programs[index] ?? '',
    ];
  });
}

function sentenceOf({ what, failed, skipped }: Row): string {
  if (skipped !== undefined) return `SKIPPED ${what}: ${skipped}`;
  return failed > 0 ? `FAILED ${what}` : what;
}

function countOf({ passed, failed, skipped }: Row): string {
  if (skipped !== undefined) return '';
  return failed > 0 ? `${failed} of ${passed + failed}` : String(passed);
}

/** Counts checks, not things: one over a hundred objects is one. */
export function closingLine(reports: readonly PartReport[]): string {
  const rows = reports.flatMap((report) => report.rows);
  const failed = rows.filter((row) => row.failed > 0).length;
  const skipped = rows.filter((row) => row.skipped !== undefined).length;
  return `${rows.length - failed - skipped} passed, ${failed} failed, ${skipped} skipped`;
}

/** Seconds that the start of the cluster may take on two cores once everything is built. */
export const clusterBudgetSeconds = 10;

/** What the parts and the start of their cluster took, against what they may take where everything is built. */
export function timeLine(reports: readonly PartReport[], clusterSeconds: number): string {
  const taken = reports.reduce((sum, { seconds }) => sum + seconds, clusterSeconds);
  const budgets = reports.reduce((sum, { part }) => sum + part.budgetSeconds, 0);
  const limit = budgets + (clusterSeconds > 0 ? clusterBudgetSeconds : 0);
  const verdict = taken > limit ? 'LATE, unless something was built: ' : '';
  return `${verdict}${taken.toFixed(0)} s of ${limit} s, ${clusterSeconds.toFixed(0)} of them for the start of the cluster`;
}

import type { Bakery } from '../model/bakery';
import { type BakeryFile, parseBakeryFile } from '../model/bakery-file';
import type { Problem } from '../model/problems';

const HEADER = `# Names that must not change by accident: what they name would be made anew, and the old one lost or orphaned.
# A line that changes or vanishes stops the synthesis until the bakery file acknowledges it, with a reason.
`;

/** Content of dist/permanent/<bakery>.txt. */
export function permanentFile(names: readonly string[]): string {
  return `${HEADER}${[...names].sort().join('\n')}\n`;
}

/** A permanent name that vanishes (or changes) without being acknowledged, and acknowledgements that are done with. */
export function permanentProblems(
  file: BakeryFile,
  { settings: { acknowledge } }: Bakery,
  names: readonly string[],
  before: readonly string[],
): Problem[] {
  const now = new Map(names.map((line) => [withoutSize(line), sizeOf(line)]));
  const gone = before.filter((line) => {
    const size = now.get(withoutSize(line));
    return size === undefined || size < sizeOf(line);
  });
  const unsaid = gone.filter((line) => !acknowledge.some((each) => each.line === line));
  const done = acknowledge.flatMap(({ line }, i) => (gone.includes(line) ? [] : [{ line, i }]));
  if (unsaid.length === 0 && done.length === 0) return [];
  const { lineOf } = parseBakeryFile(file);
  return [
    ...unsaid.map((line) =>
      problem(
        file,
        lineOf(['acknowledge']),
        'error',
        ['acknowledge'],
        now.has(withoutSize(line)) ? shrunkMessage(line) : lostMessage(line, file),
      ),
    ),
    ...done.map(({ i, line }) => {
      const setting = ['acknowledge', i, 'line'];
      const message = 'is done with, or never was a permanent name; take it out';
      return { ...problem(file, lineOf(setting), 'warning', setting, message), value: line };
    }),
  ];
}

/** Claims end with the size they have at least, in GiB: it may grow. */
const SIZE = / at-least=(\d+)Gi$/;
const withoutSize = (line: string) => line.replace(SIZE, '');
const sizeOf = (line: string) => Number(SIZE.exec(line)?.[1] ?? 0);

function shrunkMessage(line: string): string {
  return `the disk of "${withoutSize(line)}" would shrink, which no disk can; write at least ${sizeOf(line)} GiB`;
}

function lostMessage(line: string, file: BakeryFile): string {
  return `the permanent name "${line}" would change or vanish, and with it what it names. Undo the edit; or, if you mean it, add under acknowledge in ${file.path}: {line: "${line}", reason: ...}`;
}

function problem(
  { path: file }: BakeryFile,
  line: number,
  severity: Problem['severity'],
  setting: Problem['setting'],
  message: string,
): Problem {
  return { severity, file, line, setting, message };
}

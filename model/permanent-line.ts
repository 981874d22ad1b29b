/**
 * The lines of dist/permanent/<bakery>.txt: what may not change by an edit in passing. A line is words, the first of
 * which say what it is of; the last may be the least size of a disk, which may grow.
 */

const HEADER = `# Names that must not change by accident: what they name would be made anew, and the old one lost or orphaned.
# A line that changes or vanishes stops the synthesis until the bakery file acknowledges it, with a reason.
`;

/** Content of dist/permanent/<bakery>.txt. */
export function permanentFile(lines: readonly string[]): string {
  return `${HEADER}${[...lines].sort().join('\n')}\n`;
}

/** The lines of such a file, whichever line ends git gave it. */
export function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
}

/** `claim mainnet-baking/baker-node-data class=mainnet-regional at-least=150Gi`: kind, name, and facts of it. */
export function permanentLine(kind: string, name: string, ...facts: readonly string[]): string {
  return [kind, name, ...facts].join(' ');
}

/** The last fact of a disk: its size, which only grows. */
export function atLeast(sizeGiB: number): string {
  return `at-least=${sizeGiB}Gi`;
}

const SIZE = / at-least=(\d+)Gi$/;
/** The size that a line ends with, in GiB; 0 if it has none. */
export const sizeOf = (line: string) => Number(SIZE.exec(line)?.[1] ?? 0);
/** What a line is of, whatever its size. */
export const withoutSize = (line: string) => line.replace(SIZE, '');

/** Keys may come and go; they tell a bakery that was renamed. */
export const keyLine = (address: string) => permanentLine('key', address);
export const isKeyLine = (line: string) => line.startsWith('key ');

/** A store cannot be turned into one of another history mode. */
export const historyLine = (node: string, mode: string) => permanentLine('history', node, mode);
export const isHistoryLine = (line: string) => line.startsWith('history ');

/** No line of a file: what a bakery acknowledges that took the key of one that is gone. */
export const goneLine = (bakery: string) => `bakery ${bakery} is gone`;
export const isGoneLine = (line: string) => line.startsWith('bakery ');

/** Whether the line is of that object, e.g. of the claim with that name in whichever namespace. */
export const isOf = (line: string, kind: string, name: string) => {
  const [first, second] = withoutSize(line).split(' ');
  return first === kind && second.endsWith(`/${name}`);
};

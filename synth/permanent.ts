import type { Bakery } from '../model/bakery';
import { claimsOf } from '../model/claims';
import type { Problem } from '../model/messages/problems';
import { keyLines } from '../model/permanent-facts';
import { goneLine, isGoneLine, isHistoryLine, isKeyLine, isOf, sizeOf, withoutSize } from '../model/permanent-line';
import { type BakeryFile, parseBakeryFile } from '../model/reading/bakery-file';

/** A permanent name that vanishes (or changes) without being acknowledged, and acknowledgements that are done with. */
export function permanentProblems(
  file: BakeryFile,
  bakery: Bakery,
  names: readonly string[],
  before: readonly string[],
): Problem[] {
  const { acknowledge } = bakery.settings;
  const now = new Map(names.map((line) => [withoutSize(line), sizeOf(line)]));
  const gone = before.filter((line) => {
    if (isKeyLine(line)) return false;
    const size = now.get(withoutSize(line));
    return size === undefined || size < sizeOf(line);
  });
  const unsaid = gone.filter((line) => !acknowledge.some((each) => each.line === line));
  const done = acknowledge.flatMap(({ line }, i) => {
    return gone.includes(line) || isGoneLine(line) ? [] : [{ line, i }];
  });
  if (unsaid.length === 0 && done.length === 0) return [];
  const { lineOf } = parseBakeryFile(file);
  return [
    ...unsaid.map((line) => {
      const shrunk = now.has(withoutSize(line));
      const claim = claimsOf(bakery).find(({ name }) => shrunk && isOf(line, 'claim', name));
      if (!claim?.sizedBy) {
        return problem(file, lineOf(['acknowledge']), 'error', ['acknowledge'], lostMessage(line, file));
      }
      const message = `would shrink the disk of ${claim.name}, which no disk can; write at least ${sizeOf(line)}`;
      return { ...problem(file, lineOf(claim.sizedBy), 'error', claim.sizedBy, message), value: claim.sizeGiB };
    }),
    ...done.map(({ i, line }) => {
      const setting = ['acknowledge', i, 'line'];
      const message = 'is done with, or never was a permanent name; take it out';
      return { ...problem(file, lineOf(setting), 'warning', setting, message), value: line };
    }),
  ];
}

/**
 * A bakery whose file is gone while another one has its key: a rename. Its disks, watermarks among them, would be made
 * anew under the new name while the old ones, and maybe the old baker, are still there.
 */
export function renameProblems(
  files: readonly BakeryFile[],
  bakeries: readonly Bakery[],
  before: ReadonlyMap<string, readonly string[]>,
): Problem[] {
  const gone = [...before].filter(([name]) => !bakeries.some((bakery) => bakery.name === name));
  return bakeries.flatMap((bakery, i) => {
    const keys = new Set(keyLines(bakery));
    return gone.flatMap(([name, lines]) => {
      const key = lines.find((line) => keys.has(line));
      const line = goneLine(name);
      if (!key || bakery.settings.acknowledge.some((each) => each.line === line)) return [];
      const message = `the bakery ${name} is gone from bakeries/, and this one has its ${key}: under a new name it gets new disks, without the old watermarks, while the old baker may still run. Keep the name; or, when the old one is shut down for good, add {line: "${line}", reason: ...}`;
      return [problem(files[i], parseBakeryFile(files[i]).lineOf(['acknowledge']), 'error', ['acknowledge'], message)];
    });
  });
}

function lostMessage(line: string, file: BakeryFile): string {
  const hint = isHistoryLine(line)
    ? ' (a node starts with another history mode after a reimport only: write a new reimport word too)'
    : '';
  return `the permanent name "${line}" would change or vanish, and with it what it names. Undo the edit; or, if you mean it, add under acknowledge in ${file.path}: {line: "${line}", reason: ...}${hint}`;
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

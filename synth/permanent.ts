import { claimsOf } from '../model/claims';
import type { Problem } from '../model/messages/problems';
import {
  aliasedKey,
  isContextLine,
  isCustodyLine,
  isHistoryLine,
  isOf,
  isPermanent,
  sizeOf,
  withoutSize,
} from '../model/permanent-line';
import { type BakeryFile, parseBakeryFile } from '../model/reading/bakery-file';
import type { Living } from './second-lives';

/** Permanent names that vanish (or change) without being acknowledged, and disks that would shrink. */
export function permanentProblems(
  { file, bakery, acknowledged }: Living,
  names: readonly string[],
  before: readonly string[],
): Problem[] {
  const now = new Map(names.map((line) => [withoutSize(line), sizeOf(line)]));
  const aliased = new Set(names.flatMap((line) => aliasedKey(line) ?? []));
  const isGone = (line: string) => {
    const key = aliasedKey(line);
    return isPermanent(line) && !now.has(withoutSize(line)) && (key === undefined || aliased.has(key));
  };
  const gone = before.filter((line) => isGone(line) && !acknowledged.permits(line));
  // No acknowledgement makes a disk smaller.
  const shrunk = before.filter((line) => (now.get(withoutSize(line)) ?? Number.POSITIVE_INFINITY) < sizeOf(line));
  return [
    ...gone.map((line) => {
      const message = `the permanent name "${line}" would change or vanish, and with it what it names. Undo the edit; or, if you mean it, ${acknowledged.howTo(line, file.path)}${hintOf(line)}`;
      return problem(file, ['acknowledge'], message);
    }),
    ...shrunk.map((line) => {
      const claim = claimsOf(bakery).find(({ name }) => isOf(line, 'claim', name));
      const setting = claim?.sizedBy ?? [];
      const message = `would shrink the disk of ${claim?.name}, which no disk can; write at least ${sizeOf(line)}`;
      return { ...problem(file, setting, message), value: claim?.sizeGiB };
    }),
  ];
}

/** Acknowledgements that are done with. To be asked when every change has been. */
export function idleProblems({ file, acknowledged }: Living): Problem[] {
  return acknowledged.idle.map(({ line, i }) => {
    const message = 'is done with, or never was a permanent name; take it out';
    return { ...problem(file, ['acknowledge', i, 'line'], message), severity: 'warning', value: line };
  });
}

/** What must be done first, where the entry alone is not enough. */
function hintOf(line: string): string {
  if (isHistoryLine(line)) {
    return ' (a node starts with another history mode after a reimport only: write a new reimport word too)';
  }
  if (aliasedKey(line) !== undefined) {
    return ' (the Secret must have the key under its new alias, and under no other: replace it right before you apply this; with both names in it octez-signer signs nothing; docs/operating.md, A baker gets another name)';
  }
  if (isContextLine(line)) {
    return ' (another cluster has new disks, without watermarks: first take the bakery down in the old one, for good; docs/operating.md, A key moves)';
  }
  if (isCustodyLine(line)) {
    return ' (another signer does not know what the old one signed: first stop the old one, for good; docs/operating.md, A key moves)';
  }
  return '';
}

function problem(file: BakeryFile, setting: Problem['setting'], message: string): Problem {
  return { severity: 'error', file: file.path, line: parseBakeryFile(file).lineOf(setting), setting, message };
}

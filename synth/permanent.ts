import { claimsOf, watermarkClaims } from '../model/claims';
import type { Problem } from '../model/messages/problems';
import {
  aliasedKey,
  formerly,
  isClusterLine,
  isCustodyLine,
  isHistoryLine,
  isLogRetentionLine,
  isNetworkLine,
  isOf,
  isPermanent,
  isProjectWideLine,
  isSignerLine,
  isSiteLine,
  isSpotLine,
  lastingSubject,
  sizeOf,
  withoutSize,
} from '../model/permanent-line';
import type { Living } from './second-lives';

/** Permanent names that vanish (or change) without being acknowledged, and disks that would shrink. */
export function permanentProblems(living: Living, names: readonly string[], before: readonly string[]): Problem[] {
  const { file, acknowledged } = living;
  const now = new Map(names.map((line) => [withoutSize(line), sizeOf(line)]));
  const aliased = new Set(names.flatMap((line) => aliasedKey(line) ?? []));
  const isGone = (line: string) => {
    const key = aliasedKey(line);
    return isPermanent(line) && !now.has(withoutSize(line)) && (key === undefined || aliased.has(key));
  };
  // A Secret may know a key that comes back by the name it had.
  const formerAliases = before.map((line) => formerly(line) ?? '').filter((line) => aliasedKey(line) !== undefined);
  const gone = [...before, ...formerAliases].filter((line) => isGone(line) && !acknowledged.permits(line));
  // No acknowledgement makes a disk smaller.
  const shrunk = before.filter((line) => (now.get(withoutSize(line)) ?? Number.POSITIVE_INFINITY) < sizeOf(line));
  return [
    ...gone.map((line) => {
      const message = `the permanent name "${line}" would change or vanish, and with it what it names. Undo the edit; or, if you mean it, ${acknowledged.howTo(line, file.path)}${hintOf(line)}`;
      return problem(living, ['acknowledge'], message);
    }),
    ...shrunk.map((line) =>
      ofDisk(
        living,
        line,
        (name) => `would shrink the disk of ${name}, which no disk can; write at least ${sizeOf(line)}`,
      ),
    ),
    ...returnedDisks(living, names, before),
  ];
}

/** Disks that come back otherwise than they went. */
function returnedDisks(living: Living, names: readonly string[], before: readonly string[]): Problem[] {
  const { file, acknowledged } = living;
  const now = new Map(names.map((line) => [lastingSubject(line), line]));
  return before.flatMap((line) => {
    const was = formerly(line) ?? '';
    const is = now.get(lastingSubject(was));
    if (!was.startsWith('claim ') || is === undefined) return [];
    const fits = withoutSize(is) === withoutSize(was) && sizeOf(is) >= sizeOf(was);
    if (fits || acknowledged.permits(line)) return [];
    return ofDisk(
      living,
      is,
      (name) =>
        `does not fit the disk that ${name} had: no claim is ever deleted for you, so it is there yet ("${was}"), and can neither shrink nor move. Write what it had, or more GiB; or, when you have deleted it in the cluster (kubectl delete persistentvolumeclaim), ${acknowledged.howTo(line, file.path)}`,
    );
  });
}

/** A problem at the setting that says how big the disk of that line is. */
function ofDisk(living: Living, line: string, messageFor: (name: string | undefined) => string): Problem {
  const { bakery } = living;
  const claim = claimsOf(bakery).find(({ name }) => isOf(line, 'claim', name));
  return { ...problem(living, claim?.sizedBy ?? [], messageFor(claim?.name)), value: claim?.sizeGiB };
}

/**
 * Acknowledgements that are done with, and those that permit nothing: left there, they would let a change pass that
 * nobody thinks of yet. To be asked when every change has been.
 */
export function idleProblems(living: Living): Problem[] {
  return living.acknowledged.idle.map(({ line, i, isSpent }) => {
    const message = isSpent
      ? `"${line}" is done with; take it out`
      : 'permits nothing that changes now, and nothing is permitted in advance; take it out, or write the line that synth asks for';
    const said = problem(living, ['acknowledge', i, 'line'], message);
    return isSpent ? { ...said, severity: 'warning' } : { ...said, value: line };
  });
}

/** What must be done first, where the entry alone is not enough. */
function hintOf(line: string): string {
  if (isHistoryLine(line)) {
    return ' (a node that is to keep less drops the rest at its next start, for good. One that is to keep more lacks it: for full it takes a new word in reimport too, for archive an empty disk; docs/operating.md, Import again)';
  }
  if (aliasedKey(line) !== undefined) {
    return ' (the Secret must have the key under its new alias, and under no other: replace it right before you apply this; with both names in it octez-signer signs nothing; docs/operating.md, A baker gets another name)';
  }
  if (watermarkClaims.some((name) => isOf(line, 'claim', name))) {
    return ' (the new disk is empty: it lacks the watermarks, without which the same level can be signed twice. First stop what signs, for good, and wait until the chain is past the last level that it signed; docs/operating.md, A key moves)';
  }
  if (isNetworkLine(line)) {
    return ' (the disks hold the old chain, and a node starts on another one with new data only; where a test network was started anew: docs/operating.md, A test network that was started anew)';
  }
  if (isClusterLine(line)) {
    return ' (another cluster has new disks, without watermarks: first take the bakery down in the old one, for good; docs/operating.md, A key moves)';
  }
  if (isSpotLine(line)) {
    return ' (Terraform destroys the auxiliary pool before it makes the new one: for some minutes nothing runs but what bakes)';
  }
  if (isSignerLine(line)) {
    return ' (it is your word that its device is off, and stays off until no guard runs that started with it: else the two sign twice; docs/signing.md, A signer goes)';
  }
  if (isCustodyLine(line)) {
    return ' (another signer does not know what the old one signed: first stop the old one, for good; docs/operating.md, A key moves)';
  }
  if (isSiteLine(line)) {
    return ' (delegators have links to its pages: these stay as they are, and nothing sends visitors on; docs/payout-site.md, Moving, and taking it down)';
  }
  if (isProjectWideLine(line)) return projectWideHint(line);
  return '';
}

/** Terraform destroys it where the entry stands alone: of the list of images that is a list that lets all of them run. */
function projectWideHint(line: string): string {
  const handOver =
    'if another bakery takes the project over, nothing may be destroyed, least of all the list of images, without which every image runs: take it out of the state with terraform state rm before any deploy; docs/operating.md, Several bakeries in one project';
  const retention =
    'the provider forgets the days that logs are kept and leaves them as they are: to go back to those of Google, first deploy google.logRetentionDays: 30; ';
  return ` (${isLogRetentionLine(line) ? retention : ''}${handOver})`;
}

function problem({ file, lineOf }: Living, setting: Problem['setting'], message: string): Problem {
  return { severity: 'error', file: file.path, line: lineOf(setting), setting, message };
}

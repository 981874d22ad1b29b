import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils';

/**
 * The lines of dist/permanent/<bakery>.txt: what may not change by an edit in passing, and what must not be forgotten.
 * A line is words, the first of which say what it is of; the last may be the least size of a disk, which may grow.
 */

const HEADER = `# Names that must not change by accident: what they name would be made anew, and the old one lost or orphaned.
# A line that changes or vanishes stops the synthesis until the bakery file acknowledges it, with a reason. Nobody
# edits this file: its last line tells whether it is whole, and git brings it back.
`;

/** What a file is in whose place a list would be. */
export const NO_LIST = 'is no list of permanent names';

/** Path of a bakery's list below dist/. */
export const permanentPath = (bakery: string) => `permanent/${bakery}.txt`;

/** Content of dist/permanent/<bakery>.txt. */
export function permanentFile(bakery: string, lines: readonly string[]): string {
  const sorted = [...lines].sort();
  return `${HEADER}${sorted.map((line) => `${line}\n`).join('')}${lastLine(bakery, sorted)}\n`;
}

function lastLine(bakery: string, lines: readonly string[]): string {
  const digest = bytesToHex(sha256(utf8ToBytes(lines.join('\n')))).slice(0, 16);
  return `# end of ${bakery}: ${lines.length} lines, sha256 ${digest}`;
}

/** The lines of such a file; or, where it is not what was written, words that follow its name. */
export function readPermanentFile(bakery: string, text: string): string[] | string {
  const all = text.split(/\r?\n/).filter((line) => line !== '');
  const lines = all.filter((line) => !line.startsWith('#'));
  if (all.length === 0) return 'is empty';
  if (lines.some((line) => /^(<{7}|\|{7}|={7}|>{7})( |$)/.test(line))) return 'holds a merge conflict';
  const last = all.at(-1) as string;
  if (last === lastLine(bakery, lines)) return lines;
  const owner = /^# end of (\S+): /.exec(last)?.[1];
  if (owner === undefined) return text.startsWith(HEADER.split('\n')[0]) ? 'is cut short' : NO_LIST;
  return owner === bakery ? 'was changed by hand, or by a merge' : `is the list of the bakery ${owner}`;
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

/** Keys may come and go, but none goes to another bakery unseen: its watermarks would stay behind. */
export const keyLine = (address: string) => permanentLine('key', address);
export const isKeyLine = (line: string) => line.startsWith('key ');

/** Under custody `hot` the Secret calls a key by its alias too. The line goes with the key; it does not change. */
export const aliasLine = (alias: string, address: string) => permanentLine('alias', alias, address);
/** The key that a line says the alias of. */
export const aliasedKey = (line: string) => /^alias \S+ (\S+)$/.exec(line)?.[1];

export const chainLine = (chainId: string) => permanentLine('chain', chainId);
/** What a custom network is known by; without spaces, quotes and line ends, whatever the file says. */
export const networkLine = (what: string, value: string) =>
  permanentLine('network', what, encodeURI(value.replace(/\p{Cs}/gu, '\ufffd')));
export const isNetworkLine = (line: string) => /^(chain|network) /.test(line);
export const contextLine = (context: string) => permanentLine('context', context);
/** Whether the line says in which cluster everything lives. */
export const isClusterLine = (line: string) =>
  /^(context|project|region|range|terraform google_container_cluster\.\S+)( |$)/.test(line);
export const custodyLine = (custody: string, ...facts: readonly string[]) =>
  permanentLine('custody', custody, ...facts);
/** A signer is its ssh key: another machine under the same name is another signer. */
export const signerLine = (name: string, sshFingerprint: string) => permanentLine('signer', name, sshFingerprint);
export const isSignerLine = (line: string) => line.startsWith('signer ');
export const isCustodyLine = (line: string) => line.startsWith('custody ');

/**
 * What a bakery once had and what outlives it: keys and chains that it may have signed with and on, names by which a
 * Secret may know a key still, disks that nothing takes away. The line stays in the list when that is no more.
 */
export const formerLine = (line: string) => permanentLine('former', line);
/** The line that a former one remembers. */
export const formerly = (line: string) => /^former (.*)$/.exec(line)?.[1];

/** What a line that outlives its cause is about; another line about the same takes its place. */
const outlives = [/^(?:key|chain) \S+/, /^claim \S+/, /^alias (?=\S+ (\S+)$)/];
export function lastingSubject(line: string): string | undefined {
  for (const pattern of outlives) {
    const [whole, inner = ''] = pattern.exec(line) ?? [];
    if (whole !== undefined) return whole + inner;
  }
  return undefined;
}

/** Lines that last, of what a bakery has or ever had. */
export function everHad(lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.map((line) => formerly(line) ?? line).filter((line) => lastingSubject(line) !== undefined));
}

/** An acknowledgement that has permitted its one change, and stands in the bakery file yet. */
export const spentLine = (line: string) => permanentLine('acknowledged', line);

/** Whether the line must not vanish. The others come and go, or are what is remembered. */
export const isPermanent = (line: string) => !/^(key|former|acknowledged) /.test(line);

/** What exists once per project, and of which the destruction undoes something for every bakery of the project. */
export const isProjectWideLine = (line: string) =>
  /^terraform google_(binary_authorization_policy|project_iam_audit_config|billing_budget)\./.test(line) ||
  isLogRetentionLine(line);
export const isLogRetentionLine = (line: string) => line.startsWith('terraform google_logging_project_bucket_config.');

/** A store with less history cannot become one with more, and what it drops is gone. */
export const historyLine = (node: string, mode: string) => permanentLine('history', node, mode);
export const isHistoryLine = (line: string) => line.startsWith('history ');

/** What stands in the address of every page of the payout site. */
export const siteLine = (domain: string) => permanentLine('site', domain);
export const siteBakerLine = (name: string) => permanentLine('site-baker', name);
export const isSiteLine = (line: string) => /^site(-baker)? /.test(line);

/** Spot nodes and others cannot be turned into each other: the provider replaces the pool. */
export const spotLine = (spot: boolean) => permanentLine('pool', 'auxiliary', `spot=${spot}`);
export const isSpotLine = (line: string) => line.startsWith('pool auxiliary spot=');

/** No line of a file: what a bakery acknowledges that took a key of another, which is gone or goes on without it. */
export const leftLine = (key: string, bakery: string) => `${key} left ${bakery}`;

/** Whether the line is of that object, e.g. of the claim with that name in whichever namespace. */
export const isOf = (line: string, kind: string, name: string) => {
  const [first, second] = withoutSize(line).split(' ');
  return first === kind && second.endsWith(`/${name}`);
};

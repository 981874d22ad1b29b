import type { Bakery } from '../model/bakery';
import { keysOf } from '../model/bakery-keys';
import type { Problem } from '../model/messages/problems';
import { keyLines } from '../model/permanent-facts';
import {
  chainLine,
  everHad,
  formerLine,
  isKeyLine,
  keyLine,
  lastingSubject,
  leftLine,
  permanentPath,
  spentLine,
} from '../model/permanent-line';
import type { BakeryFile } from '../model/reading/bakery-file';
import type { ReadFile } from '../model/reading/check';
import { maybeSameChainId } from '../model/tezos/networks';
import type { Acknowledgements } from './acknowledgements';

/** A bakery file, its bakery, and what it acknowledges. */
export interface Living {
  readonly file: BakeryFile;
  readonly bakery: Bakery;
  readonly acknowledged: Acknowledgements;
  /** Line of a setting in the file: a file is parsed once, whatever is wrong with it. */
  readonly lineOf: ReadFile['lineOf'];
}

/** The lists of the last synthesis, by bakery, of those that are gone too. */
export type Lists = ReadonlyMap<string, readonly string[]>;

/** What became of keys that came to a bakery and had another one before. */
export interface SecondLives {
  readonly problems: readonly Problem[];
  /** By bakery: keys that it need not remember, because another bakery has taken them over for good. */
  readonly handedOver: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * A key that comes to a bakery and was, ever, the key of another: of one that is gone (a rename) or goes on (a move).
 * Its disks, watermarks among them, would be made anew here, while the old ones, and maybe the old baker, are still there.
 */
export function secondLives(living: readonly Living[], before: Lists): SecondLives {
  const problems: Problem[] = [];
  const handedOver = new Map<string, Set<string>>();
  for (const here of living) {
    for (const past of pastLives(here, living, before)) {
      if (past.isNew && !here.acknowledged.permits(past.change)) problems.push(problemOf(here, past));
      else if (past.chains.every((chainId) => chainId === here.bakery.network.chainId)) {
        handedOver.set(past.owner, (handedOver.get(past.owner) ?? new Set()).add(past.key));
      }
    }
  }
  return { problems, handedOver };
}

/** A key of a bakery, and another one that had it before. */
interface PastLife {
  /** Whether it comes now; else it has come, and it is in the list of that other one yet. */
  readonly isNew: boolean;
  readonly key: string;
  readonly address: string;
  readonly setting: Problem['setting'];
  /** Name of the bakery that had it. */
  readonly owner: string;
  readonly ownerIsGone: boolean;
  /** Where it can have signed there. */
  readonly chains: readonly string[];
  /** What must be acknowledged. */
  readonly change: string;
}

function pastLives({ bakery }: Living, living: readonly Living[], before: Lists): PastLife[] {
  const own = before.get(bakery.name) ?? [];
  // On another chain its own disks do not know what any of its keys has signed there.
  const isNewHere = !own.includes(chainLine(bakery.network.chainId));
  return keysOf(bakery.settings).flatMap(({ setting, address }) => {
    const key = keyLine(address);
    const isNew = isNewHere || !own.includes(key);
    return [...before].flatMap(([owner, lines]): PastLife[] => {
      if (owner === bakery.name || !everHad(lines).has(key)) return [];
      const other = living.find((each) => each.bakery.name === owner)?.bakery;
      const chains = chainsOf([...lines, ...(other ? [chainLine(other.network.chainId)] : [])]);
      const isElsewhere = !chains.some((chainId) => maybeSameChainId(chainId, bakery.network.chainId));
      if (other && keyLines(other).includes(key) && isElsewhere) return []; // two chains, two lives
      const change = leftLine(key, owner);
      // A synthesis that was killed may have written the one list and not the other.
      if (!isNew && !own.includes(spentLine(change))) return [];
      return [{ isNew, key, address, setting: [...setting, 'address'], owner, ownerIsGone: !other, chains, change }];
    });
  });
}

function problemOf(
  { file, acknowledged, lineOf }: Living,
  { key, address, setting, owner, ownerIsGone, change }: PastLife,
): Problem {
  const { path } = file;
  const stopped = 'and the chain is past the last level that it signed (docs/operating.md, A key moves)';
  const howTo = acknowledged.howTo(change, path);
  const at = ownerIsGone ? ['acknowledge'] : setting;
  const message = ownerIsGone
    ? `the bakery ${owner} is gone from bakeries/, and this one has its ${key}: under a new name it gets new disks, without the old watermarks, while the old baker may still run. Keep the name; or, when the old one is shut down for good ${stopped}, ${howTo}`
    : `is, or was, the key of the bakery ${owner} (dist/${permanentPath(owner)}): here it gets new disks, without the old watermarks, while the baker there may still sign with it. Leave it there; or, when that one runs without the key for good ${stopped}, ${howTo}`;
  const value = ownerIsGone ? undefined : address;
  return { severity: 'error', file: path, line: lineOf(at), setting: at, value, message };
}

/** Chain ids in a list, past and present. */
function chainsOf(lines: readonly string[]): string[] {
  return [...everHad(lines)].flatMap((line) => /^chain (.*)$/.exec(line)?.[1] ?? []);
}

/** Keys, chains, aliases and disks that the list of a bakery goes on to remember. */
export function formerOf(
  before: readonly string[],
  now: readonly string[],
  handedOver: ReadonlySet<string> = new Set(),
): string[] {
  const known = new Set(now.map(lastingSubject));
  return [...everHad(before)]
    .filter((line) => !known.has(lastingSubject(line)) && !handedOver.has(line))
    .map(formerLine);
}

/** The list of a bakery that is gone, or undefined when it has no key that need be remembered. */
export function leftOf(before: readonly string[], handedOver: ReadonlySet<string> = new Set()): string[] | undefined {
  const forgotten = [...handedOver].flatMap((key) => [key, formerLine(key)]);
  const left = before.filter((line) => !forgotten.includes(line));
  return [...everHad(left)].some(isKeyLine) ? left : undefined;
}

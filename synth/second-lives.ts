import type { Bakery } from '../model/bakery';
import { keysOf } from '../model/bakery-keys';
import type { Problem } from '../model/messages/problems';
import { keyLines } from '../model/permanent-facts';
import { chainLine, everHad, formerLine, goneLine, keyLine, leftLine } from '../model/permanent-line';
import { type BakeryFile, parseBakeryFile } from '../model/reading/bakery-file';
import { maybeSameChainId } from '../model/tezos/networks';
import type { Acknowledgements } from './acknowledgements';

/** A bakery file, its bakery, and what it acknowledges. */
export interface Living {
  readonly file: BakeryFile;
  readonly bakery: Bakery;
  readonly acknowledged: Acknowledgements;
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
  for (const each of living) {
    const own = before.get(each.bakery.name) ?? [];
    for (const { setting, address } of keysOf(each.bakery.settings)) {
      const key = keyLine(address);
      if (own.includes(key)) continue;
      for (const [name, lines] of before) {
        if (name === each.bakery.name || !everHad(lines).has(key)) continue;
        const other = living.find(({ bakery }) => bakery.name === name)?.bakery;
        if (other && livesElsewhere(key, { other, lines, chainId: each.bakery.network.chainId })) continue;
        const change = other ? leftLine(key, name) : goneLine(name);
        if (each.acknowledged.permits(change)) {
          const chains = [...everHad(lines)].filter((line) => line.startsWith('chain '));
          const sameChain = chains.every((line) => line === chainLine(each.bakery.network.chainId));
          if (sameChain) handedOver.set(name, (handedOver.get(name) ?? new Set()).add(key));
        } else {
          problems.push(other ? movedProblem(each, setting, { key, name }) : renamedProblem(each, { key, name }));
        }
      }
    }
  }
  return { problems, handedOver };
}

/** Whether the other bakery still has the key, on a chain that is none of this one's and never was: no second life. */
function livesElsewhere(
  key: string,
  { other, lines, chainId }: { other: Bakery; lines: Iterable<string>; chainId: string },
) {
  const chains = [...everHad([...lines, chainLine(other.network.chainId)])].filter((line) => line.startsWith('chain '));
  return keyLines(other).includes(key) && !chains.some((line) => maybeSameChainId(line.split(' ')[1], chainId));
}

const ASIDE = 'here it gets new disks, without the old watermarks, while the old baker may still sign with it';
const FIRST = 'the old baker and its signer run without the key, and the chain is past the last level that it signed';

function movedProblem(
  { file, acknowledged }: Living,
  section: Problem['setting'],
  { key, name }: { key: string; name: string },
) {
  const message = `is, or was, the ${key.split(' ')[0]} of the bakery ${name} (dist/permanent/${name}.txt): ${ASIDE}. Leave it there; or, when ${FIRST} (docs/operating.md, A key moves), ${acknowledged.howTo(leftLine(key, name), file.path)}`;
  return { ...problem(file, [...section, 'address'], message), value: key.split(' ')[1] };
}

function renamedProblem({ file, acknowledged }: Living, { key, name }: { key: string; name: string }) {
  const message = `the bakery ${name} is gone from bakeries/, and this one has its ${key}: under a new name it gets new disks, without the old watermarks, while the old baker may still run. Keep the name; or, when the old one is shut down for good and the chain is past the last level that it signed (docs/operating.md, A key moves), ${acknowledged.howTo(goneLine(name), file.path)}`;
  return problem(file, ['acknowledge'], message);
}

function problem(file: BakeryFile, setting: Problem['setting'], message: string): Problem {
  return { severity: 'error', file: file.path, line: parseBakeryFile(file).lineOf(setting), setting, message };
}

/** Keys and chains that a list must go on to remember. */
export function formerOf(
  before: readonly string[],
  now: readonly string[],
  handedOver: ReadonlySet<string> = new Set(),
) {
  return [...everHad(before)].filter((line) => !now.includes(line) && !handedOver.has(line)).map(formerLine);
}

/** The list of a bakery that is gone, or undefined when nothing of it need be remembered. */
export function leftOf(before: readonly string[], handedOver: ReadonlySet<string> = new Set()): string[] | undefined {
  const left = before.filter((line) => ![...handedOver].some((key) => line === key || line === formerLine(key)));
  return [...everHad(left)].some((line) => line.startsWith('key ')) ? left : undefined;
}

import { sha256 } from '@noble/hashes/sha2';
import { hexToBytes } from '@noble/hashes/utils';
import { wordlist } from '@scure/bip39/wordlists/english';

/** The lengths of BIP-39 mnemonics. */
const lengths = [12, 15, 18, 21, 24];
const SHORTEST = 12;
/** Of twelve words one may be mistyped. */
const LEAST_KNOWN = SHORTEST - 1;
/** The same few words again and again are none, as in names that are counted up, unless the checksum is right. */
const LEAST_DIFFERENT = 7;
/** To check one takes a fraction of a millisecond, and a megabyte may hold a hundred thousand candidates. */
const MOST_CHECKED = 1000;
const LONGEST_WORD = 8;
const SHORTEST_TEXT = 3 * SHORTEST; // characters
const NEAR = 80; // characters of a line in which its first or last word is looked for
const mnemonicWords: ReadonlyMap<string, number> = new Map(wordlist.map((word, i) => [word, i]));

/** Where a mnemonic begins in a text, and where it ends. */
export interface FoundMnemonic {
  readonly start: number;
  readonly end: number;
}

interface Word {
  readonly word: string;
  readonly at: number;
}

type Line = (line: string) => { readonly text: string; readonly at: number };

const wholeLine: Line = (text) => ({ text, at: 0 });
const lineEnd: Line = (line) => ({ text: line.slice(-NEAR), at: Math.max(0, line.length - NEAR) });
const comment: Line = (line) => {
  const at = line.indexOf('#');
  return at < 0 ? { text: '', at: 0 } : { text: line.slice(at, at + NEAR), at };
};
const commentEnd: Line = (line) => (line.includes('#') ? lineEnd(line) : { text: '', at: 0 });
const value: Line = (line) => {
  const at = line.search(/[:-]\s/) + 1;
  return at === 0 ? { text: '', at: 0 } : { text: line.slice(at, at + NEAR), at };
};

/** What somebody who copies twelve words may put them between: which words of each line are read one after the other. */
const readings: readonly { readonly of: Line; readonly words: RegExp }[] = [
  { of: wholeLine, words: /[A-Za-z]+/g },
  { of: wholeLine, words: /[A-Za-z0-9]+/g }, // acc1dent
  { of: lineEnd, words: /[A-Za-z]+(?=[^A-Za-z]*$)/g },
  { of: commentEnd, words: /[A-Za-z]+(?=[^A-Za-z]*$)/g },
  { of: comment, words: /(?<=^[^A-Za-z]*)[A-Za-z]+/g },
  { of: value, words: /(?<=^[^A-Za-z]*)[A-Za-z]+/g },
];

/** Twelve and more words in a row that are a mnemonic's, whatever stands between them: lines, numbers, names, comments. */
export function mnemonicsIn(text: string): FoundMnemonic[] {
  if (text.length < SHORTEST_TEXT) return [];
  const lines = text.split('\n');
  const found: FoundMnemonic[] = [];
  for (const { of, words } of readings) {
    let start = 0;
    const read: Word[] = [];
    for (const line of lines) {
      const part = of(line);
      for (const { 0: word, index } of part.text.matchAll(words)) {
        if (/[a-z]/i.test(word)) read.push({ word, at: start + part.at + index });
      }
      start += line.length + 1;
    }
    found.push(...mnemonicsAmong(read));
  }
  return merged(found);
}

function merged(found: readonly FoundMnemonic[]): FoundMnemonic[] {
  const all: FoundMnemonic[] = [];
  for (const each of [...found].sort((a, b) => a.start - b.start)) {
    const last = all.at(-1);
    if (last && each.start < last.end) all.splice(-1, 1, { start: last.start, end: Math.max(last.end, each.end) });
    else all.push(each);
  }
  return all;
}

function mnemonicsAmong(read: readonly Word[]): FoundMnemonic[] {
  const words = read.map(({ word }) => word.toLowerCase());
  const known = words.map((word) => word.length <= LONGEST_WORD && mnemonicWords.has(word));
  const found: FoundMnemonic[] = [];
  let knownInWindow = 0;
  let checked = 0;
  for (const [last, isKnown] of known.entries()) {
    const first = last - SHORTEST + 1;
    knownInWindow += Number(isKnown) - Number(known[first - 1] ?? false);
    if (first < 0 || knownInWindow < LEAST_KNOWN) continue;
    const begin = differ(words.slice(first, last + 1)) >= LEAST_DIFFERENT ? first : checkedStart(last);
    if (begin === undefined) continue;
    const previous = found.at(-1);
    const joins = previous !== undefined && read[begin].at <= previous.end;
    if (joins && !isKnown) continue; // what follows a whole one is no part of it
    if (joins) found.pop();
    found.push({ start: joins ? Math.min(previous.start, read[begin].at) : read[begin].at, end: endOf(read[last]) });
  }
  return found;

  /** Where one begins whose checksum is right and that ends here, of words that repeat. */
  function checkedStart(last: number): number | undefined {
    return lengths
      .map((length) => last - length + 1)
      .find((first) => {
        if (first < 0 || !known[first] || differ(words.slice(first, last + 1)) < 2) return false;
        return checked++ < MOST_CHECKED && hasChecksum(words.slice(first, last + 1));
      });
  }
}

/** BIP-39: each word stands for eleven bits, and the last ones, one for each three words, are the hash of those before. */
function hasChecksum(words: readonly string[]): boolean {
  const bits = words.map((word) => (mnemonicWords.get(word) ?? 0).toString(2).padStart(11, '0')).join('');
  const checksum = bits.slice(-words.length / 3);
  const entropy = BigInt(`0b${bits.slice(0, -checksum.length)}`).toString(16);
  const [first] = sha256(hexToBytes(entropy.padStart((bits.length - checksum.length) / 4, '0')));
  return first.toString(2).padStart(8, '0').startsWith(checksum);
}

const differ = (words: readonly string[]) => new Set(words).size;
const endOf = ({ word, at }: Word) => at + word.length;

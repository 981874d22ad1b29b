import { sha256 } from '@noble/hashes/sha2';
import { wordlist } from '@scure/bip39/wordlists/english';

/** The lengths of BIP-39 mnemonics. */
const lengths = [12, 15, 18, 21, 24];
const SHORTEST = 12;
/** Of twelve words one may be mistyped. */
const LEAST_KNOWN = SHORTEST - 1;
/** The same few words again and again are none, as in names that are counted up, unless the checksum is right. */
const LEAST_DIFFERENT = 7;
/** Of so many candidates one is right by chance; a megabyte may hold a hundred thousand. */
const MOST_CHECKED = 40;
const BITS = 11; // that a word stands for
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

interface Reading {
  readonly of: Line;
  readonly words: RegExp;
  /** How many words a line has, where that is fixed. */
  readonly perLine?: 1;
  /** Of a text without it this is no other reading. */
  readonly needs?: RegExp;
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
const readings: readonly Reading[] = [
  { of: wholeLine, words: /[A-Za-z]+/g },
  { of: wholeLine, words: /[A-Za-z0-9]+/g, needs: /[A-Za-z]\d|\d[A-Za-z]/ }, // acc1dent
  { of: lineEnd, words: /[A-Za-z]+(?=[^A-Za-z]*$)/g, perLine: 1 },
  { of: commentEnd, words: /[A-Za-z]+(?=[^A-Za-z]*$)/g, perLine: 1 },
  { of: comment, words: /(?<=^[^A-Za-z]*)[A-Za-z]+/g, perLine: 1 },
  { of: value, words: /(?<=^[^A-Za-z]*)[A-Za-z]+/g, perLine: 1 },
];

/**
 * Twelve and more words in a row that are a mnemonic's, whatever stands between them: lines, numbers, names, comments.
 * `mostChecked`: after so many candidates of words that repeat, the next ones count as one, whatever their checksum.
 */
export function mnemonicsIn(text: string, mostChecked = MOST_CHECKED): FoundMnemonic[] {
  if (text.length < SHORTEST_TEXT) return [];
  const lines = text.split('\n');
  const found: FoundMnemonic[] = [];
  for (const { of, words, perLine, needs } of readings) {
    if ((perLine && lines.length < SHORTEST) || (needs && !needs.test(text))) continue;
    let start = 0;
    const read: Word[] = [];
    for (const line of lines) {
      const part = of(line);
      for (const { 0: word, index } of part.text.matchAll(words)) {
        if (/[a-z]/i.test(word)) read.push({ word, at: start + part.at + index });
      }
      start += line.length + 1;
    }
    found.push(...mnemonicsAmong(read, mostChecked));
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

function mnemonicsAmong(read: readonly Word[], mostChecked: number): FoundMnemonic[] {
  const words = read.map(({ word }) => word.toLowerCase());
  const known = words.map((word) => word.length <= LONGEST_WORD && mnemonicWords.has(word));
  const before = placesBefore(words);
  const found: FoundMnemonic[] = [];
  let knownInWindow = 0;
  let checked = 0;
  for (const [last, isKnown] of known.entries()) {
    const first = last - SHORTEST + 1;
    knownInWindow += Number(isKnown) - Number(known[first - 1] ?? false);
    if (first < 0 || knownInWindow < LEAST_KNOWN) continue;
    const begin = differ(first, last) >= LEAST_DIFFERENT ? first : checkedStart(last);
    if (begin === undefined) continue;
    const previous = found.at(-1);
    const joins = previous !== undefined && read[begin].at <= previous.end;
    if (joins && !isKnown) continue; // what follows a whole one is no part of it
    if (joins) found.pop();
    found.push({ start: joins ? Math.min(previous.start, read[begin].at) : read[begin].at, end: endOf(read[last]) });
  }
  return found;

  /** Where one begins that ends here, of words that repeat: its checksum is right, or too many have been looked at. */
  function checkedStart(last: number): number | undefined {
    return lengths
      .map((length) => last - length + 1)
      .find((first) => {
        if (first < 0 || !known[first] || differ(first, last) < 2) return false;
        return checked++ >= mostChecked || hasChecksum(words.slice(first, last + 1));
      });
  }

  function differ(first: number, last: number): number {
    let count = 0;
    for (let i = first; i <= last; i++) if (before[i] < first) count++;
    return count;
  }
}

/** Where each word stood before; -1 where it is new. */
function placesBefore(words: readonly string[]): number[] {
  const places = new Map<string, number>();
  return words.map((word, i) => {
    const place = places.get(word) ?? -1;
    places.set(word, i);
    return place;
  });
}

/** BIP-39: each word stands for eleven bits, and the last ones, one for each three words, are the hash of those before. */
function hasChecksum(words: readonly string[]): boolean {
  const bytes = new Uint8Array(Math.ceil((words.length * BITS) / 8));
  for (const [i, word] of words.entries()) {
    const value = mnemonicWords.get(word) ?? 0;
    for (let bit = 0; bit < BITS; bit++) {
      const at = i * BITS + bit;
      bytes[at >> 3] |= ((value >> (BITS - 1 - bit)) & 1) << (7 - (at & 7));
    }
  }
  const checkBits = words.length / 3;
  const entropy = (words.length * BITS - checkBits) / 8;
  const [first] = sha256(bytes.slice(0, entropy));
  return first >> (8 - checkBits) === bytes[entropy] >> (8 - checkBits);
}

const endOf = ({ word, at }: Word) => at + word.length;

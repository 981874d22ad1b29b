import { wordlist } from '@scure/bip39/wordlists/english';

/** The shortest BIP-39 mnemonic. */
const MNEMONIC_LENGTH = 12;
/** Of twelve words one may be mistyped. */
const LEAST_KNOWN = MNEMONIC_LENGTH - 1;
/** The same word again and again is none, as in names that are counted up. */
const LEAST_DIFFERENT = 7;
const LONGEST_WORD = 8;
const SHORTEST_MNEMONIC = 3 * MNEMONIC_LENGTH; // characters
const mnemonicWords: ReadonlySet<string> = new Set(wordlist);

/** Where a mnemonic begins in a text, and where it ends. */
export interface FoundMnemonic {
  readonly start: number;
  readonly end: number;
}

/** Twelve and more words in a row that are a mnemonic's, whatever stands between them: lines, numbers, dashes. */
export function mnemonicsIn(text: string): FoundMnemonic[] {
  if (text.length < SHORTEST_MNEMONIC) return [];
  const words = [...text.matchAll(/[A-Za-z]+/g)];
  const known = words.map(([word]) => word.length <= LONGEST_WORD && mnemonicWords.has(word.toLowerCase()));
  const found: FoundMnemonic[] = [];
  let knownInWindow = 0;
  for (const [last, isKnown] of known.entries()) {
    const first = last - MNEMONIC_LENGTH + 1;
    knownInWindow += Number(isKnown) - Number(known[first - 1] ?? false);
    if (first < 0 || knownInWindow < LEAST_KNOWN || !isKnown || !known[first]) continue;
    const different = new Set(words.slice(first, last + 1).map(([word]) => word.toLowerCase()));
    if (different.size < LEAST_DIFFERENT) continue;
    const previous = found.at(-1);
    const joins = previous !== undefined && words[first].index <= previous.end;
    if (joins) found.pop();
    found.push({ start: joins ? previous.start : words[first].index, end: words[last].index + words[last][0].length });
  }
  return found;
}

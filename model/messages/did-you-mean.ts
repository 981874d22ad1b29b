/** How a message says that the value is nearly a word of ours. */
export const DID_YOU_MEAN = 'did you mean ';
/** What a setting may be, or once might: the settings that take one of a few words add theirs. */
export const ownWords = new Set<string>();

/** No name of ours is longer; the work grows with the product of the lengths. */
const LONGEST_WORD = 64;

/**
 * The candidate closest to `word` by edit distance (insert, delete, substitute, swap of neighbours),
 * case aside, or undefined if none is close enough to be what was meant.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > LONGEST_WORD) return undefined;
  const limit = Math.max(1, Math.floor(word.length / 3));
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) > limit) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance <= limit && (!best || distance < best.distance) && isMeant(word, candidate)) {
      best = { candidate, distance };
    }
  }
  return best?.candidate;
}

const SHORT = 3; // letters

/**
 * Any two words of two letters are a letter or two apart, and `no` does not mean `on`: a short word is meant in another
 * case, with a letter too much or too few at its end, or, if it has three letters, with two of them swapped.
 */
function isMeant(word: string, candidate: string): boolean {
  const [a, b] = [word.toLowerCase(), candidate.toLowerCase()];
  if (Math.min(a.length, b.length) > SHORT || a === b) return true;
  if (a.length === SHORT && b.length === SHORT) return [...a].sort().join() === [...b].sort().join();
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.length < long.length && short.length >= 2 && long.startsWith(short);
}

/** Edits from one word to the other: insert, delete, substitute, swap of neighbours; infinitely many if one is too long. */
export function editDistance(a: string, b: string): number {
  if (Math.max(a.length, b.length) > LONGEST_WORD) return Number.POSITIVE_INFINITY;
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i, ...new Array<number>(b.length).fill(0)]);
  for (let j = 0; j <= b.length; j++) rows[0][j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const substitution = rows[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      rows[i][j] = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, substitution);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  }
  return rows[a.length][b.length];
}

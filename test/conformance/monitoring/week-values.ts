/** A series, by minute; undefined where nobody tells it. */
export type Value = (minute: number) => number | undefined;

/** A while, in minutes. */
export interface While {
  readonly from: number;
  readonly minutes: number;
}

export const isIn = (minute: number, { from, minutes }: While) => minute >= from && minute < from + minutes;

/**
 * A series in promtool's words, a value a minute. A series that ends is marked stale, as by Prometheus when a scrape
 * lacks it; where `values` changes by the same each minute, that is one word.
 */
export function inPromtoolWords(value: Value, minutes: number): string {
  const values = Array.from({ length: minutes + 1 }, (_, minute) => value(minute));
  const words: string[] = [];
  for (let i = 0; i < values.length; ) {
    const end = endOfRun(values, i);
    words.push(run(values, i, end));
    i = end;
  }
  return words.join(' ');
}

/** Behind the last one that follows from those before it. */
function endOfRun(values: readonly (number | undefined)[], begin: number): number {
  const first = values[begin];
  let end = begin + 1;
  if (first === undefined) {
    while (end < values.length && values[end] === undefined) end++;
    return end;
  }
  const step = (values[end] ?? Number.NaN) - first;
  while (end < values.length && values[end] === first + step * (end - begin)) end++;
  return end;
}

function run(values: readonly (number | undefined)[], begin: number, end: number): string {
  const first = values[begin];
  const more = end - begin - 1;
  if (first === undefined) {
    const isEnd = begin > 0;
    if (!isEnd) return `_x${end - begin}`;
    return more > 0 ? `stale _x${more}` : 'stale';
  }
  if (more === 0) return `${first}`;
  const step = (values[begin + 1] ?? first) - first;
  return `${first}${step < 0 ? '-' : '+'}${Math.abs(step)}x${more}`;
}

/** Blocks of mainnet: one is ten a minute, and of a baker as large as can be each is a right. */
export const RIGHTS_A_MINUTE = 10;
const MINUTES_A_DAY = 24 * 60;
/** Cycles begin at this minute of each day: a cycle of mainnet is a day. */
const CYCLE_BEGIN = 3 * 60 + 20;

export const headAt = (minute: number) => 9_000_000 + RIGHTS_A_MINUTE * minute;
/** Blocks of the cycle that have been. */
export const positionAt = (minute: number) =>
  RIGHTS_A_MINUTE * ((minute - CYCLE_BEGIN + MINUTES_A_DAY) % MINUTES_A_DAY);
export const cycleAt = (minute: number) => 900 + Math.floor((minute - CYCLE_BEGIN + MINUTES_A_DAY) / MINUTES_A_DAY);

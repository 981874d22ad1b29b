const MUTEZ = /^-?\d{1,30}$/;
const DECIMALS = 6;

/** An amount of mutez as records write it: decimal digits in a text. A JSON number may have lost some. Throws. */
export function mutezIn(value: unknown, what: string): bigint {
  if (typeof value === 'string' && MUTEZ.test(value)) return BigInt(value);
  throw new Error(`${what}: an amount of mutez, as decimal digits in a text, was expected, not ${shown(value)}`);
}

/** The same for what is never below 0. */
export function countedMutezIn(value: unknown, what: string): bigint {
  const mutez = mutezIn(value, what);
  if (mutez < 0n) throw new Error(`${what}: ${mutez} mutez are below 0`);
  return mutez;
}

/** Decimal digits of mutez as tez with six decimals: `1234567` is `1.234567`. Nothing stays nothing. */
export function tezText(mutez: string): string {
  const point = mutez.length - DECIMALS;
  if (point > 0 && mutez[0] !== '-') return `${mutez.slice(0, point)}.${mutez.slice(point)}`;
  if (mutez === '') return '';
  const isBelow = mutez.startsWith('-');
  const digits = (isBelow ? mutez.slice(1) : mutez).padStart(DECIMALS + 1, '0');
  return `${isBelow ? '-' : ''}${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`;
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 60);
}

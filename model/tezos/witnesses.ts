import type { PublicRpc } from './networks';

/** A host by the one name that all its spellings mean: no upper case, port 443 or dot at the end; IDN as in the DNS. */
export function hostOf(url: string): string {
  return (parsedUrl(url)?.host ?? url.toLowerCase()).replace(/\.+$/, '');
}

/** Not by URL.canParse: once V8 has compiled its fast way, Node 20 takes letters beyond ASCII for a mistake. */
export function parsedUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** Letters that look like Latin ones, large or small, and digits that look like letters. */
const lookAlikes = new Map([
  ...pairs('авекмнорстухіјѕԁһԛԝӏ', 'abekmhopctyxijsdhqwl'), // Cyrillic
  ...pairs('αβεζηικμνορτυχ', 'abezhikmnoptyx'), // Greek
  ...pairs('ıłøđ01', 'ilodol'),
]);

function pairs(letters: string, latin: string): [string, string][] {
  return [...letters].map((letter, i) => [letter, latin[i]]);
}

/**
 * An operator by the letters and digits that a person sees: what else is written between or above them, or cannot be
 * seen, makes no other.
 */
function operatorOf(name: string): string {
  const plain = name.normalize('NFKD').toUpperCase().toLowerCase().normalize('NFKD');
  return plain
    .replace(/[^\p{L}\p{N}]|\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/./gu, (letter) => lookAlikes.get(letter) ?? letter);
}

/** How many of the public nodes are independent, up to two: two differ in host and in operator. */
export function independentWitnesses(rpcs: readonly PublicRpc[]): number {
  const pairs = rpcs.map(({ url, operator }) => ({ host: hostOf(url), operator: operatorOf(operator) }));
  const differ = pairs.some((a) => pairs.some((b) => a.host !== b.host && a.operator !== b.operator));
  return differ ? 2 : Math.min(rpcs.length, 1);
}

/** The nodes with each host and operator in one spelling, so that a script can compare them letter by letter. */
export function spelledAlike(rpcs: readonly PublicRpc[]): PublicRpc[] {
  const first = new Map<string, string>();
  return rpcs.map(({ url, operator }) => {
    const key = operatorOf(operator);
    if (!first.has(key)) first.set(key, operator.trim().replace(/\s+/g, ' '));
    return { operator: first.get(key) as string, url: url.replace(/^(https:\/\/)[^/?#\\]*/i, `$1${hostOf(url)}`) };
  });
}

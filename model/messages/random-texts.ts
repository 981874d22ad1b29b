import { decode } from '../tezos/base58check';

/** Addresses, public keys, hashes and signatures of Tezos: public with a right checksum, or as long as a right one. */
const PUBLIC_START = /^(tz[1-4]|KT1|edpk|sppk|p2pk|BLpk|Net|B|P|o|id|expr|edsig|spsig|p2sig|BLsig|sig)/;
const PUBLIC_LENGTH =
  /^((tz[1-4]|KT1)\w{30,36}|(edpk|sppk|p2pk)\w{47,54}|BLpk\w{68,76}|(B[KLM]|P)\w{46,50}|id\w{27,29})$/;

/**
 * Public halves of keys that say what they are: Ed25519 keys of ssh (one that was copied badly too), their fingerprints,
 * and as OpenSSL writes them; ssh keys of the other kinds, of which a private half begins otherwise (RFC 4253, 6.6); keys
 * of Tezos, mistyped ones too.
 */
const PUBLIC_HALF = new RegExp(
  `(?<![A-Za-z0-9+/])(?:${[
    'AAAAC3NzaC1lZDI1NTE5AAAAI[A-Za-z0-9+/]{30,45}',
    'SHA256:[A-Za-z0-9+/]{43}',
    'MCowBQYDK2VwAyEA[A-Za-z0-9+/]{43}=',
    'AAAAB3NzaC1yc2EAAAADAQAB[A-Za-z0-9+/]{100,1400}={0,2}',
    'AAAAE2VjZHNhLXNoYTItbmlzdH[A-Za-z0-9+/]{100,220}={0,2}',
    'AAAA(?:Gn|In)NrLX[A-Za-z0-9+/]{80,180}={0,2}',
    '(?:edpk|sppk|p2pk)[A-Za-z0-9]{50,51}',
    'BLpk[A-Za-z0-9]{72}',
  ].join('|')})(?![A-Za-z0-9+/=])`,
  'g',
);

interface Randomness {
  /** No name of a machine, an image or a network is as long, and mixes its letters so. */
  readonly shortest: number;
  /** Of its letters, how many are of another kind than the one before. */
  readonly leastChanges: number;
}

/** Of 24 random bytes in base64 more than half change. */
const withSigns: Randomness = { shortest: 32, leastChanges: 0.3 };
const lettersOnly: Randomness = { shortest: 20, leastChanges: 0.4 };
const inUrl: Randomness = { shortest: 16, leastChanges: 0.4 };

/** The rest of a text that holds such keys: their letters are drawn by lot, and sometimes look like the token of a service. */
export function withoutPublicKeys(text: string): string {
  return text.replace(PUBLIC_HALF, ' ');
}

/** The text after `change` of all but such keys; one that stands in what is changed goes with it. */
export function besidePublicKeys(text: string, change: (rest: string) => string): string {
  const keys: string[] = [];
  const rest = text.replace(PUBLIC_HALF, (key) => `\ue000${keys.push(key) - 1}\ue001`); // letters of no language
  return change(rest).replace(/\ue000(\d+)\ue001/g, (all, i) => keys[Number(i)] ?? all);
}

/** Long texts that look drawn by lot: the keys and tokens of whatever service, also in base64. */
export function randomTextsIn(text: string): string[] {
  const long = runsIn(text, /[A-Za-z0-9+/_-]{32,}={0,2}/g, withSigns.shortest).filter((run) => {
    const rest = run.split('/').filter((part) => part.length < withSigns.shortest || !isPublic(part));
    return isRandom(rest.join('/'), withSigns);
  });
  const short = runsIn(text, /[A-Za-z0-9]{20,}/g, lettersOnly.shortest);
  return [...long, ...short.filter((run) => !isPublic(run) && isRandom(run, lettersOnly))];
}

/** The same in a part of a URL, where no word is that long. */
export function isRandomPart(text: string): boolean {
  return !isPublic(text) && isRandom(text, inUrl);
}

/** A hash of an image or of a commit, said so, is public. */
const HEX = /(?<!sha(?:1|256|512)[:-]|commit |[0-9a-f])[0-9a-f]{32,}(?![0-9a-f])/gi;
const LEAST_DIGITS_OF_HEX = 6; // different ones; of 32 random ones there are fourteen

/** Keys in hexadecimal digits. For values only: comments speak of hashes and commits. */
export function hexKeysIn(text: string): string[] {
  return runsIn(text, HEX, 32).filter((run) => new Set(run.toLowerCase()).size >= LEAST_DIGITS_OF_HEX);
}

function runsIn(text: string, pattern: RegExp, shortest: number): string[] {
  return text.length < shortest ? [] : (text.match(pattern) ?? []);
}

/** Whether a text is one of Tezos that anybody may read; a mistyped one too. */
function isPublic(text: string): boolean {
  return PUBLIC_START.test(text) && (PUBLIC_LENGTH.test(text) || decode(text) !== undefined);
}

/** Whether a text changes between small letters, capitals and digits as words and numbers do not. */
function isRandom(text: string, { shortest, leastChanges }: Randomness): boolean {
  if (text.length < shortest) return false;
  let changes = 0;
  let before: Kind;
  const seen = new Set<Kind>();
  for (const letter of text) {
    const kind = kindOf(letter);
    if (kind && before && kind !== before) changes++;
    seen.add(kind);
    before = kind;
  }
  const mixed = seen.has('small') && seen.has('capital') && seen.has('digit');
  return mixed && changes >= text.length * leastChanges;
}

type Kind = 'small' | 'capital' | 'digit' | undefined;

function kindOf(letter: string): Kind {
  if (letter >= 'a' && letter <= 'z') return 'small';
  if (letter >= 'A' && letter <= 'Z') return 'capital';
  return letter >= '0' && letter <= '9' ? 'digit' : undefined;
}

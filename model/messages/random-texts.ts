import { decode } from '../tezos/base58check';

/** No name of a machine, an image or a network is longer without a dot, and mixes its letters so. */
const SHORTEST = 32;
const LEAST_CHANGES = 0.3; // of its letters; of those of 24 random bytes in base64 more than half are

/** Addresses, public keys, hashes and signatures of Tezos: public with a right checksum, or as long as a right one. */
const PUBLIC_START = /^(tz[1-4]|KT1|edpk|sppk|p2pk|BLpk|Net|B|P|o|id|expr|edsig|spsig|p2sig|BLsig|sig)/;
const PUBLIC_LENGTH = /^((tz[1-4]|KT1)\w{30,36}|(edpk|sppk|p2pk)\w{47,54}|BLpk\w{68,76}|(B[KLM]|P)\w{46,50})$/;

/** Long texts that look drawn by lot: the keys and tokens of whatever service, also in base64. */
export function randomTextsIn(text: string): string[] {
  if (text.length < SHORTEST) return [];
  const runs = text.match(/[A-Za-z0-9+/_-]{32,}={0,2}/g) ?? [];
  return runs.filter((run) => {
    const rest = run.split('/').filter((part) => part.length < SHORTEST || !isPublic(part));
    return isRandom(rest.join('/'));
  });
}

/** Whether a text is one of Tezos that anybody may read; a mistyped one too. */
function isPublic(text: string): boolean {
  return PUBLIC_START.test(text) && (PUBLIC_LENGTH.test(text) || decode(text) !== undefined);
}

/** Whether a text changes between small letters, capitals and digits as words and numbers do not. */
export function isRandom(text: string): boolean {
  if (text.length < SHORTEST) return false;
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
  return mixed && changes >= text.length * LEAST_CHANGES;
}

type Kind = 'small' | 'capital' | 'digit' | undefined;

function kindOf(letter: string): Kind {
  if (letter >= 'a' && letter <= 'z') return 'small';
  if (letter >= 'A' && letter <= 'Z') return 'capital';
  return letter >= '0' && letter <= '9' ? 'digit' : undefined;
}

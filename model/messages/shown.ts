import { nearest, ownWords } from './did-you-mean';
import { looksSecret } from './secrets';

/**
 * What a message may repeat of a file. A value that fails its check may be a password or a key in the wrong place, and
 * what synth prints ends in logs: it is shown only if it cannot be a secret, else its length is.
 */

const LONGEST_SHOWN = 80;
const LONGEST_NAME = 40;
/** A word of more letters may be a password. */
const LONGEST_VALUE = 5;
/** Hardly anybody takes one for the name of a setting. */
const LONGEST_KEY = 9;

/** A value as a person would recognise it; lists and sections are not repeated. `isMeant`: it is nearly a word of ours. */
export function display(value: unknown, isMeant = false): string | undefined {
  if (value === null) return 'null';
  if (value instanceof Hidden) return lengthOf('text', value.text);
  if (typeof value === 'string') {
    const mayBeShown = ownWords.has(value) || isHarmless(value, LONGEST_VALUE) || (isMeant && isName(value));
    if (!mayBeShown) return lengthOf('text', value);
    return JSON.stringify(value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value);
  }
  if (typeof value === 'number')
    return digitsOf(String(value)) >= MANY_DIGITS ? 'a number of many digits' : String(value);
  if (typeof value === 'boolean') return String(value);
  return undefined;
}

/** A value that holds a secret of the file, whatever it looks like. */
export class Hidden {
  constructor(readonly text: string) {}
}

/** The name of a setting, as the file writes it. */
export function displayName(key: string, known: readonly string[] = []): string {
  const harmless = isHarmless(key, LONGEST_KEY) || (nearest(key, known) !== undefined && !looksSecret(key));
  return harmless ? JSON.stringify(key) : lengthOf('key', key);
}

/** A part of the way to a setting. */
export function displayPart(key: string): string {
  return isHarmless(key, LONGEST_KEY) || isName(key) ? key : `(${lengthOf('key', key)})`;
}

function lengthOf(what: string, text: string): string {
  const length = [...text].length;
  return `a ${what} of ${length} character${length === 1 ? '' : 's'}`;
}

/** One line that a terminal shows as it is: what would move the cursor, or turn letters around, is written as its number. */
export function printable(text: string): string {
  // The braille pattern without dots is a letter that looks like a blank, whatever Unicode calls it.
  return text.replace(/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu, (letter) => {
    const hex = letter.codePointAt(0)!.toString(16);
    return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`;
  });
}

/** `longest`: of a word, or of a few together. */
function isHarmless(text: string, longest: number): boolean {
  const isShort = text.length <= longest && isPlain(text);
  return text.length <= 2 * LONGEST_SHOWN && (isShort || harmless.some((is) => is(text))) && !looksSecret(text);
}

/** Numbers and versions, and what else has few digits; times and IP addresses have more. */
const NUMBERS = /^[\d.,:/+TZ -]{0,40}$/;
const TIME = /^\d{4}-\d\d?-\d\d?([T ]\d\d?:\d\d?(:\d\d?)?)? ?(Z|[+-]\d\d:?\d\d)?$/;
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}([/:]\d{1,5})?$/;
/** A PIN of a device has as many, also in groups. */
const MANY_DIGITS = 8;
const digitsOf = (text: string) => text.replace(/\D/g, '').length;
const IPV6 = /^(?=.*::|([^:]*:){7}[^:]*$)[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,7}(\/\d{1,3})?$/i;
/** What Linux calls an uplink: `eth0`, `wlan0`. */
const INTERFACE = /^(eth|wlan|wwan|usb)\d{1,2}$/;
/** Addresses, chain ids and block hashes, nearly as long as they are; a public key mistyped might be a secret one. */
const PUBLIC = /^((tz[1-4]|KT1)[0-9A-Za-z]{28,37}|NetX[0-9A-Za-z]{9,13}|B(K|M|L(?!sk|esk|pk))[0-9A-Za-z]{44,53})$/;
/** `https://rpc.example.org:8443/mainnet/{mode}`: a name of words and numbers, and a way of such. */
const HOST = String.raw`[a-z0-9]{1,20}([.-][a-z0-9]{1,20}){1,6}(:\d{1,5})?`;
const URL = new RegExp(`^(https?://${HOST}|(?=[^/]*[.])${HOST}(?=/))(/[^/?#@\\s]*)*$`, 'i');
const PEER = new RegExp(`^(?=.*[.].*:\\d)${HOST}$`, 'i');

const harmless: readonly ((text: string) => boolean)[] = [
  (text) => NUMBERS.test(text) && (digitsOf(text) < MANY_DIGITS || TIME.test(text) || IPV4.test(text)),
  (text) => IPV6.test(text),
  (text) => PUBLIC.test(text),
  (text) => INTERFACE.test(text),
  isMachine,
  isPlace,
  (text) => PEER.test(text) && hasPlainParts(text),
  (text) => URL.test(text) && hasPlainParts(text),
];

const sizes = ['standard', 'highmem', 'highcpu', 'megamem', 'ultramem', 'micro', 'small', 'medium', 'custom'];

/** A machine type, or nearly: `e2-standart-8`, `n2d-highmem-16-lssd`. */
function isMachine(text: string): boolean {
  const [, size] = /^[a-z]\d[a-z]?-([a-z]{2,12})(-\d{1,3}(-lssd)?)?$/.exec(text) ?? [];
  return size !== undefined && nearest(size, sizes) !== undefined;
}

const continents = ['africa', 'asia', 'australia', 'europe', 'me', 'northamerica', 'southamerica', 'us'];
const sides = ['north', 'south', 'east', 'west', 'central', 'northeast', 'northwest', 'southeast', 'southwest'];

/** A region or a zone of Google's, or nearly: `europe-west4`, `us-central-a`. */
function isPlace(text: string): boolean {
  const [, continent, side] = /^([a-z]{2,12})-([a-z]{2,12})-?\d{0,2}(-[a-z0-9]{1,2})?$/i.exec(text) ?? [];
  return side !== undefined && nearest(continent, continents) !== undefined && nearest(side, sides) !== undefined;
}

const WORD = /^([a-z]{1,12}|[A-Z][a-z]{0,11}|[A-Z]{1,12}|[a-z]{1,2}\d[a-z]?)$/;
/** A fourth would make it a passphrase. */
const MOST_WORDS = 3;

/** A few words, as names and misspelled options are: `Signing_Keys`, `memoryGib`. */
function isPlain(text: string): boolean {
  const words = text.split(/[ ._-]|(?<=[a-z])(?=[A-Z])/);
  return text.length <= LONGEST_NAME && words.length <= MOST_WORDS && words.every((word) => WORD.test(word));
}

/** Whether it is written as names are; longer ones are shown only where no secret stands, or beside the name that was meant. */
function isName(text: string): boolean {
  return isPlain(text) && !looksSecret(text);
}

/** Whether nothing in a URL or a path is longer, or more mixed, than words and numbers are. */
function hasPlainParts(text: string): boolean {
  const parts = text.split(/[^A-Za-z0-9]+/);
  return parts.every((part) =>
    /^([a-z]{0,14}|[A-Z]?[a-z]{0,13}|[A-Z]{0,12}|[a-z]{0,12}\d{0,6}|\d{0,6}[a-z]{0,3})$/.test(part),
  );
}

import { createHash } from 'node:crypto';

/** base58check, and the prefixes of what these programs write (lib_crypto/base58.ml of the real ones). */
const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

export const PREFIX = {
  tz1: [6, 161, 159],
  tz2: [6, 161, 161],
  tz3: [6, 161, 164],
  tz4: [6, 161, 166],
  KT1: [2, 90, 121],
  edpk: [13, 15, 37, 217],
  sppk: [3, 254, 226, 86],
  p2pk: [3, 178, 139, 127],
  edskSeed: [13, 15, 58, 7],
  edskFull: [43, 246, 78, 7],
  edsig: [9, 245, 205, 134, 18],
  spsig: [13, 115, 101, 19, 63],
  p2sig: [54, 240, 44, 52],
  BLsig: [40, 171, 64, 207],
  sig: [4, 130, 43],
  chainId: [87, 82, 0],
  block: [1, 52],
  operation: [5, 116],
  operationLists: [29, 159, 109],
  context: [79, 199],
  payload: [1, 106, 242],
  peerId: [153, 103],
  nonceHash: [69, 220, 169],
} as const;

const checksum = (data: Buffer) => {
  const once = createHash('sha256').update(data).digest();
  return createHash('sha256').update(once).digest().subarray(0, 4);
};

export function encode(prefix: readonly number[], payload: Buffer): string {
  const data = Buffer.concat([Buffer.from(prefix), payload]);
  const whole = Buffer.concat([data, checksum(data)]);
  let number = BigInt(`0x${whole.toString('hex')}`);
  let text = '';
  for (; number > 0n; number /= 58n) text = ALPHABET[Number(number % 58n)] + text;
  const zeros = whole.findIndex((byte) => byte !== 0);
  return '1'.repeat(Math.max(0, zeros)) + text;
}

/** The bytes after the prefix; throws for a wrong checksum or another prefix. */
export function decode(prefix: readonly number[], text: string): Buffer {
  const whole = decodeAny(text);
  if (!whole?.subarray(0, prefix.length).equals(Buffer.from(prefix))) {
    throw new Error(`Failed to read a b58check_encoding data: ${text}`);
  }
  return whole.subarray(prefix.length);
}

/** The bytes with their prefix, undefined where the checksum is wrong. */
export function decodeAny(text: string): Buffer | undefined {
  let number = 0n;
  for (const character of text) {
    const digit = ALPHABET.indexOf(character);
    if (digit < 0) return undefined;
    number = number * 58n + BigInt(digit);
  }
  const hex = number.toString(16);
  const zeros = text.length - text.replace(/^1+/, '').length;
  const whole = Buffer.concat([Buffer.alloc(zeros), Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex')]);
  if (whole.length < 5) return undefined;
  const data = whole.subarray(0, -4);
  return checksum(data).equals(whole.subarray(-4)) ? data : undefined;
}

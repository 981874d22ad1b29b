import { sha256 } from '@noble/hashes/sha2';
import { hexToBytes } from '@noble/hashes/utils';
import { ALPHABET } from './base58check';

/**
 * The texts with a right checksum that are a single wrong letter or a swap of neighbours away. It changes the number
 * that the text stands for: to decode each of four thousand candidates takes longer than a person likes to wait.
 */
export function typosOf(text: string): string[] {
  const digits = Array.from({ length: text.length }, (_, i) => Math.max(0, ALPHABET.indexOf(text[i])));
  const weights = digits.map((_, i) => BASE ** BigInt(text.length - 1 - i));
  const number = digits.reduce((sum, digit, i) => sum + BigInt(digit) * weights[i], 0n);
  const found = new Set<string>();
  for (const [at, digit] of digits.entries()) {
    const [before, after] = [text.slice(0, at), text.slice(at + 1)];
    for (const [other, letter] of [...ALPHABET].entries()) {
      if (isWhole(number + BigInt(other - digit) * weights[at])) found.add(before + letter + after);
    }
    if (at + 1 === text.length) continue;
    const difference = BigInt(digits[at + 1] - digit);
    if (isWhole(number + difference * (weights[at] - weights[at + 1]))) {
      found.add(before + text[at + 1] + text[at] + text.slice(at + 2));
    }
  }
  return [...found];
}

const BASE = BigInt(ALPHABET.length);
const CHECKSUM_BYTES = 4;

/** Whether the last bytes of a number are the checksum of those before. */
function isWhole(number: bigint): boolean {
  const hex = number.toString(16);
  const bytes = hexToBytes(hex.padStart(hex.length + (hex.length % 2), '0'));
  const sum = sha256(sha256(bytes.subarray(0, -CHECKSUM_BYTES)));
  return bytes.subarray(-CHECKSUM_BYTES).every((byte, i) => byte === sum[i]);
}

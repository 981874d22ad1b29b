import { sha256 } from '@noble/hashes/sha2';
import { createBase58check } from '@scure/base';
import { OPERATION } from './operation-bytes';

const base58check = createBase58check(sha256);

/** By how a signature begins: its bytes in front (src/lib_crypto/base58.ml), of keys with 64 bytes in a signature. */
const prefixes: readonly (readonly [text: string, bytes: number])[] = [
  ['edsig', 5],
  ['spsig1', 5],
  ['p2sig', 4],
  ['sig', 3],
];
const SIGNATURE_BYTES = 64;

/** The bytes of a signature's text as they stand behind an operation, in hexadecimal digits; throws if it is none. */
export function signatureHex(text: string): string {
  const prefix = prefixes.find(([start]) => text.startsWith(start));
  const bytes = prefix && base58check.decode(text).subarray(prefix[1]);
  if (bytes?.length !== SIGNATURE_BYTES) throw new Error('not a signature of 64 bytes');
  return Buffer.from(bytes).toString('hex');
}

/** What was signed, with 0x03 in front, and the signature behind it, in hexadecimal digits. */
export function takenApart(signed: string): { readonly bytes: Uint8Array; readonly signature: string } {
  const at = Math.max(0, signed.length - 2 * SIGNATURE_BYTES);
  const bytes = Buffer.concat([Buffer.of(OPERATION), Buffer.from(signed.slice(0, at), 'hex')]);
  return { bytes, signature: signed.slice(at) };
}

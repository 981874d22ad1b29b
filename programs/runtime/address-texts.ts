import { createHash } from 'node:crypto';
import { createBase58check } from '@scure/base';

/** A kind of text with a checksum: how it begins, the bytes that make it so, and how many stand behind them. */
export interface TextKind {
  readonly begins: string;
  readonly prefix: readonly number[];
  readonly bytes: number;
}

/** Octez, src/lib_crypto/base58.ml; KT1 is of lib_protocol/contract_hash.ml. */
export const contract: TextKind = { begins: 'KT1', prefix: [2, 90, 121], bytes: 20 };
/** By the byte that stands for the curve. */
export const accounts: readonly TextKind[] = [
  { begins: 'tz1', prefix: [6, 161, 159], bytes: 20 },
  { begins: 'tz2', prefix: [6, 161, 161], bytes: 20 },
  { begins: 'tz3', prefix: [6, 161, 164], bytes: 20 },
  { begins: 'tz4', prefix: [6, 161, 166], bytes: 20 },
];

/** A plan of ten thousand rows has twice as many addresses: the hash of Node's own is the faster one. */
export const base58check = createBase58check((data) => createHash('sha256').update(data).digest());
/** The longest text here is a signature's; decoding takes the square of the length. */
const MOST_LETTERS = 150;

/** Whether a transaction can go there: an account or a contract whose checksum is right. */
export function isDestination(text: string): boolean {
  return [...accounts, contract].some((kind) => payloadOf(text, kind) !== undefined);
}

/** What stands behind the prefix; undefined for a text of another kind, or with a wrong checksum. */
export function payloadOf(text: string, { begins, prefix, bytes }: TextKind): Uint8Array | undefined {
  if (text.length > MOST_LETTERS || !text.startsWith(begins)) return undefined;
  let decoded: Uint8Array;
  try {
    decoded = base58check.decode(text);
  } catch {
    return undefined;
  }
  const isOfKind = decoded.length === prefix.length + bytes && prefix.every((each, i) => decoded[i] === each);
  return isOfKind ? decoded.subarray(prefix.length) : undefined;
}

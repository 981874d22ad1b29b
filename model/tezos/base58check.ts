import { sha256 } from '@noble/hashes/sha2';
import { createBase58check } from '@scure/base';

/** Texts of one kind: what they begin with, how long they are, and what they stand for. */
export interface Encoding {
  readonly begins: string;
  readonly letters: number;
  /** Bytes before the payload, which make the text begin so. */
  readonly prefix: readonly number[];
  readonly payloadBytes: number;
}

/** Octez, src/lib_crypto/base58.ml; KT1 is of src/proto_alpha/lib_protocol/contract_hash.ml. */
export const encodings = {
  tz1: { begins: 'tz1', letters: 36, prefix: [6, 161, 159], payloadBytes: 20 },
  tz2: { begins: 'tz2', letters: 36, prefix: [6, 161, 161], payloadBytes: 20 },
  tz3: { begins: 'tz3', letters: 36, prefix: [6, 161, 164], payloadBytes: 20 },
  tz4: { begins: 'tz4', letters: 36, prefix: [6, 161, 166], payloadBytes: 20 },
  KT1: { begins: 'KT1', letters: 36, prefix: [2, 90, 121], payloadBytes: 20 },
  edpk: { begins: 'edpk', letters: 54, prefix: [13, 15, 37, 217], payloadBytes: 32 },
  sppk: { begins: 'sppk', letters: 55, prefix: [3, 254, 226, 86], payloadBytes: 33 },
  p2pk: { begins: 'p2pk', letters: 55, prefix: [3, 178, 139, 127], payloadBytes: 33 },
  BLpk: { begins: 'BLpk', letters: 76, prefix: [6, 149, 135, 204], payloadBytes: 48 },
  chainId: { begins: 'Net', letters: 15, prefix: [87, 82, 0], payloadBytes: 4 },
  blockHash: { begins: 'B', letters: 51, prefix: [1, 52], payloadBytes: 32 },
} as const satisfies Record<string, Encoding>;

export const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** No text of Tezos that stands in a configuration is longer (an aggregate signature has 240 letters). */
const MOST_LETTERS = 250;

const base58check = createBase58check(sha256);

/** Prefix and payload of a text whose checksum is right; undefined for any other. */
export function decode(text: string): Uint8Array | undefined {
  if (text.length > MOST_LETTERS) return undefined; // decoding takes the square of the length
  try {
    return base58check.decode(text);
  } catch {
    return undefined;
  }
}

/** The payload of a text of this kind; undefined for any other. */
export function payloadOf(text: string, encoding: Encoding): Uint8Array | undefined {
  const { begins, letters, prefix, payloadBytes } = encoding;
  if (text.length !== letters || !text.startsWith(begins)) return undefined;
  const bytes = decode(text);
  const isOfKind = bytes?.length === prefix.length + payloadBytes && prefix.every((byte, i) => bytes[i] === byte);
  return isOfKind ? bytes.subarray(prefix.length) : undefined;
}

export function encode(payload: Uint8Array, { prefix }: Encoding): string {
  return base58check.encode(Uint8Array.from([...prefix, ...payload]));
}

// The package root is the narrowest path that works: dist/lib/encoding.js expects a default export that its bs58check
// does not have, and calls every text invalid.
import { b58DecodeAndCheckPrefix, getPkhfromPk, PrefixV2, ValidationResult } from '@taquito/utils';
import { remember } from '../remember';

/**
 * Tezos addresses, public keys, chain ids and block hashes: base58check, curves, and what was probably meant.
 * A `...Problem` function answers a bad text with a sentence (the caller puts the setting's path before it) and a good
 * one with undefined; nothing here throws for what a user wrote.
 */

export type Curve = 'ed25519' | 'secp256k1' | 'p256' | 'bls12-381';

interface Kind {
  readonly what: string;
  readonly write: string;
  readonly prefixes: readonly PrefixV2[];
  readonly length?: number; // characters, where all texts of the kind have the same length
}

const delegatePrefixes = [
  PrefixV2.Ed25519PublicKeyHash,
  PrefixV2.Secp256k1PublicKeyHash,
  PrefixV2.P256PublicKeyHash,
  PrefixV2.BLS12_381PublicKeyHash,
];

const kinds = {
  baker: {
    what: "a baker's address",
    write: 'an address that starts with tz1, tz2, tz3 or tz4',
    prefixes: delegatePrefixes,
    length: 36,
  },
  account: {
    what: 'an address',
    write: 'an address that starts with tz1, tz2, tz3, tz4 or KT1',
    prefixes: [...delegatePrefixes, PrefixV2.ContractHash],
    length: 36,
  },
  publicKey: {
    what: 'a public key',
    write: 'a public key that starts with edpk, sppk, p2pk or BLpk',
    prefixes: [
      PrefixV2.Ed25519PublicKey,
      PrefixV2.Secp256k1PublicKey,
      PrefixV2.P256PublicKey,
      PrefixV2.BLS12_381PublicKey,
    ],
  },
  chainId: { what: 'a chain id', write: 'a chain id that starts with Net', prefixes: [PrefixV2.ChainID], length: 15 },
  blockHash: {
    what: 'a block hash',
    write: 'a block hash that starts with B',
    prefixes: [PrefixV2.BlockHash],
    length: 51,
  },
} satisfies Record<string, Kind>;

const curves: Partial<Record<PrefixV2, Curve>> = {
  [PrefixV2.Ed25519PublicKeyHash]: 'ed25519',
  [PrefixV2.Ed25519PublicKey]: 'ed25519',
  [PrefixV2.Secp256k1PublicKeyHash]: 'secp256k1',
  [PrefixV2.Secp256k1PublicKey]: 'secp256k1',
  [PrefixV2.P256PublicKeyHash]: 'p256',
  [PrefixV2.P256PublicKey]: 'p256',
  [PrefixV2.BLS12_381PublicKeyHash]: 'bls12-381',
  [PrefixV2.BLS12_381PublicKey]: 'bls12-381',
};

/** A delegate, consensus key or companion key: tz1 to tz4. Contracts (KT1) cannot bake. */
export const bakerAddressProblem = (text: string) => problem(text, kinds.baker);

/** Anything that can be paid: tz1 to tz4, or a contract (KT1). */
export const accountProblem = (text: string) => problem(text, kinds.account);

export const publicKeyProblem = (text: string) => problem(text, kinds.publicKey);
export const chainIdProblem = (text: string) => problem(text, kinds.chainId);
export const blockHashProblem = (text: string) => problem(text, kinds.blockHash);

/** Why `publicKey` does not belong to `address`; undefined also where one of them is invalid, which the others report. */
export function publicKeyMismatch(address: string, publicKey: string): string | undefined {
  const actual = addressOfPublicKey(publicKey);
  if (!actual || actual === address || bakerAddressProblem(address)) return undefined;
  return `"${publicKey}" is the public key of ${actual}, not of ${address}; write the public key of ${address}`;
}

/** The tz1 to tz4 address of a public key, undefined if the key is invalid. */
export function addressOfPublicKey(publicKey: string): string | undefined {
  return typeof decode(publicKey, kinds.publicKey.prefixes) === 'string' ? getPkhfromPk(publicKey) : undefined;
}

/** The curve of an address or a public key, undefined if it is neither (or a contract). */
export function curveOf(text: string): Curve | undefined {
  const prefix = decode(text, [...delegatePrefixes, ...kinds.publicKey.prefixes]);
  return typeof prefix === 'string' ? curves[prefix] : undefined;
}

/** The first 13 characters of a chain id, as in the names of Octez' files and the labels of its metrics. */
export const shortChainId = (chainId: string) => chainId.slice(0, 13); // to_short_b58check of lib_crypto/chain_id.ml

function problem(text: string, kind: Kind): string | undefined {
  const found = decode(text, kind.prefixes);
  if (typeof found === 'string') return undefined;
  if (found === ValidationResult.PREFIX_NOT_ALLOWED && text.startsWith('KT1')) {
    return `"${text}" is a contract, which is not ${kind.what}; write ${kind.write}`;
  }
  if (found === ValidationResult.PREFIX_NOT_ALLOWED) return `"${text}" is not ${kind.what}; write ${kind.write}`;
  if (!kind.prefixes.some((prefix) => text.startsWith(prefix)))
    return `"${text}" is not ${kind.what}; write ${kind.write}`;
  if (kind.length && text.length !== kind.length) {
    return `"${text}" has ${text.length} characters, ${kind.what} has ${kind.length}; copy it again`;
  }
  const meant = meantBy(text, kind.prefixes);
  return `"${text}" fails its checksum; ${meant ? `did you mean ${meant}?` : 'copy it again'}`;
}

/** The prefix of a valid text, or why it is not valid. */
function decode(text: string, prefixes: readonly PrefixV2[]): PrefixV2 | ValidationResult {
  return among(prefixes, known(text));
}

/** Several rules ask for the same key. */
const known = remember(decodeAny);

function decodeAny(text: string): PrefixV2 | ValidationResult {
  try {
    return b58DecodeAndCheckPrefix(text)[1];
  } catch (error) {
    return (error as { result?: ValidationResult }).result ?? ValidationResult.OTHER;
  }
}

function among(prefixes: readonly PrefixV2[], decoded: PrefixV2 | ValidationResult): PrefixV2 | ValidationResult {
  return typeof decoded !== 'string' || prefixes.includes(decoded) ? decoded : ValidationResult.PREFIX_NOT_ALLOWED;
}

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** The one valid text that is a single wrong character or a swap of neighbours away; undefined if there is none, or two. */
function meantBy(text: string, prefixes: readonly PrefixV2[]): string | undefined {
  const valid = new Set<string>();
  for (let at = 0; at < text.length; at++) {
    const [before, after] = [text.slice(0, at), text.slice(at + 1)];
    const swapped = before + text.charAt(at + 1) + text[at] + text.slice(at + 2);
    for (const candidate of [...Array.from(ALPHABET, (character) => before + character + after), swapped]) {
      if (typeof among(prefixes, decodeAny(candidate)) === 'string') valid.add(candidate);
    }
  }
  return valid.size === 1 ? [...valid][0] : undefined;
}

import { blake2b } from '@noble/hashes/blake2';
import { display } from '../messages/shown';
import { decode, type Encoding, encode, encodings, payloadOf } from './base58check';
import { typosOf } from './base58check-typos';

/**
 * Tezos addresses, public keys, chain ids and block hashes: base58check, curves, and what was probably meant.
 * A `...Problem` function answers a bad text with a sentence (the caller puts the setting's path before it) and a good
 * one with undefined; nothing here throws for what a user wrote.
 */

export type Curve = 'ed25519' | 'secp256k1' | 'p256' | 'bls12-381';

interface CurveTexts {
  readonly curve: Curve;
  readonly address: Encoding;
  readonly publicKey: Encoding;
}

const { tz1, tz2, tz3, tz4, KT1, edpk, sppk, p2pk, BLpk, chainId, blockHash } = encodings;

const curves: readonly CurveTexts[] = [
  { curve: 'ed25519', address: tz1, publicKey: edpk },
  { curve: 'secp256k1', address: tz2, publicKey: sppk },
  { curve: 'p256', address: tz3, publicKey: p2pk },
  { curve: 'bls12-381', address: tz4, publicKey: BLpk },
];

interface Kind {
  readonly what: string;
  readonly write: string;
  readonly encodings: readonly Encoding[];
  readonly letters?: number; // where all texts of the kind have the same length
}

const delegates = curves.map(({ address }) => address);

const kinds = {
  baker: {
    what: "a baker's address",
    write: 'an address that starts with tz1, tz2, tz3 or tz4',
    encodings: delegates,
    letters: tz1.letters,
  },
  account: {
    what: 'an address',
    write: 'an address that starts with tz1, tz2, tz3, tz4 or KT1',
    encodings: [...delegates, KT1],
    letters: tz1.letters,
  },
  publicKey: {
    what: 'a public key',
    write: 'a public key that starts with edpk, sppk, p2pk or BLpk',
    encodings: curves.map(({ publicKey }) => publicKey),
  },
  chainId: {
    what: 'a chain id',
    write: 'a chain id that starts with Net',
    encodings: [chainId],
    letters: chainId.letters,
  },
  blockHash: {
    what: 'a block hash',
    write: 'a block hash that starts with B',
    encodings: [blockHash],
    letters: blockHash.letters,
  },
} satisfies Record<string, Kind>;

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
  if (!actual || actual === address || !isOneOf(address, delegates)) return undefined;
  return `"${publicKey}" is the public key of ${actual}, not of ${address}; write the public key of ${address}`;
}

/** The tz1 to tz4 address of a public key, undefined if the key is invalid. */
export function addressOfPublicKey(text: string): string | undefined {
  for (const { address, publicKey } of curves) {
    const key = payloadOf(text, publicKey);
    if (key) return encode(blake2b(key, { dkLen: address.payloadBytes }), address);
  }
  return undefined;
}

/** The curve of an address or a public key, undefined if it is neither (or a contract). */
export function curveOf(text: string): Curve | undefined {
  return curves.find(({ address, publicKey }) => isOneOf(text, [address, publicKey]))?.curve;
}

/** The chain that begins with that block, undefined if its hash is invalid. */
export function chainIdOfGenesis(block: string): string | undefined {
  const hash = payloadOf(block, blockHash);
  return hash && encode(blake2b(hash, { dkLen: 32 }).slice(0, chainId.payloadBytes), chainId); // lib_crypto/chain_id.ml
}

/** The first 13 characters of a chain id, as in the names of Octez' files and the labels of its metrics. */
export const shortChainId = (chainId: string) => chainId.slice(0, 13); // to_short_b58check of lib_crypto/chain_id.ml

function problem(text: string, { what, write, encodings, letters }: Kind): string | undefined {
  if (isOneOf(text, encodings)) return undefined;
  if (payloadOf(text, KT1)) return `"${text}" is a contract, which is not ${what}; write ${write}`;
  const isOther = decode(text) !== undefined || !encodings.some(({ begins }) => text.startsWith(begins));
  if (isOther) return `${display(text)} is not ${what}; write ${write}`;
  if (letters && text.length !== letters) {
    return `${display(text)} has ${text.length} characters, ${what} has ${letters}; copy it again`;
  }
  const meant = meantBy(text, encodings);
  // One letter away from what is public it is public too; else a letter may have made a secret key look like this.
  if (meant) return `"${text}" fails its checksum; did you mean ${meant}?`;
  return `${display(text)} fails its checksum; copy it again`;
}

const isOneOf = (text: string, encodings: readonly Encoding[]) =>
  encodings.some((encoding) => payloadOf(text, encoding) !== undefined);

/** The one valid text that is a single wrong character or a swap of neighbours away; undefined if there is none, or two. */
function meantBy(text: string, encodings: readonly Encoding[]): string | undefined {
  if (!encodings.some(({ letters }) => letters === text.length)) return undefined;
  const valid = typosOf(text).filter((each) => isOneOf(each, encodings));
  return valid.length === 1 ? valid[0] : undefined;
}

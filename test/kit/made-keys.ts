import { createHash } from 'node:crypto';
import { b58Encode, getPkhfromPk, PrefixV2 } from '@taquito/utils';

/** Kinds of keys, with the length of their public keys in bytes. */
const kinds = {
  tz1: { prefix: PrefixV2.Ed25519PublicKey, bytes: 32 },
  tz2: { prefix: PrefixV2.Secp256k1PublicKey, bytes: 33 },
  tz3: { prefix: PrefixV2.P256PublicKey, bytes: 33 },
  tz4: { prefix: PrefixV2.BLS12_381PublicKey, bytes: 48 },
} as const;

export type KeyKind = keyof typeof kinds;

/** A public key made of a seed, and its address: valid text that belongs to nobody. */
export function madeKey(kind: KeyKind, seed: string): { address: string; publicKey: string } {
  const { prefix, bytes } = kinds[kind];
  const material = createHash('sha512').update(`${kind} ${seed}`).digest().subarray(0, bytes);
  const publicKey = b58Encode(material, prefix);
  return { address: getPkhfromPk(publicKey), publicKey };
}

/** The same for ssh. */
export function madeSshKey(seed: string): string {
  const head = Buffer.from('0000000b7373682d6564323535313900000020', 'hex'); // "ssh-ed25519", and 32 bytes
  const material = createHash('sha256').update(`ssh ${seed}`).digest();
  return `ssh-ed25519 ${Buffer.concat([head, material]).toString('base64')}`;
}

import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { decode, decodeAny, encode, PREFIX } from './base58';
import { blake2b } from './blake2b';

/**
 * Signatures of these programs. tz1 is real Ed25519 over the BLAKE2b-256 of the bytes. tz2, tz3 and tz4 are NOT real:
 * Node signs no prepared digest with ECDSA and knows no BLS, so theirs are hashes of key and bytes of the right length.
 */
export type Curve = 'tz1' | 'tz2' | 'tz3' | 'tz4';

export interface SecretKey {
  readonly curve: Curve;
  /** Undefined where only the address tells the keys apart (pseudo signatures). */
  readonly publicKey?: string;
  readonly address?: string;
  sign(data: Buffer): string;
}

const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

export const curveOf = (address: string): Curve => address.slice(0, 3) as Curve;
const addressOf = (publicKey: Buffer) => encode(PREFIX.tz1, blake2b(publicKey, 20));

/** `edsk...`, as a seed (54 characters) or with the public key (98 characters). */
export function ed25519Key(text: string): SecretKey {
  const seed = text.length === 54 ? decode(PREFIX.edskSeed, text) : decode(PREFIX.edskFull, text).subarray(0, 32);
  return keyOfSeed(seed);
}

function keyOfSeed(seed: Buffer): SecretKey {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
  return {
    curve: 'tz1',
    publicKey: encode(PREFIX.edpk, publicKey),
    address: addressOf(publicKey),
    sign: (data) => encode(PREFIX.edsig, sign(null, blake2b(data), key)),
  };
}

/** A key made of a word, for tests and for the bakers of the simulated chain. */
export function madeSecretKey(word: string): { secretKey: string; publicKey: string; address: string } {
  const seed = createHash('sha256').update(`stand-in key ${word}`).digest();
  const { publicKey = '', address = '' } = keyOfSeed(seed);
  return { secretKey: encode(PREFIX.edskSeed, seed), publicKey, address };
}

/** The wallet's secret key of tz2 to tz4 is a seed of the pseudo signature; whatever its text, the same text signs the same. */
export function pseudoKey(curve: Curve, text: string): SecretKey {
  const prefix = { tz1: PREFIX.edsig, tz2: PREFIX.spsig, tz3: PREFIX.p2sig, tz4: PREFIX.BLsig }[curve];
  const part = (data: Buffer, i: number) => createHash('sha512').update(`${i} ${text}`).update(data).digest();
  return {
    curve,
    sign: (data) =>
      encode(prefix, Buffer.concat([part(data, 0), part(data, 1)]).subarray(0, curve === 'tz4' ? 96 : 64)),
  };
}

/** The raw bytes of a signature in any of its forms (64, of BLS 96). */
export function signatureBytes(text: string): Buffer {
  const data = decodeAny(text);
  if (!data) throw new Error(`Not a signature: ${text}`);
  return data.subarray(text.startsWith('BLsig') ? -96 : -64);
}

/** True where it cannot be known (pseudo signatures). */
export function verifies(publicKey: string, data: Buffer, signature: Buffer): boolean {
  if (!publicKey.startsWith('edpk')) return true;
  const key = createPublicKey({
    key: Buffer.concat([SPKI, decode(PREFIX.edpk, publicKey)]),
    format: 'der',
    type: 'spki',
  });
  return verify(null, blake2b(data), key, signature);
}

/** The address of an Ed25519 public key, undefined for other curves. */
export function addressOfPublicKey(publicKey: string): string | undefined {
  return publicKey.startsWith('edpk') ? addressOf(decode(PREFIX.edpk, publicKey)) : undefined;
}

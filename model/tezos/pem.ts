import { concatBytes, hexToBytes } from '@noble/hashes/utils';
import { base64 } from '@scure/base';
import { encode, encodings } from './base58check';
import { addressOfPublicKey } from './keys';

/** RFC 5480: SubjectPublicKeyInfo up to the uncompressed point, for the two curves of Cloud KMS that Tezos knows. */
const curves = [
  { start: hexToBytes('3056301006072a8648ce3d020106052b8104000a034200'), publicKey: encodings.sppk },
  { start: hexToBytes('3059301306072a8648ce3d020106082a8648ce3d030107034200'), publicKey: encodings.p2pk },
] as const;

/** A public key as a bakery file has it. */
export interface PublicKey {
  readonly address: string;
  readonly publicKey: string;
}

/** The key of a PEM public key, as Cloud KMS and openssl print them; undefined if it is none of secp256k1 or P-256. */
export function publicKeyOfPem(pem: string): PublicKey | undefined {
  const [, body] = /-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----/.exec(pem) ?? [];
  const der = body && decoded(body.replace(/\s/g, ''));
  const curve = der && curves.find(({ start }) => start.every((byte, i) => der[i] === byte));
  if (!curve || der.length !== curve.start.length + POINT_BYTES) return undefined;
  const point = der.subarray(curve.start.length);
  // 4: both coordinates follow. The short form has the first one, behind 2 or 3 for an even or odd second one.
  if (point[0] !== 4) return undefined;
  const short = concatBytes(Uint8Array.of(2 + (point[POINT_BYTES - 1] % 2)), point.subarray(1, 33));
  const publicKey = encode(short, curve.publicKey);
  return { address: addressOfPublicKey(publicKey)!, publicKey };
}

const POINT_BYTES = 65;

function decoded(text: string): Uint8Array | undefined {
  try {
    return base64.decode(text);
  } catch {
    return undefined;
  }
}

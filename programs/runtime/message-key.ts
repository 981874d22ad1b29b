import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** Says that a text is this guard's; the signature is base64. */
export type SignText = (text: string) => string;
export type IsSigned = (text: string, signature: string) => boolean;

/** `pem`: an Ed25519 key as `openssl genpkey -algorithm ed25519` writes it. Throws for any other, without showing it. */
export function signerWith(pem: string): SignText {
  const key = privateKey(pem);
  return (text) => sign(null, Buffer.from(text), key).toString('base64');
}

/** The public half of such a key: its 32 bytes in base64. */
export function publicHalf(pem: string): string {
  const { x } = createPublicKey(privateKey(pem)).export({ format: 'jwk' });
  return Buffer.from(x as string, 'base64url').toString('base64');
}

/** `publicKey`: 32 bytes in base64. Throws if it is none. */
export function signedBy(publicKey: string): IsSigned {
  const bytes = Buffer.from(publicKey, 'base64');
  if (bytes.length !== 32) throw new Error(`a public key has 32 bytes, not ${bytes.length}`);
  const x = bytes.toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return (text, signature) => verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
}

function privateKey(pem: string): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = createPrivateKey(pem);
  } catch {
    // What OpenSSL says of it may show a part.
  }
  if (key?.asymmetricKeyType !== 'ed25519') throw new Error('the private key is not an Ed25519 key in PEM');
  return key;
}

import { base64 } from '@scure/base';

/** Bytes before the key in what OpenSSL prints of an Ed25519 key (RFC 8410). */
const SPKI_HEAD = 12;

/** The 32 bytes of the key in `messageKey`, as an agent is told them. */
export function rawMessageKey(spki: string): string {
  return base64.encode(base64.decode(spki).slice(SPKI_HEAD));
}

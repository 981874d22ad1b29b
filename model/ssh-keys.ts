import { sha256 } from '@noble/hashes/sha2';
import { base64, base64nopad } from '@scure/base';

/** `SHA256:...` of a public key (`ssh-ed25519 ...`), as `ssh-keygen -l` shows it. */
export function sshFingerprint(publicKey: string): string {
  const [, blob] = publicKey.split(' ');
  return `SHA256:${base64nopad.encode(sha256(base64.decode(blob)))}`;
}

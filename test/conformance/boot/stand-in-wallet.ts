import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bakery } from '../../../model/bakery';
import { type BakerKey, signingKeysOf } from '../../../model/bakery-keys';

/** Addresses of bakers with keys that nobody else has: what a key signs is not the question of this part. */
const secretKeys = (keys: readonly BakerKey[]) =>
  keys.map(({ alias }) => ({ name: alias, value: `unencrypted:stand-in of ${alias}` }));

/** octez-signer's file of secret keys, with all that the bakery signs with. */
export const secretKeysOf = ({ settings }: Bakery) => JSON.stringify(secretKeys(signingKeysOf(settings)));

/** octez-signer's base directory with these keys. */
export function writeWallet(folder: string, keys: readonly BakerKey[]): void {
  mkdirSync(folder, { recursive: true });
  const files = {
    public_key_hashs: keys.map(({ alias, address }) => ({ name: alias, value: address })),
    public_keys: keys.map(({ alias, publicKey }) => ({ name: alias, value: `unencrypted:${publicKey}` })),
    secret_keys: secretKeys(keys),
  };
  for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), JSON.stringify(content));
}

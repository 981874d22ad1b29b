import { join } from 'node:path';
import { readText } from '../kit/files';
import { takeLock } from '../kit/lock-file';
import { Exit, pause } from '../kit/program';

/** The wallet of a base directory: three strict JSON files (octez.md 5, "Wallet files"; strict since 23.0). */
export interface WalletKey {
  readonly alias: string;
  readonly address: string;
  readonly publicKey?: string;
  /** Where to sign: `http://signer:6732/tz1...`, `unencrypted:edsk...`; absent: a key that only has an address here. */
  readonly secretKey?: string;
}

interface Entry {
  readonly name: string;
  readonly value: string | { readonly locator: string; readonly key?: string };
}

function entriesOf(baseDir: string, name: string): readonly Entry[] {
  const path = join(baseDir, name);
  const text = readText(path);
  if (text === undefined) return [];
  const problem = (why: string) =>
    new Exit(1, `Error:\n  could not read the ${name.replaceAll('_', ' ')} alias file: ${path}: ${why}\n`);
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    throw problem((error as Error).message);
  }
  if (!Array.isArray(list)) throw problem('expected a list');
  for (const [i, entry] of list.entries()) {
    const keys = Object.keys(entry ?? {})
      .sort()
      .join();
    if (keys !== 'name,value') throw problem(`At /${i}: expected exactly the fields name and value`);
  }
  return list as Entry[];
}

const textOf = (value: Entry['value']) => (typeof value === 'string' ? value : (value.key ?? ''));

export function readWallet(baseDir: string): WalletKey[] {
  const publicKeys = new Map(entriesOf(baseDir, 'public_keys').map(({ name, value }) => [name, textOf(value)]));
  const secretKeys = new Map(entriesOf(baseDir, 'secret_keys').map(({ name, value }) => [name, textOf(value)]));
  return entriesOf(baseDir, 'public_key_hashs').map(({ name: alias, value }) => ({
    alias,
    address: textOf(value),
    publicKey: publicKeys.get(alias)?.replace(/^unencrypted:/, ''),
    secretKey: secretKeys.get(alias),
  }));
}

/**
 * The public key that a software signature is checked with. Octez looks it up by the first name that secret_keys gives
 * that secret key, whatever name it was asked for, and fails where public_keys lacks the name (Client_keys.sign).
 */
export function mustKnowPublicKey(baseDir: string, secretKey: string): void {
  const first = entriesOf(baseDir, 'secret_keys').find(({ value }) => textOf(value) === secretKey);
  if (first === undefined || entriesOf(baseDir, 'public_keys').some(({ name }) => name === first.name)) return;
  throw new Error(`no public key alias named ${first.name}`);
}

/** The keys of a command line; none named: every one with a secret key. */
export function chosenKeys(wallet: readonly WalletKey[], names: readonly string[]): WalletKey[] {
  if (names.length === 0) return wallet.filter(({ secretKey }) => secretKey !== undefined);
  return names.map((name) => {
    const key = wallet.find(({ alias, address }) => alias === name || address === name);
    if (!key) throw new Exit(1, `Error:\n  Erroneous command line argument: no public key hash alias named ${name}\n`);
    if (!key.secretKey) throw new Exit(1, `Error:\n  no secret key alias named ${name}\n`);
    return key;
  });
}

/** The real programs hold it while they read and write their files. */
export async function withWalletLock<T>(baseDir: string, work: () => T): Promise<T> {
  const unlock = await lock(join(baseDir, 'wallet_lock'));
  try {
    return work();
  } finally {
    unlock();
  }
}

async function lock(path: string): Promise<() => void> {
  for (let attempts = 0; attempts < 100; attempts++) {
    let unlock: (() => void) | undefined;
    try {
      unlock = takeLock(path);
    } catch (error) {
      throw new Exit(1, `Error:\n  Unable to open ${path}: ${(error as Error).message}\n`);
    }
    if (unlock) return unlock;
    await pause(50);
  }
  throw new Exit(1, `Error:\n  ${path} is locked by another process\n`);
}

import { ask } from '../kit/http-client';
import { Exit, pause } from '../kit/program';
import { addressOfPublicKey, curveOf, ed25519Key, pseudoKey } from '../kit/secret-keys';
import type { WalletKey } from './base-dir-wallet';
import { signByLedger } from './ledger-key';

/** Signs with a key of the wallet, in this process or by a remote signer. */
export type Sign = (data: Buffer, version?: number) => Promise<string>;

export function signerOf({ alias, address, secretKey = '' }: WalletKey): Sign {
  if (secretKey.startsWith('unencrypted:')) return softwareKey(address, secretKey.slice('unencrypted:'.length));
  if (/^https?:/.test(secretKey)) return (data, version) => signRemotely(secretKey, data, version);
  if (secretKey.startsWith('ledger:')) return async (data) => signByLedger(secretKey, address, data);
  throw new Exit(
    1,
    `Error:\n  the key ${alias}: the stand-in signs unencrypted:, http: and ledger: keys, not ${secretKey.split(':')[0]}:\n`,
  );
}

function softwareKey(address: string, text: string): Sign {
  if (!text.startsWith('edsk')) {
    const key = pseudoKey(curveOf(address), text);
    return async (data) => key.sign(data);
  }
  const key = ed25519Key(text);
  if (key.publicKey && addressOfPublicKey(key.publicKey) !== address) {
    throw new Exit(1, `Error:\n  the secret key of ${address} is the one of ${addressOfPublicKey(key.publicKey)}\n`);
  }
  return async (data) => key.sign(data);
}

/** A remote key whose public key the wallet does not hold is asked for at the start (octez.md 5, `public_keys`). */
export async function publicKeyOf({ publicKey, secretKey = '' }: WalletKey): Promise<string | undefined> {
  if (publicKey || !/^https?:/.test(secretKey)) return publicKey;
  const url = new URL(secretKey);
  const path = url.pathname.replace(/\/([^/]*)$/, '/keys/$1');
  const answer = await retrying(`${url.origin}${path}`, 'GET');
  return (JSON.parse(answer) as { public_key: string }).public_key;
}

/** octez.md 7.2: authorized keys are asked before every signature; `version` is of the protocol's baker. */
async function signRemotely(locator: string, data: Buffer, version?: number): Promise<string> {
  const url = new URL(locator);
  const base = `${url.origin}${url.pathname.replace(/\/[^/]*$/, '')}`;
  const address = url.pathname.split('/').at(-1);
  await retrying(`${base}/authorized_keys`, 'GET');
  const query = version === undefined ? '' : `?version=${version}`;
  const answer = await retrying(`${base}/keys/${address}${query}`, 'POST', JSON.stringify(data.toString('hex')));
  const { signature } = JSON.parse(answer) as { signature?: string };
  if (!signature) throw new Error(`the signer's answer holds no signature: ${answer.trim()}`);
  return signature;
}

/** 502 is asked again, up to ten attempts in all, after 0, 0.1, ... 0.8 seconds; nothing else is (signing.md 0, fact 3). */
async function retrying(url: string, method: string, body?: string): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    const { status, text } = await ask(url, { method, body, headers: extraHeaders() });
    if (status === 200) return text;
    if (status !== 502 || attempt >= 9)
      throw new Error(`${method} ${url}: HTTP ${status} ${text.trim().slice(0, 200)}`);
    await pause(attempt * Number(process.env.STAND_IN_RESEND_MS ?? 100));
  }
}

/** TEZOS_SIGNER_HTTP_HEADERS: one a line, `host` and `x-*` only (octez.md 5). */
function extraHeaders(): Record<string, string> {
  const lines = (process.env.TEZOS_SIGNER_HTTP_HEADERS ?? '').split('\n').filter((line) => line.includes(':'));
  const pairs = lines.map((line) => [
    line.slice(0, line.indexOf(':')).trim().toLowerCase(),
    line.slice(line.indexOf(':') + 1).trim(),
  ]);
  return Object.fromEntries(pairs.filter(([name]) => name === 'host' || name.startsWith('x-')));
}

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { readWallet, withWalletLock } from '../client/base-dir-wallet';
import { clicError, type Flags, type Options, parseClic, parseGlobal, unrecognized } from '../kit/command-line';
import { readJson, replaceFile, toJson } from '../kit/files';
import { closeServer } from '../kit/http-server';
import { type Call, Exit, endOnSignals, forever, type Program, say } from '../kit/program';
import type { Release } from '../kit/release';
import { addressOfPublicKey, ed25519Key } from '../kit/secret-keys';
import { SignerHttp } from './signer-http';

const GLOBAL: Flags = { '--base-dir': 'value', '--require-authentication': 'switch', '--password-filename': 'value' };
const GLOBAL_ALIASES = { '-d': '--base-dir', '-A': '--require-authentication', '-f': '--password-filename' };

/** octez.md 7.1. */
function launchFlags({ version }: Release): { flags: Flags; aliases: Record<string, string> } {
  const flags: Flags = {
    '--address': 'value',
    '--port': 'value',
    '--magic-bytes': 'value',
    '--check-high-watermark': 'switch',
    '--pidfile': 'value',
  };
  const aliases = {
    '-a': '--address',
    '-p': '--port',
    '-M': '--magic-bytes',
    '-W': '--check-high-watermark',
    '-P': '--pidfile',
  };
  const since25: Flags = { '--allow-list-known-keys': 'switch', '--allow-to-prove-possession': 'switch' };
  return { flags: version === '7.5' ? flags : { ...flags, ...since25 }, aliases };
}

/** Global options, the three words of the command, the rest. */
export function parseSigner({ words }: Call): { global: Options; command: string; rest: string[] } {
  const { global, rest } = parseGlobal(words, { flags: GLOBAL, aliases: GLOBAL_ALIASES });
  return { global, command: rest.slice(0, 3).join(' '), rest: rest.slice(3) };
}

/** octez-signer and tezos-signer: `launch http signer`, and the little of its wallet that a bakery's pages name. */
export const signerProgram: Program = async (call) => {
  if (call.words[0] === '--version') {
    process.stdout.write(`00000000 (2026-01-01 00:00:00 +0000) (Octez ${call.release.version})\n`);
    return 0;
  }
  const { global, rest, command } = parseSigner(call);
  const baseDir = global.value('--base-dir') ?? join(process.env.HOME ?? homedir(), '.tezos-signer');
  if (global.has('--base-dir') && !existsSync(baseDir)) {
    throw new Exit(1, 'Error:\n  Specified --base-dir does not exist. Please create the directory and try again.\n');
  }
  mkdirSync(baseDir, { recursive: true });
  if (command === 'launch http signer') return launch(call, global, baseDir, rest);
  if (/^launch (https|socket|local) ?/.test(command)) {
    throw new Exit(1, `Error:\n  the stand-in launches http signers only, not: ${command}\n`);
  }
  if (command === 'add authorized key') return addAuthorizedKey(baseDir, rest);
  if (command === 'import secret key') return importSecretKey(baseDir, rest);
  if (command === 'list known addresses') {
    const lines = readWallet(baseDir).map(
      ({ alias, address, secretKey }) => `${alias}: ${address}${secretKey ? ' (sk known)' : ''}`,
    );
    process.stdout.write(`${lines.join('\n')}\n`);
    return 0;
  }
  throw unrecognized();
};

interface Launch {
  readonly options: Options;
  readonly magicBytes: readonly number[] | undefined;
  readonly port: number;
}

export function parseLaunch({ release }: Call, words: readonly string[]): Launch {
  const options = parseClic(words, launchFlags(release));
  if (options.positional.length > 0)
    throw clicError(`Extra command line arguments:\n  ${options.positional.join(' ')}.`);
  const magicBytes = options.value('--magic-bytes')?.split(',').map(Number);
  if (magicBytes?.some((byte) => !Number.isInteger(byte) || byte < 0 || byte > 255)) {
    throw clicError('Wrong value for command line option --magic-bytes.');
  }
  return { options, magicBytes, port: options.has('--port') ? options.integer('--port') : 6732 };
}

async function launch(call: Call, global: Options, baseDir: string, words: readonly string[]): Promise<number> {
  const { options, magicBytes, port } = parseLaunch(call, words);
  await withWalletLock(baseDir, () => readWallet(baseDir));
  const http = new SignerHttp({
    baseDir,
    readKeys: () => readWallet(baseDir),
    magicBytes,
    checksMarks: options.has('--check-high-watermark'),
    listsKeys: options.has('--allow-list-known-keys'),
    provesPossession: options.has('--allow-to-prove-possession'),
    requiresAuthentication: global.has('--require-authentication'),
    maxVersion: call.release.version === '7.5' ? undefined : 3,
  });
  const host = options.value('--address') ?? process.env.TEZOS_SIGNER_HTTP_HOST ?? 'localhost';
  const { server, port: bound } = await http.listen({ host, port }).catch((error: Error) => {
    throw new Exit(1, `Error:\n  ${error.message}\n`);
  });
  const pidfile = options.value('--pidfile');
  if (pidfile) writeFileSync(pidfile, `${process.pid}\n`);
  endOnSignals(() => closeServer(server));
  say(`Accepting HTTP requests on port ${bound}`);
  return forever();
}

/** `add authorized key edpk... [-N name]` (octez.md 7.1). */
function addAuthorizedKey(baseDir: string, words: readonly string[]): number {
  const options = parseClic(words, { flags: { '--name': 'value' }, aliases: { '-N': '--name' } });
  const [value] = options.positional;
  const address = value && addressOfPublicKey(value);
  if (!address) throw clicError(`Erroneous command line argument 4 (${value ?? ''}).`);
  const path = join(baseDir, 'authorized_keys');
  const known = readJson<{ name: string; value: string }[]>(path) ?? [];
  replaceFile(path, toJson([...known, { name: options.value('--name') ?? address, value }]));
  return 0;
}

/** `import secret key NAME unencrypted:edsk... | http://signer/pkh`. */
async function importSecretKey(baseDir: string, words: readonly string[]): Promise<number> {
  const { positional } = parseClic(words, { flags: { '--force': 'switch' }, aliases: { '-f': '--force' } });
  const [name, uri] = positional;
  if (!name || !uri) throw clicError('Unterminated command, here are possible completions.');
  const key = uri.startsWith('unencrypted:edsk') ? ed25519Key(uri.slice('unencrypted:'.length)) : undefined;
  const address = key?.address ?? uri.split('/').at(-1) ?? '';
  if (!/^tz[1-4]/.test(address)) throw clicError(`Erroneous command line argument 5 (${uri}).`);
  return withWalletLock(baseDir, () => {
    const add = (file: string, value: string) => {
      const path = join(baseDir, file);
      const known = (readJson<{ name: string; value: string }[]>(path) ?? []).filter((each) => each.name !== name);
      replaceFile(path, toJson([...known, { name, value }]));
    };
    add('public_key_hashs', address);
    if (key?.publicKey) add('public_keys', `unencrypted:${key.publicKey}`);
    add('secret_keys', uri);
    say(`Tezos address added: ${address}`);
    return 0;
  });
}

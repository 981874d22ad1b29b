import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { encode, PREFIX } from '../kit/base58';
import { readJson, replaceFile, toJson } from '../kit/files';
import { tryLock } from '../kit/lock-file';
import { Exit, say } from '../kit/program';
import { randomOrSeeded } from '../kit/randomness';
import type { Release } from '../kit/release';

/** Layout and versions of a node's data directory (octez.md 3.5; data_version.ml). */
export interface Identity {
  readonly peer_id: string;
  readonly public_key: string;
  readonly secret_key: string;
  readonly proof_of_work_stamp: string;
}

/** Upgraded at start, without a command. */
const AUTOMATIC: Readonly<Record<string, readonly string[]>> = { '3.3': ['3.2'], '0.0.4': [] };
/** Upgraded by `upgrade storage`. */
const UPGRADABLE: Readonly<Record<string, readonly string[]>> = {
  '3.3': ['3.1', '3.2'],
  '0.0.4': ['0.0.1', '0.0.2', '0.0.3'],
};

const versionFile = (dataDir: string) => join(dataDir, 'version.json');
export const identityFile = (dataDir: string) => join(dataDir, 'identity.json');

export function lockDataDir(dataDir: string): void {
  if (!tryLock(join(dataDir, 'lock'))) {
    throw new Exit(1, `Error: Data directory ${dataDir} is locked by another process.`);
  }
}

export const storedVersion = (dataDir: string) => readJson<{ version: string }>(versionFile(dataDir))?.version;

export function writeVersion(dataDir: string, release: Release): void {
  mkdirSync(dataDir, { recursive: true });
  replaceFile(versionFile(dataDir), `${JSON.stringify({ version: release.dataVersion })}\n`);
}

/** Creates it where there is none, upgrades what is upgraded without asking, refuses the rest. */
export function openDataDir(dataDir: string, release: Release): void {
  mkdirSync(dataDir, { recursive: true });
  const version = storedVersion(dataDir);
  if (version === undefined) {
    const foreign = readdirSync(dataDir).filter((name) => !isBareName(name));
    if (foreign.length > 0) {
      throw new Exit(
        1,
        `Error: Invalid data directory version: ${dataDir} has no version.json but ${foreign.join(', ')}`,
      );
    }
    writeVersion(dataDir, release);
  } else if (version !== release.dataVersion) {
    if (!AUTOMATIC[release.dataVersion].includes(version)) throw wrongVersion(dataDir, version, release);
    say(`upgrading data directory from ${version} to ${release.dataVersion}`);
    writeVersion(dataDir, release);
  }
}

function wrongVersion(dataDir: string, version: string, { dataVersion, prefix }: Release): Exit {
  const hint = UPGRADABLE[dataVersion].includes(version)
    ? `Use '${prefix}-node upgrade storage --data-dir ${dataDir}' to upgrade your storage.`
    : 'Your data directory cannot be upgraded: import a snapshot into a new one.';
  return new Exit(1, `Error: Invalid data directory version '${version}' (expected '${dataVersion}'). ${hint}`);
}

/** `upgrade storage [--status]`: with --status, 1 while an upgrade is pending (octez.md 3.4). */
export function upgradeStorage(dataDir: string, release: Release, statusOnly: boolean): number {
  const version = storedVersion(dataDir);
  if (version === undefined) throw new Exit(1, `Error: ${dataDir} is not a valid data directory: no version.json`);
  if (version === release.dataVersion) {
    say('Node data dir is up-to-date.');
    return 0;
  }
  if (!UPGRADABLE[release.dataVersion].includes(version)) throw wrongVersion(dataDir, version, release);
  if (statusOnly) {
    say(`Current version: ${version}. Available update: ${release.dataVersion}`);
    return 1;
  }
  lockDataDir(dataDir);
  writeVersion(dataDir, release);
  say(`The node's data dir was successfully upgraded to ${release.dataVersion}.`);
  return 0;
}

function isBareName(name: string): boolean {
  return /^(version\.json|identity\.json|config\.json|peers\.json|lock|daily_logs|.*rolling|.*full)$/.test(name);
}

/** An import takes a bare directory only; --force removes the rest (octez.md 3.5). */
export function requireBare(dataDir: string, force: boolean): void {
  if (!existsSync(dataDir)) return;
  const extra = readdirSync(dataDir).filter((name) => !isBareName(name) || name === 'daily_logs');
  if (extra.length === 0) return;
  if (!force) {
    throw new Exit(
      1,
      `Error: The data directory ${dataDir} is not clean: it contains ${extra.join(', ')}. Please remove them or use the option --force.`,
    );
  }
  for (const name of extra) rmSync(join(dataDir, name), { recursive: true, force: true });
}

/** A real one has a stamp of proof of work, which takes minutes; here only its form is right. */
export function generateIdentity(dataDir: string): Identity {
  const secret = randomOrSeeded(`identity ${dataDir}`);
  const publicKey = createHash('sha256').update(secret).digest();
  const identity = {
    peer_id: encode(PREFIX.peerId, createHash('md5').update(publicKey).digest()),
    public_key: publicKey.toString('hex'),
    secret_key: secret.toString('hex'),
    proof_of_work_stamp: randomOrSeeded(`stamp ${dataDir}`).subarray(0, 24).toString('hex'),
  };
  mkdirSync(dataDir, { recursive: true });
  replaceFile(identityFile(dataDir), toJson(identity));
  return identity;
}

export function readIdentity(dataDir: string): Identity | undefined {
  const identity = readJson<Identity>(identityFile(dataDir));
  if (identity && !identity.peer_id) throw new Exit(1, `Error: Invalid identity file ${identityFile(dataDir)}`);
  return identity;
}

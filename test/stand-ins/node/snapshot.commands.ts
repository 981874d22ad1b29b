import { existsSync } from 'node:fs';
import type { Options } from '../kit/command-line';
import { type Call, Exit, pause, say } from '../kit/program';
import type { Release } from '../kit/release';
import { readSnapshot, type Snapshot } from '../kit/snapshot-file';
import { configPath, dataDirOf, readConfig } from './config-file';
import { lockDataDir, requireBare, writeVersion } from './data-dir';
import { type HistoryMode, historyModeFromJson } from './history-mode';
import { readNetwork } from './known-networks';
import { Store } from './store';

/** `snapshot info [--json] FILE` and `snapshot import FILE` (octez.md 3.5). */
export function snapshotInfo({ release }: Call, options: Options): number {
  const { snapshot } = open(options.positional[0], release);
  const { version, chainName, mode, block } = snapshot;
  const timestamp = new Date(block.timeMs).toISOString().replace(/\.\d+Z$/, '-00:00');
  if (options.has('--json')) {
    const facts = { chain_name: chainName, mode, block_hash: block.hash, level: block.level, timestamp, version };
    process.stdout.write(`${JSON.stringify({ snapshot_header: facts })}\n`);
  } else {
    process.stdout.write(
      `Snapshot information:\n  chain ${chainName}, block hash ${block.hash} at level ${block.level}, timestamp ${timestamp} in ${mode} (snapshot version ${version})\n`,
    );
  }
  return 0;
}

function open(path: string | undefined, { prefix }: Release): { snapshot: Snapshot; isComplete: boolean } {
  if (path === undefined) throw new Exit(124, `${prefix}-node: required argument FILE is missing`);
  if (!existsSync(path)) throw new Exit(1, `Error: Cannot read the snapshot ${path}: no such file`);
  const found = readSnapshot(path);
  if (!found) throw new Exit(1, `Error: The file ${path} is not a valid snapshot.`);
  return found;
}

export async function snapshotImport({ release }: Call, options: Options): Promise<number> {
  const dataDir = dataDirOf(options);
  requireBare(dataDir, options.has('--force'));
  const found = open(options.positional[0], release);
  const config = readConfig(configPath(options)) ?? {};
  const network = readNetwork(config.network ?? 'mainnet', release);
  const configured = config.shell?.history_mode;
  const historyMode = importedMode(found.snapshot, configured && historyModeFromJson(configured), options);
  check(found, network.chainName, options.value('--block'), release);
  writeVersion(dataDir, release);
  lockDataDir(dataDir);
  const store = new Store(dataDir);
  const { block, context } = found.snapshot;
  try {
    say(`importing snapshot of ${network.chainName}: block ${block.hash} at level ${block.level}`);
    store.begin(block);
    // What an import takes; a kill in between leaves half a store. Milliseconds, for tests that want one.
    await pause(Number(process.env.STAND_IN_IMPORT_MS ?? 50));
    if (!found.isComplete)
      throw new Exit(1, 'Error: The snapshot is corrupted or truncated: cannot read its contents.');
    const kept =
      historyMode.kind === 'rolling' ? block.level - (1 + historyMode.additionalCycles) * context.blocksPerCycle : 0;
    store.finish({ network, historyMode, caboose: Math.max(0, kept), context });
  } catch (error) {
    store.remove();
    throw error;
  }
  say('successful import from the snapshot');
  return 0;
}

/** An inconsistent mode is refused; a rolling snapshot makes a rolling node, a full one a full or (reconstructed) archive one. */
function importedMode({ mode }: Snapshot, configured: HistoryMode | undefined, options: Options): HistoryMode {
  const wanted = configured ?? { kind: mode, additionalCycles: 1 };
  const reconstructs = options.has('--reconstruct') && mode === 'full' && wanted.kind === 'archive';
  const fits = wanted.kind === mode || (mode === 'full' && wanted.kind === 'rolling') || reconstructs;
  if (!fits) {
    throw new Exit(
      1,
      `Error: The history mode of the configuration (${wanted.kind}) is inconsistent with the one of the snapshot (${mode}).`,
    );
  }
  return wanted;
}

function check(
  { snapshot }: { snapshot: Snapshot },
  chainName: string,
  expected: string | undefined,
  release: Release,
): void {
  const { version, block } = snapshot;
  if (version !== release.snapshotVersion) {
    throw new Exit(
      1,
      `Error: The snapshot to import has version ${version}, but only version ${release.snapshotVersion} is supported.`,
    );
  }
  if (snapshot.chainName !== chainName) {
    throw new Exit(
      1,
      `Error: The chain name contained in the snapshot (${snapshot.chainName}) is not consistent with the current chain (${chainName}).`,
    );
  }
  if (expected !== undefined && expected !== block.hash) {
    throw new Exit(1, `Error: Failed to validate the snapshot: expected block hash ${expected}, found ${block.hash}.`);
  }
}

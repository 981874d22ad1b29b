import { existsSync } from 'node:fs';
import type { Options } from '../kit/command-line';
import { type Call, Exit, pause, say } from '../kit/program';
import type { Release } from '../kit/release';
import { readSnapshot, type Snapshot } from '../kit/snapshot-file';
import { configPath, dataDirOf, readConfig } from './config-file';
import { lockDataDir, requireBare, writeVersion } from './data-dir';
import { type HistoryMode, historyModeFromJson, historyModeText } from './history-mode';
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
  check(found, network.chainName, options.value('--block'), release);
  const historyMode = importedMode(found.snapshot, configured && historyModeFromJson(configured), { options, release });
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

interface Import {
  readonly options: Options;
  readonly release: Release;
}

/**
 * The mode of the snapshot, with one additional cycle, whatever number the configuration says; with another kind there the
 * import is refused (snapshots.ml; 7.5 did not look at the configuration). A full one can be reconstructed to an archive.
 */
function importedMode(
  { mode }: Snapshot,
  configured: HistoryMode | undefined,
  { options, release }: Import,
): HistoryMode {
  if (configured && configured.kind !== mode && release.version !== '7.5') {
    const [held, wanted] = [historyModeText({ kind: mode, additionalCycles: 1 }), historyModeText(configured)];
    throw new Exit(
      1,
      `Error: The history mode contained in the snapshot file (${held}) is not consistent with the one configured in the targeted data directory (${wanted}). Please check your configuration file.`,
    );
  }
  return options.has('--reconstruct') && mode === 'full'
    ? { kind: 'archive', additionalCycles: 0 }
    : { kind: mode, additionalCycles: 1 };
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

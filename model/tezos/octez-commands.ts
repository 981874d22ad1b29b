import type { OctezRelease } from './octez';
import type { Protocol } from './protocols';

/** Exact commands of octez-node and octez-signer in their release. A command is a list of words; the first is the program. */

export interface SignerRun {
  readonly release: OctezRelease;
  readonly protocol: Protocol;
  readonly baseDir: string;
  readonly address: string;
  readonly port: number;
}

/** octez-signer that holds the key itself: refuses levels it has passed (-W) and anything but consensus (-M). */
export function signerCommand({ release, protocol, baseDir, address, port }: SignerRun): string[] {
  const listen = ['-a', address, '-p', String(port)];
  const guard = ['-W', '-M', protocol.magicBytes.join(',')]; // both are in 7.x too (main_signer.ml)
  return [release.binaries.signer, '--base-dir', baseDir, 'launch', 'http', 'signer', ...listen, ...guard];
}

/**
 * octez-signer that holds wallets: signs what begins with 0x03 and nothing else (main_signer.ml). Those are all manager
 * operations, transfers too; blocks and votes it refuses. What guards against double signatures (-W) knows no transfers.
 */
export function walletSignerCommand({ release, baseDir, address, port }: Omit<SignerRun, 'protocol'>): string[] {
  const listen = ['-a', address, '-p', String(port)];
  return [release.binaries.signer, '--base-dir', baseDir, 'launch', 'http', 'signer', ...listen, '-M', '0x03'];
}

/** The setting `historyMode` of a bakery file. */
export interface HistoryMode {
  readonly rolling?: { readonly additionalCycles: number };
  readonly full?: object;
  readonly archive?: object;
}

export interface NodeRun {
  readonly release: OctezRelease;
  readonly dataDir: string;
  readonly configFile?: string;
  readonly netAddr: string;
  /** The port that peers are told, if it is not the one of `netAddr`. */
  readonly advertisedNetPort?: number;
  readonly rpcAddrs: readonly string[];
  /** Those of `rpcAddrs` on which every RPC is allowed. */
  readonly allowAllRpc: readonly string[];
  readonly metricsAddr: string;
  readonly historyMode: HistoryMode;
  readonly peers: readonly string[];
  /** Connects to `peers` only. */
  readonly isPrivate: boolean;
  /** Peers that must agree before the node is synced; absent: Octez' 4. A node that bakes takes 1: a lost zone must not stop it. */
  readonly synchronisationThreshold?: number;
}

/** `node run`. What the release lacks is left out. */
export function nodeCommand(run: NodeRun): string[] {
  const { release } = run;
  const words = [release.binaries.node, 'run', '--data-dir', run.dataDir];
  if (run.configFile) words.push('--config-file', run.configFile);
  words.push('--history-mode', historyModeWord(run.historyMode, release));
  // A store remembers its cycles too, and an import always stores one: without this flag another number stops the node.
  if (release.hasHistoryModeSwitch) words.push('--force-history-mode-switch');
  words.push('--net-addr', run.netAddr);
  if (run.advertisedNetPort && release.hasAdvertisedNetPort) {
    words.push('--advertised-net-port', String(run.advertisedNetPort));
  }
  for (const address of run.rpcAddrs) words.push('--rpc-addr', address);
  if (release.hasRpcAcl) for (const address of run.allowAllRpc) words.push('--allow-all-rpc', address);
  if (release.hasMetricsServer) words.push('--metrics-addr', run.metricsAddr);
  if (run.isPrivate) words.push('--private-mode', '--no-bootstrap-peers');
  for (const peer of run.peers) words.push('--peer', peer);
  if (run.isPrivate) words.push('--connections', String(connectionsFor(run.peers.length)));
  // --connections alone sets the threshold too: to 2 or more, which a node with one peer never reaches.
  const threshold = run.synchronisationThreshold ?? (run.isPrivate ? 1 : undefined);
  if (threshold !== undefined) words.push(release.synchronisationThresholdFlag, String(threshold));
  return words;
}

/** Makes the node's identity (minutes of proof of work); undefined where `node run` does that itself. */
export function identityCommand(release: OctezRelease, dataDir: string): string[] | undefined {
  return release.generatesIdentity ? undefined : [release.binaries.node, 'identity', 'generate', '--data-dir', dataDir];
}

/**
 * The N of `--connections` for a private node with this many peers. N makes min N/2 and expected N; a node looks for
 * peers while it has fewer than min + (expected - min)/3 (p2p_connect_handler.ml, integer division). That must be all
 * of its peers: with less it would be content after losing one sentry, and never redial it.
 */
export function connectionsFor(peers: number): number {
  let connections = 1;
  while (redialsBelow(connections) < peers) connections++;
  return connections;
}

function redialsBelow(connections: number): number {
  const min = Math.floor(connections / 2);
  return min + Math.floor((connections - min) / 3);
}

/**
 * `p2p.greylisting_config.increase-cap` of config.json for a private node, in seconds (point_reconnection_config.ml; in 7.5
 * p2p_point_state.ml, under the same names; there is no flag). By default the pause between two attempts grows by a fifth up to
 * two days, for trusted peers too: after a day without sentries the node would miss hours more.
 */
export const REDIAL_SECONDS = 20;

/** What `--history-mode` takes: of `node run` and of `config init` alike, or the node refuses what was imported. */
export function historyModeWord(mode: HistoryMode, release: OctezRelease): string {
  if (mode.archive) return 'archive';
  if (mode.full) return 'full';
  const { rollingHistoryMode, hasAdditionalCycles } = release;
  return hasAdditionalCycles && mode.rolling
    ? `${rollingHistoryMode}:${mode.rolling.additionalCycles}`
    : rollingHistoryMode;
}

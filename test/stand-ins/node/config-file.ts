import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Options } from '../kit/command-line';
import { readJson, replaceFile, toJson } from '../kit/files';
import { Exit } from '../kit/program';
import type { Release } from '../kit/release';
import { type HistoryMode, historyModeFromJson, historyModeJson, parseHistoryMode } from './history-mode';
import { fetchNetwork, type Network, readNetwork } from './known-networks';
import { type Redialling, redialling } from './redialling';
import { requireListeners } from './rpc-access';

/** config.json as it is on disk: strict, unknown keys are refused (octez.md 3.1). */
export interface ConfigFile {
  'data-dir'?: string;
  network?: string | object;
  rpc?: Record<string, any>;
  p2p?: Record<string, any>;
  shell?: Record<string, any>;
  metrics_addr?: string[];
  log?: object;
  'internal-events'?: object;
}

const KEYS: Readonly<Record<string, readonly string[]>> = {
  '': [
    'data-dir',
    'network',
    'rpc',
    'p2p',
    'shell',
    'metrics_addr',
    'log',
    'internal-events',
    'disable-config-validation',
  ],
  rpc: [
    ...['listen-addrs', 'listen-addr', 'external-listen-addrs', 'acl', 'cors-origin', 'cors-headers', 'crt', 'key'],
    ...['media-type', 'max_active_rpc_connections', 'enable-http-cache-headers'],
  ],
  p2p: [
    ...['bootstrap-peers', 'listen-addr', 'advertised-net-port', 'private-mode', 'expected-proof-of-work'],
    ...['disable_mempool', 'limits', 'greylisting_config', 'discovery-addr'],
  ],
  shell: [
    ...['history_mode', 'chain_validator', 'prevalidator', 'peer_validator', 'block_validator'],
    ...['storage_maintenance_delay', 'disable_context_pruning'],
  ],
  'p2p.greylisting_config': ['factor', 'initial-delay', 'disconnection-delay', 'increase-cap'],
};

export interface Limits {
  readonly min: number;
  readonly expected: number;
  readonly max: number;
}

/** What `run` works with: config.json, overruled by flags. */
export interface NodeConfig {
  readonly dataDir: string;
  readonly network: Network;
  readonly historyMode: HistoryMode;
  readonly hasOwnHistoryMode: boolean;
  readonly rpcAddrs: readonly string[];
  readonly allowAllRpc: readonly string[];
  readonly acl: readonly { address: string; whitelist?: string[]; blacklist?: string[] }[];
  readonly metricsAddrs: readonly string[];
  readonly netAddr: string;
  readonly advertisedPort?: number;
  readonly peers: readonly string[];
  readonly isPrivate: boolean;
  readonly limits: Limits;
  readonly synchronisationThreshold: number;
  readonly latencySeconds: number;
  readonly redialling: Redialling;
}

export function dataDirOf(options: Options): string {
  const home = process.env.HOME ?? homedir();
  return options.value('--data-dir') ?? process.env.TEZOS_NODE_DIR ?? join(home, '.tezos-node');
}

export const configPath = (options: Options) =>
  options.value('--config-file') ?? join(dataDirOf(options), 'config.json');

export function readConfig(path: string): ConfigFile | undefined {
  let config: ConfigFile | undefined;
  try {
    config = readJson<ConfigFile>(path);
  } catch (error) {
    throw new Exit(1, `Error: Corrupted configuration file ${path}: ${(error as Error).message}`);
  }
  if (config) {
    for (const [section, keys] of Object.entries(KEYS)) {
      const steps = section === '' ? [] : section.split('.');
      const value = steps.reduce((inner: any, step) => inner?.[step], config) ?? {};
      const unknown = Object.keys(value).find((key) => !keys.includes(key));
      const at = section === '' ? unknown : `${section}.${unknown}`;
      if (unknown) throw new Exit(1, `Error: Corrupted configuration file ${path}: At /${at}: unexpected object field`);
    }
    const wrong = Object.entries(config.p2p?.greylisting_config ?? {}).find(([, value]) => typeof value !== 'number');
    if (wrong)
      throw new Exit(
        1,
        `Error: Corrupted configuration file ${path}: At /p2p/greylisting_config/${wrong[0]}: expected a number`,
      );
  }
  return config;
}

export function writeConfig(path: string, config: ConfigFile): void {
  mkdirSync(dirname(path), { recursive: true });
  replaceFile(path, toJson(config));
}

/** The flags, written into a configuration (config init, reset, update). */
export async function configWith(base: ConfigFile, options: Options, release: Release): Promise<ConfigFile> {
  const config: ConfigFile = structuredClone(base);
  const set = (section: 'rpc' | 'p2p' | 'shell', key: string, value: unknown) => {
    config[section] = { ...config[section], [key]: value };
  };
  config['data-dir'] = dataDirOf(options);
  const network = options.value('--network');
  if (network !== undefined) config.network = await fetchNetwork(network, release);
  const mode = options.value('--history-mode');
  if (mode !== undefined) set('shell', 'history_mode', historyModeJson(parseHistoryMode(mode, release)));
  if (options.has('--rpc-addr')) set('rpc', 'listen-addrs', options.list('--rpc-addr'));
  requireListeners(options.list('--allow-all-rpc'), config.rpc?.['listen-addrs'] ?? []);
  if (options.has('--net-addr')) set('p2p', 'listen-addr', options.value('--net-addr'));
  if (options.has('--private-mode')) set('p2p', 'private-mode', true);
  // Written whether or not anybody asked: the network's list of the day stays in the file (patch_config of shared_arg.ml).
  const known = config.p2p?.['bootstrap-peers'] ?? readNetwork(config.network ?? 'mainnet', release).bootstrapPeers;
  const own = options.has('--no-bootstrap-peers') ? [] : known;
  set('p2p', 'bootstrap-peers', [...own, ...options.list('--peer')]);
  if (options.has('--connections')) set('p2p', 'limits', limitsJson(limitsFor(options.integer('--connections'))));
  const threshold = thresholdOf(options);
  if (threshold !== undefined) set('shell', 'chain_validator', { synchronisation_threshold: threshold });
  if (options.has('--metrics-addr')) config.metrics_addr = [...options.list('--metrics-addr')];
  return config;
}

/** `--connections N`: min N/2, expected N, max 3N/2; more than 100 is refused on the command line (octez.md 3.2). */
function limitsFor(n: number): Limits {
  if (n > 100) throw new Exit(1, 'Error: The number of expected connections is limited to `100`.');
  return { min: Math.floor(n / 2), expected: n, max: Math.floor((3 * n) / 2) };
}

const limitsJson = ({ min, expected, max }: Limits) => ({
  'min-connections': min,
  'expected-connections': expected,
  'max-connections': max,
});

function thresholdOf(options: Options): number | undefined {
  const name = ['--synchronisation-threshold', '--bootstrap-threshold'].find((each) => options.has(each));
  if (name) return options.integer(name);
  // --connections alone sets the threshold too (octez.md 3.2)
  return options.has('--connections') ? Math.max(Math.floor(options.integer('--connections') / 4), 2) : undefined;
}

export async function resolveConfig(options: Options, release: Release): Promise<NodeConfig> {
  const file = readConfig(configPath(options)) ?? {};
  const network = options.value('--network');
  if (network !== undefined && file.network !== undefined) {
    const wanted = JSON.stringify(await fetchNetwork(network, release));
    if (wanted !== JSON.stringify(file.network)) {
      throw new Exit(1, `Error: Cannot change the network of an existing configuration to ${network}.`);
    }
  }
  const config = await configWith(file, options, release);
  return fromFile(config, options, release, file.shell?.history_mode !== undefined);
}

function fromFile(config: ConfigFile, options: Options, release: Release, hasOwnHistoryMode: boolean): NodeConfig {
  const network = readNetwork(config.network ?? 'mainnet', release);
  const { rpc = {}, p2p = {}, shell = {} } = config;
  const limits = p2p.limits ?? {};
  const defaults = { min: 10, expected: 50, max: 100 };
  return {
    dataDir: dataDirOf(options),
    network,
    historyMode: historyModeFromJson(shell.history_mode ?? release.defaultHistoryMode),
    hasOwnHistoryMode: hasOwnHistoryMode || options.has('--history-mode'),
    rpcAddrs: rpc['listen-addrs'] ?? [],
    allowAllRpc: options.list('--allow-all-rpc'),
    acl: rpc.acl ?? [],
    metricsAddrs: config.metrics_addr ?? [],
    netAddr: p2p['listen-addr'] ?? '[::]:9732',
    ...(options.has('--advertised-net-port') ? { advertisedPort: options.integer('--advertised-net-port') } : {}),
    peers: p2p['bootstrap-peers'],
    isPrivate: p2p['private-mode'] === true,
    limits: {
      min: limits['min-connections'] ?? defaults.min,
      expected: limits['expected-connections'] ?? defaults.expected,
      max: limits['max-connections'] ?? defaults.max,
    },
    synchronisationThreshold: shell.chain_validator?.synchronisation_threshold ?? 4,
    redialling: redialling(p2p.greylisting_config ?? {}),
    latencySeconds: Number(options.value('--sync-latency') ?? shell.chain_validator?.latency ?? 50),
  };
}

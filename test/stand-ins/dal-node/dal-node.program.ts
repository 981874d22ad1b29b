import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { cmdlinerError, type Flags, type Options, parseCmdliner } from '../kit/command-line';
import { readJson, replaceFile, toJson } from '../kit/files';
import { type Call, Exit, type Program, say } from '../kit/program';
import { runDalNode } from './run-dal-node';

/** Flags of `octez-dal-node run` and `config ...` (octez.md 6). */
const FLAGS: Flags = {
  '--data-dir': 'value',
  '--config-file': 'value',
  '--endpoint': 'value',
  '--rpc-addr': 'value',
  '--net-addr': 'value',
  '--public-addr': 'value',
  '--metrics-addr': 'value',
  '--attester-profiles': 'value',
  '--operator-profiles': 'value',
  '--observer-profiles': 'value',
  '--bootstrap-profile': 'switch',
  '--history-mode': 'value',
  '--peers': 'value',
  '--ignore-l1-config-peers': 'switch',
  '--ban-addr': 'value',
  '--expected-pow': 'value',
  '--fetch-trusted-setup': 'value',
  '--ignore-l1-history-check': 'switch',
  '--slots-backup-uri': 'value',
  '--disable-amplification': 'switch',
  '--batching-time-interval': 'value',
  '--verbose': 'switch',
  '--service-name': 'value',
  '--service-namespace': 'value',
};
const ALIASES = { '-E': '--endpoint', '-d': '--data-dir', '--attester': '--attester-profiles' };

export interface DalConfig {
  readonly dataDir: string;
  readonly endpoint: string;
  readonly rpcAddr: string;
  readonly netAddr: string;
  readonly publicAddr?: string;
  readonly metricsAddr?: string;
  readonly attesters: readonly string[];
  readonly peers: readonly string[];
}

interface ConfigFile {
  version: number;
  attester_profiles?: string[];
  [key: string]: unknown;
}

/** The command and its options, or the refusal of cmdliner. */
export function parseDalNode({ name, words }: Call): { command: string; options: Options } {
  const isConfig = words[0] === 'config';
  const command = words.slice(0, isConfig ? 2 : 1).join(' ');
  if (!['run', 'config init', 'config reset', 'config update'].includes(command)) {
    throw cmdlinerError(name, isConfig ? 'config' : '', `unknown command '${words[isConfig ? 1 : 0] ?? ''}'.`);
  }
  const options = parseCmdliner(name, command, words.slice(isConfig ? 2 : 1), { flags: FLAGS, aliases: ALIASES });
  if (options.positional.length > 0) {
    throw cmdlinerError(name, command, `too many arguments, don't know what to do with '${options.positional[0]}'`);
  }
  return { command, options };
}

export const dalNodeProgram: Program = async (call) => {
  const { command, options } = parseDalNode(call);
  const dataDir = options.value('--data-dir') ?? join(process.env.HOME ?? homedir(), '.tezos-dal-node');
  const file = options.value('--config-file') ?? join(dataDir, 'config.json');
  const [, what] = command.split(' ');
  if (what) return writeConfig(what, dataDir, file, options);
  return run(call, dataDir, file, options);
};

function readConfig(file: string): ConfigFile | undefined {
  const config = readJson<ConfigFile>(file);
  if (config && typeof config.version !== 'number')
    throw new Exit(1, `Error: ${file}: At /: missing object field version`);
  return config;
}

/** `init` fails where a configuration exists, `update` where none does (octez.md 6). */
function writeConfig(what: string, dataDir: string, file: string, options: Options): number {
  const exists = existsSync(file);
  if (what === 'init' && exists) throw new Exit(1, `Error: A configuration exists: ${file}`);
  if (what === 'update' && !exists) throw new Exit(1, `Error: There is no configuration: ${file}`);
  mkdirSync(dataDir, { recursive: true });
  const known = what === 'update' ? readConfig(file) : undefined;
  replaceFile(file, toJson({ ...known, ...configOf(dataDir, known, options) }));
  return 0;
}

const configOf = (dataDir: string, known: ConfigFile | undefined, options: Options) => ({
  version: 2,
  data_dir: dataDir,
  attester_profiles: profilesOf(known, options),
});

/** Those of the command line are added to those that were written down. */
function profilesOf(known: ConfigFile | undefined, options: Options): string[] {
  const named =
    options
      .value('--attester-profiles')
      ?.split(',')
      .filter((each) => each !== '') ?? [];
  const wrong = named.find((each) => !/^tz[1-4][1-9A-HJ-NP-Za-km-z]{33}$/.test(each));
  if (wrong) {
    throw new Exit(124, `octez-dal-node: option '--attester-profiles': Unrecognized profile ${wrong}`);
  }
  return [...new Set([...(known?.attester_profiles ?? []), ...named])];
}

async function run(call: Call, dataDir: string, file: string, options: Options): Promise<number> {
  mkdirSync(join(dataDir, 'store'), { recursive: true });
  const known = readConfig(file);
  const config = configOf(dataDir, known, options);
  replaceFile(file, toJson({ ...known, ...config }));
  say(`attester profiles: ${config.attester_profiles.join(', ')}`);
  return runDalNode(call, {
    dataDir,
    endpoint: (options.value('--endpoint') ?? 'http://localhost:8732').replace(/\/$/, ''),
    rpcAddr: options.value('--rpc-addr') ?? '127.0.0.1:10732',
    netAddr: options.value('--net-addr') ?? '0.0.0.0:11732',
    publicAddr: options.value('--public-addr'),
    metricsAddr: options.value('--metrics-addr'),
    attesters: config.attester_profiles,
    peers: options.value('--peers')?.split(',') ?? [],
  });
}

import { cmdlinerError, type Options, parseCmdliner } from '../kit/command-line';
import { toJson } from '../kit/files';
import { type Call, Exit, type Program, say } from '../kit/program';
import { configPath, configWith, dataDirOf, readConfig, writeConfig } from './config-file';
import { generateIdentity, identityFile, readIdentity, upgradeStorage } from './data-dir';
import { fetchNetwork } from './known-networks';
import { nodeAliases, nodeFlags } from './node-flags';
import { runNode } from './run.command';
import { snapshotImport, snapshotInfo } from './snapshot.commands';

const GROUPS = ['config', 'identity', 'upgrade', 'snapshot'];
/** Commands with an argument; the others have none. */
const TAKES_ONE = ['snapshot import', 'snapshot info', 'identity generate'];

/** octez-node and tezos-node: one command, or a group's. */
export const nodeProgram: Program = async (call) => {
  const { release, words } = call;
  if (words[0] === '--version') {
    process.stdout.write(`stand-in (Octez ${release.version})\n`);
    return 0;
  }
  const { command, options } = parseNode(call);
  return commandNamed(command)(call, options);
};

/** The command and its options, or the refusal of cmdliner. */
export function parseNode({ name, release, words }: Call): { command: string; options: Options } {
  const length = GROUPS.includes(words[0]) ? 2 : 1;
  const command = words.slice(0, length).join(' ');
  const flags = nodeFlags(command, release);
  if (!flags) {
    const [first, second = ''] = words;
    const known = GROUPS.includes(first);
    throw cmdlinerError(name, known ? first : '', `unknown command '${known ? second : (first ?? '')}'.`);
  }
  const options = parseCmdliner(name, command, words.slice(length), { flags, aliases: nodeAliases });
  const extra = options.positional[TAKES_ONE.includes(command) ? 1 : 0];
  if (extra !== undefined) {
    throw cmdlinerError(name, command, `too many arguments, don't know what to do with '${extra}'`);
  }
  return { command, options };
}

type Command = (call: Call, options: Options) => Promise<number> | number;

function commandNamed(command: string): Command {
  const [group, what = ''] = command.split(' ');
  if (command === 'run') return runNode;
  if (group === 'config') return (call, options) => configCommand(call, options, what);
  if (group === 'identity') return (call, options) => identityCommand(call, options, what);
  if (command === 'upgrade storage')
    return ({ release }, options) => upgradeStorage(dataDirOf(options), release, options.has('--status'));
  if (command === 'snapshot info') return snapshotInfo;
  if (command === 'snapshot import') return snapshotImport;
  throw new Error(`${command} has flags and no program`);
}

/** `init` fails where a configuration exists, `reset` starts anew, `update` changes it (octez.md 3.1). */
async function configCommand({ release, name }: Call, options: Options, what: string): Promise<number> {
  const path = configPath(options);
  const known = readConfig(path);
  if (what === 'show') {
    process.stdout.write(toJson(known ?? (await configWith({}, options, release))));
    return 0;
  }
  if (what === 'init' && known) {
    throw new Exit(
      1,
      `Error: Pre-existing configuration file at ${path}, use \`${name} config reset\` or \`${name} config update\`.`,
    );
  }
  if (what === 'update' && known && options.has('--network')) {
    const network = await fetchNetwork(options.value('--network') ?? '', release);
    if (JSON.stringify(network) !== JSON.stringify(known.network)) {
      throw new Exit(1, `Error: Cannot change the network of an existing configuration (${path}).`);
    }
  }
  writeConfig(path, await configWith(what === 'update' ? (known ?? {}) : {}, options, release));
  say(`Created ${path}.`);
  return 0;
}

function identityCommand({ name }: Call, options: Options, what: string): number {
  const dataDir = dataDirOf(options);
  const known = readIdentity(dataDir);
  if (what === 'generate') {
    if (known) throw new Exit(1, `Error: Cannot overwrite the existing identity file ${identityFile(dataDir)}.`);
    say(`Generating a new identity... (level: ${options.positional[0] ?? '26.'})`);
    const { peer_id } = generateIdentity(dataDir);
    say(`Stored the new identity (${peer_id}) into '${identityFile(dataDir)}'.`);
    return 0;
  }
  if (!known)
    throw new Exit(
      1,
      `Error: Cannot find the identity file '${identityFile(dataDir)}': use '${name} identity generate'.`,
    );
  say(what === 'show' ? `Peer_id: ${known.peer_id}.` : `Peer_id: ${known.peer_id}. Proof of work is higher than 26.`);
  return 0;
}

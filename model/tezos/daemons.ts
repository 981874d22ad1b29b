import type { OctezRelease } from './octez';
import type { Protocol } from './protocols';

/**
 * Joins the chain's protocol and the Octez release, once: which daemons a bakery runs, and their exact commands.
 * Charts loop over the daemons and ask for nothing that is decided here. A command is a list of words whose first one
 * is the absolute path of the program (`command:` of a container; the entrypoint of the image is not used).
 */

/** Needs a client directory of its own: with a wallet, and persistent (baker, endorser), or empty (accuser). */
export interface ClientDaemon {
  readonly name: 'baker' | 'accuser' | 'endorser';
  readonly binary: string;
  /** 'private-node': a container in the private node's pod. The baker reads the node's context from its disk. */
  readonly runsWith: 'private-node' | 'own-pod';
  readonly command: (run: ClientRun) => string[];
}

export interface DalNodeDaemon {
  readonly name: 'dal-node';
  readonly binary: string;
  readonly runsWith: 'own-pod';
  readonly command: (run: DalNodeRun) => string[];
}

export type Daemon = ClientDaemon | DalNodeDaemon;
export type DaemonName = Daemon['name'];
/** The daemon of that name, with the input that its command takes. */
export type DaemonNamed<N extends DaemonName> = N extends 'dal-node' ? DalNodeDaemon : ClientDaemon;

export interface ClientRun {
  /** URL of the node's RPC, e.g. http://127.0.0.1:8732. */
  readonly endpoint: string;
  readonly baseDir: string;
  /** Baker only: the data directory of the node beside it. */
  readonly nodeDataDir?: string;
  /** Aliases in the wallet: consensus key (or the delegate's own) and companion key of each baker. */
  readonly keys: readonly string[];
  readonly liquidityBakingVote: 'on' | 'off' | 'pass';
  /** URL of the DAL node's RPC; absent: the bakery runs without DAL. */
  readonly dalNode?: string;
}

export interface DalNodeRun {
  /** URL of the RPC of the node it follows; absent: whoever starts it adds `--endpoint`. */
  readonly endpoint?: string;
  readonly dataDir: string;
  readonly rpcAddr: string;
  readonly netAddr: string;
  readonly metricsAddr: string;
  /** Numeric address:port that peers dial; known after the first deploy. Without it the node only dials out. */
  readonly publicAddr?: string;
  /** Addresses of the delegates, not of their consensus keys. */
  readonly attesters: readonly string[];
}

export interface Versions {
  readonly protocol: Protocol;
  readonly bakerRelease: OctezRelease;
  /** The bakery wants to attest the DAL. */
  readonly dal: boolean;
}

/** The daemons beside the nodes, in the order in which they are rendered. Daemons are of the baker's release. */
export function daemonsOf({ protocol, bakerRelease, dal }: Versions): Daemon[] {
  const client = (name: ClientDaemon['name'], runsWith: ClientDaemon['runsWith'], words: Words): ClientDaemon => {
    const binary = daemonBinary(name, protocol, bakerRelease);
    return {
      name,
      binary,
      runsWith,
      command: (run) => [binary, ...globalWords(run, bakerRelease), ...words(run), ...keepAlive(bakerRelease)],
    };
  };
  const daemons: Daemon[] = [
    client('baker', 'private-node', (run) => bakerWords(run, protocol, bakerRelease)),
    client('accuser', 'own-pod', () => ['run']),
  ];
  if (protocol.consensus === 'emmy') daemons.push(client('endorser', 'own-pod', (run) => ['run', ...run.keys]));
  const dalNode = bakerRelease.binaries.dalNode;
  if (dal && protocol.hasDal && dalNode) {
    daemons.push({
      name: 'dal-node',
      binary: dalNode,
      runsWith: 'own-pod',
      command: (run) => dalNodeCommand(dalNode, run),
    });
  }
  return daemons;
}

type Words = (run: ClientRun) => string[];

function daemonBinary(name: ClientDaemon['name'], protocol: Protocol, release: OctezRelease): string {
  const suffixes = {
    none: '',
    hash: `-${protocol.hashPrefix}`,
    'number-and-hash': `-${protocol.number}-${protocol.hashPrefix}`,
  };
  return `${release.daemonPrefix}${name}${suffixes[release.protocolSuffix]}`;
}

/** Global options: they must come before the command. */
function globalWords({ endpoint, baseDir }: ClientRun, release: OctezRelease): string[] {
  if (release.endpointFlags === 'endpoint') return ['--endpoint', endpoint, '--base-dir', baseDir];
  const { hostname, port, protocol } = new URL(endpoint);
  const tls = protocol === 'https:';
  const address = ['--addr', hostname, '--port', port || (tls ? '443' : '80'), ...(tls ? ['--tls'] : [])];
  return [...address, '--base-dir', baseDir];
}

function bakerWords(run: ClientRun, protocol: Protocol, release: OctezRelease): string[] {
  const words = ['run', 'with', 'local', 'node', localData(run), ...run.keys];
  if (protocol.liquidityBakingVote === 'toggle') words.push('--liquidity-baking-toggle-vote', run.liquidityBakingVote);
  if (protocol.liquidityBakingVote === 'escape-flag' && run.liquidityBakingVote === 'off') {
    words.push('--liquidity-baking-escape-vote');
  }
  if (release.dalChoice === 'absent') return words;
  if (run.dalNode && protocol.hasDal) words.push('--dal-node', run.dalNode);
  else if (release.hasWithoutDal) words.push('--without-dal');
  return words;
}

/** The baker reads the node's context from its disk. */
function localData({ nodeDataDir }: ClientRun): string {
  if (nodeDataDir === undefined)
    throw new Error('the baker runs beside its node, and must be told where its data lies');
  return nodeDataDir;
}

const keepAlive = (release: OctezRelease) => (release.hasKeepAlive ? ['--keep-alive'] : []);

function dalNodeCommand(binary: string, run: DalNodeRun): string[] {
  const words = [binary, 'run', ...(run.endpoint ? ['--endpoint', run.endpoint] : [])];
  words.push('--data-dir', run.dataDir, '--rpc-addr', run.rpcAddr, '--net-addr', run.netAddr);
  if (run.publicAddr) words.push('--public-addr', run.publicAddr);
  // The baker cannot set the profiles: on an address other than loopback the DAL node's RPC is read-only since 25.
  return [...words, '--metrics-addr', run.metricsAddr, '--attester-profiles', run.attesters.join(',')];
}

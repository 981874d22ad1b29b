import { chainConstants, type TezosNetwork } from './networks';
import type { OctezRelease } from './octez';
import { type Protocol, protocolNamed, protocols } from './protocols';

/** What judges requests to sign must know of a chain: for every protocol that it can run without another release of Octez. */
export interface SignedChain {
  /** The shortest time between two blocks. Milliseconds. */
  readonly blockMs: number;
  /** The least by which a round lasts longer than the one before it. Milliseconds. */
  readonly roundGrowthMs: number;
  /** Unix milliseconds of its first block, or of an earlier moment. */
  readonly startMs: number;
  /** First bytes of what bakers sign. */
  readonly firstBytes: readonly number[];
  readonly voteTags: Protocol['voteTags'];
}

/** The first block of mainnet (block_genesis_time of config_file.ml): no chain is older. */
const FIRST_GENESIS = '2018-06-30T16:07:32Z';

/** `releases`: of the bakery's nodes and bakers. */
export function signedChain(network: TezosNetwork, releases: readonly OctezRelease[]): SignedChain {
  const run = runnable(network, releases);
  const tagsOf = (of: (tags: Protocol['voteTags']) => readonly number[]) => union(run.map((each) => of(each.voteTags)));
  return {
    blockMs: Math.min(...run.map((protocol) => blockSeconds(network, protocol))) * 1000,
    roundGrowthMs: Math.min(...run.map((protocol) => roundGrowthSeconds(network, protocol))) * 1000,
    startMs: genesisOf(network),
    firstBytes: union(run.map(({ magicBytes }) => magicBytes.map(Number))),
    voteTags: {
      preattestation: {
        slot: tagsOf(({ preattestation }) => preattestation.slot),
        slotless: tagsOf(({ preattestation }) => preattestation.slotless),
      },
      attestation: {
        slot: tagsOf(({ attestation }) => attestation.slot),
        slotWithDal: tagsOf(({ attestation }) => attestation.slotWithDal),
        slotless: tagsOf(({ attestation }) => attestation.slotless),
      },
      endorsement: tagsOf(({ endorsement }) => endorsement),
    },
  };
}

/** What the chain runs by our tables, and what it may switch to: protocols only follow each other. */
function runnable({ protocol: name }: TezosNetwork, releases: readonly OctezRelease[]): Protocol[] {
  const current = protocolNamed(name);
  if (!current) throw new Error(`protocol ${name} passed the rules but is not in the tables`);
  const known = new Set(releases.flatMap(({ bakerProtocols }) => bakerProtocols));
  return protocols.filter(({ number }) => number === current.number || (number > current.number && known.has(number)));
}

/** A chain that is faster than mainnet under one protocol may be so under the next one. */
function blockSeconds(network: TezosNetwork, { name, blockSeconds: ofProtocol }: Protocol): number {
  const own = chainConstants(network)?.blockSeconds ?? ofProtocol;
  return name === network.protocol ? own : Math.min(own, ofProtocol);
}

/** Test chains have their own, in whole seconds and never 0 (default_parameters.ml); a chain with blocks of its own may have any. */
function roundGrowthSeconds({ constants }: TezosNetwork, protocol: Protocol): number {
  if (!constants) return protocol.roundGrowthSeconds;
  return constants.blockSeconds === undefined ? Math.min(1, protocol.roundGrowthSeconds) : 0;
}

/** The names of test chains end with the time of their first block. */
function genesisOf({ chainName, config }: TezosNetwork): number {
  const [named] = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.exec(chainName ?? '') ?? [];
  const { time } = (config.inline?.genesis ?? {}) as { readonly time?: unknown };
  const known = Date.parse(named ?? String(time));
  return Number.isNaN(known) ? Date.parse(FIRST_GENESIS) : known;
}

function union(lists: readonly (readonly number[])[]): number[] {
  return [...new Set(lists.flat())].sort((a, b) => a - b);
}

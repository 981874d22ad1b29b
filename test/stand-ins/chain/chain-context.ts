import { createHash } from 'node:crypto';
import { encode, PREFIX } from '../kit/base58';
import { blake2b } from '../kit/blake2b';
import { madeSecretKey } from '../kit/secret-keys';
import type { FirstAccount } from './accounts';

/**
 * What everyone on the simulated network agrees on besides the blocks: protocols, times, who has which rights. The chain
 * server is its author; it travels through the peers like blocks do, newest serial first.
 */
export interface ChainContext {
  readonly serial: number;
  /** e.g. TEZOS_MAINNET: peers of another network are refused, snapshots of another one too. */
  readonly chainName: string;
  readonly chainId: string;
  readonly seed: string;
  readonly blockTimeMs: number;
  /** What each further round (Emmy: priority) takes longer. */
  readonly roundIncrementMs: number;
  readonly blocksPerCycle: number;
  readonly blocksPerCommitment: number;
  /** Blocks up to this level are history: their hashes follow from seed, network and level alone. */
  readonly startLevel: number;
  readonly startTimeMs: number;
  readonly protocols: readonly { readonly fromLevel: number; readonly hash: string }[];
  readonly delegates: readonly Delegate[];
  /** By address: what accounts have at the start level; operations change them from there. */
  readonly accounts: Readonly<Record<string, FirstAccount>>;
  /** Instead of what the protocol says: for how many blocks after its branch an operation may be included. */
  readonly maxOperationsTtl?: number;
  /** Addresses whose operations no baker includes. */
  readonly censored: readonly string[];
  readonly dalBootstrapPeers: readonly string[];
  /** Slots of the data availability layer that attesters find complete. */
  readonly dalSlots: readonly number[];
  /** Delegates that have attested a slot with traps: everybody's DAL node accuses them, their own one halts. */
  readonly dalTrapped: readonly string[];
  /** Troubles of the bakery's own nodes, which hear of them as they hear of blocks. */
  readonly nodeFaults: readonly NodeFault[];
  /** Troubles of the sites of stand-in-web, by their place in its list. */
  readonly siteFaults: Readonly<Record<string, SiteFault>>;
}

/** How a site of the simulated internet misbehaves. */
export interface SiteFault {
  /** Connections are closed without an answer. */
  readonly down?: boolean;
  /** Announces more bytes than it sends. */
  readonly liesAboutSize?: boolean;
  /** The file itself is cut short, its announced size is right. */
  readonly truncated?: boolean;
  /** Blocks and snapshots are of another branch. */
  readonly otherChain?: boolean;
  readonly bytesPerSecond?: number;
  readonly status?: number;
}

export interface NodeFault {
  /** A peer id, `private` (the private node) or `public` (the sentries). */
  readonly node: string;
  /** Every request waits for ever. */
  readonly rpcHangs?: boolean;
  /** Blocks and operations are refused. */
  readonly refusesInjection?: boolean;
  /** What is injected is taken, and the connection closed without an answer. */
  readonly losesInjectionAnswers?: boolean;
  /** Learns of no block any more, and goes on answering. */
  readonly lags?: boolean;
  /** Stops, once, while it writes the block of that level, of which half reaches the disk: only a SIGKILL ends it then. */
  readonly stopsWriting?: number;
}

export interface Delegate {
  readonly delegate: string;
  readonly consensusKey?: string;
  readonly companionKey?: string;
  /** Of the key that signs; where it is an Ed25519 key, signatures are checked. */
  readonly publicKey?: string;
  /** Part of all baking rights, 0 to 1. */
  readonly share: number;
  /** Instead of a share: bakes round 0 of exactly these. */
  readonly levels?: readonly number[];
  readonly attests: boolean;
  readonly slot: number;
  readonly balance: string;
}

/** octez.md 2: separate endorsers up to 011, Tenderbake from 012 on. */
const LEGACY = ['PsCARTHA', 'PsDELPH1', 'PtEdo2Zk', 'PsFLoren', 'PtGRANAD', 'PtHangz2'];

export const defaultContext: ChainContext = {
  serial: 1,
  chainName: 'TEZOS_MAINNET',
  chainId: 'NetXdQprcVkpaWU',
  seed: 'stand-in',
  blockTimeMs: 6000,
  roundIncrementMs: 3000,
  blocksPerCycle: 14400,
  blocksPerCommitment: 112,
  startLevel: 0,
  startTimeMs: 0,
  protocols: [{ fromLevel: 0, hash: 'PsUshuai9QapM5TGj1JpuVGkdxz5GykdnEvS6Rh8SUVrARvZLCY' }],
  delegates: [],
  accounts: {},
  censored: [],
  dalBootstrapPeers: [],
  dalSlots: [],
  dalTrapped: [],
  nodeFaults: [],
  siteFaults: {},
};

export function protocolAt(context: ChainContext, level: number): string {
  const known = context.protocols.filter(({ fromLevel }) => fromLevel <= level);
  return (known.at(-1) ?? context.protocols[0]).hash;
}

export const isLegacy = (protocol: string) => LEGACY.includes(protocol.slice(0, 8));
export const cycleOf = (context: ChainContext, level: number) =>
  Math.floor(Math.max(0, level - 1) / context.blocksPerCycle);

/** A number of [0, 1) that follows from the seed and the words. */
export function draw(seed: string, ...words: (string | number)[]): number {
  const digest = createHash('sha256')
    .update([seed, ...words].join('|'))
    .digest();
  return digest.readUInt32BE() / 2 ** 32;
}

export function madeHash(prefix: readonly number[], ...words: (string | number)[]): string {
  return encode(prefix, blake2b(Buffer.from(words.join('|'))));
}

const othersCache = new Map<string, string>();
/** The address of all bakers that are not the bakery's. */
export function others(seed: string): string {
  const known = othersCache.get(seed) ?? madeSecretKey(`others ${seed}`).address;
  othersCache.set(seed, known);
  return known;
}

/** The delegate that may bake at that level and round. */
export function bakerAt(context: ChainContext, level: number, round: number): string {
  const scripted = context.delegates.find(({ levels }) => round === 0 && levels?.includes(level));
  if (scripted) return scripted.delegate;
  let left = draw(context.seed, 'baker', level, round);
  for (const { delegate, share, levels } of context.delegates) {
    if (levels) continue;
    left -= share;
    if (left < 0) return delegate;
  }
  return others(context.seed);
}

export const attestersAt = (context: ChainContext) => context.delegates.filter(({ attests }) => attests);
export const signingKey = ({ delegate, consensusKey }: Delegate) => consensusKey ?? delegate;

/** Milliseconds after its predecessor at which a block of that round is due. */
export function dueAfter({ blockTimeMs, roundIncrementMs }: ChainContext, round: number, legacy: boolean): number {
  if (legacy) return blockTimeMs + round * roundIncrementMs;
  return blockTimeMs * (round + 1) + (roundIncrementMs * round * (round - 1)) / 2;
}

/** The hash of a block of the history. Everyone knows the first one, before anybody has told the seed. */
export function ancientHash({ seed, chainName }: Pick<ChainContext, 'seed' | 'chainName'>, level: number): string {
  return level === 0 ? genesisHash(chainName) : madeHash(PREFIX.block, seed, chainName, 'ancient', level);
}

export const genesisHash = (chainName: string) => madeHash(PREFIX.block, chainName, 'genesis');

import type { Json } from '../runtime/json';
import type { Rpc } from '../runtime/rpc';
import type { Block } from './chain-block';
import type { BlockRank } from './chain-exporter.contract';
import { priorityChain } from './priority-chain';
import { roundChain } from './round-chain';

/** By delegate: how many slots. */
export type Slots = ReadonlyMap<string, number>;

/** What is missed in this cycle so far, by delegate; nothing where the chain does not count it. */
export type MissedSoFar = ReadonlyMap<string, { readonly levels: number; readonly slots: number }>;

/** The votes for `block` are in `next`. */
export interface VotedLevel {
  readonly block: Block;
  readonly next: Block;
  /** In block order: `before` at `block`, `after` at `next`. */
  readonly before: MissedSoFar;
  readonly after: MissedSoFar;
  /** Delegates of ours whose vote `next` lacks. */
  readonly unseen: readonly string[];
}

/** What differs between chains: chosen once, from the configuration. */
export interface ChainKind {
  /** Blocks behind a block after which it stays. */
  readonly confirmations: number;
  rankOf(header: Json): number;
  /** The lowest rank below `rank` in which each of these delegates could have baked the level of `block`. */
  lowestRanks(rpc: Rpc, block: Block, delegates: readonly string[]): Promise<Slots>;
  missedSoFar(rpc: Rpc, block: Block, delegates: readonly string[]): Promise<MissedSoFar>;
  /** Who of `unseen` had the right to vote. */
  missedVotes(rpc: Rpc, voted: VotedLevel): Promise<Slots>;
}

export const chainKinds: Readonly<Record<BlockRank, ChainKind>> = { round: roundChain, priority: priorityChain };

import { PREFIX } from '../kit/base58';
import type { Kind } from '../kit/consensus-bytes';
import { ancientHash, bakerAt, type ChainContext, dueAfter, isLegacy, madeHash, protocolAt } from './chain-context';

export interface Operation {
  readonly hash: string;
  readonly kind: Exclude<Kind, 'block' | 'emmy-block'> | 'manager' | 'other';
  /** Branch, contents and signature. */
  readonly data: string;
  readonly level?: number;
  readonly round?: number;
  readonly delegate?: string;
}

export const isVote = ({ kind }: Pick<Operation, 'kind'>) => kind !== 'other' && kind !== 'manager';

/** A block as it travels. Those of other bakers have no bytes: their hashes follow from the seed. */
export interface Block {
  readonly hash: string;
  readonly level: number;
  readonly round: number;
  readonly predecessor: string;
  readonly timeMs: number;
  readonly protocol: string;
  readonly baker: string;
  /** Signed header in hex, of blocks that the bakery baked. */
  readonly data?: string;
  readonly operations: readonly Operation[];
}

/** Higher level, then (Tenderbake) higher round; before that, the first one seen stays. */
export function isBetter(a: Block, b: Block): boolean {
  if (a.level !== b.level) return a.level > b.level;
  return a.round > b.round && !isLegacy(a.protocol);
}

/** A block of the history: up to `startLevel`, or of level 0. */
export function ancientBlock(context: ChainContext, level: number): Block {
  const protocol = protocolAt(context, level);
  return {
    hash: ancientHash(context, level),
    level,
    round: 0,
    predecessor: ancientHash(context, Math.max(0, level - 1)),
    timeMs: context.startTimeMs - (context.startLevel - level) * context.blockTimeMs,
    protocol,
    baker: bakerAt(context, level, 0),
    operations: [],
  };
}

/** A block of another baker. `branch` tells forks apart. */
export function othersBlock(
  context: ChainContext,
  predecessor: Block,
  facts: { round: number; timeMs: number; baker: string; operations: readonly Operation[]; branch?: string },
): Block {
  const level = predecessor.level + 1;
  const { branch = '', ...rest } = facts;
  const hash = madeHash(PREFIX.block, context.seed, context.chainName, level, facts.round, predecessor.hash, branch);
  return { hash, level, predecessor: predecessor.hash, protocol: protocolAt(context, level), ...rest };
}

/** When a block of that round may follow `predecessor`. */
export const dueTime = (context: ChainContext, predecessor: Block, round: number) =>
  predecessor.timeMs + dueAfter(context, round, isLegacy(protocolAt(context, predecessor.level + 1)));

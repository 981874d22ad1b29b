import type { Log } from '../runtime/json-log';
import { blockPath, type Rpc } from '../runtime/rpc';
import { type Evidence, evidenceIn, votesIn } from './block-votes';
import { type Block, findBlock, type Head, readBlock } from './chain-block';
import type { AttestationResult, BlockResult } from './chain-exporter.contract';
import type { ChainKind, MissedSoFar, Slots } from './chain-kind';
import type { OwnBlocks } from './own-blocks';

/** What became of the rights of one level, by delegate: nobody without a right is named. */
export interface Verdict {
  readonly blocks: ReadonlyMap<string, BlockResult>;
  readonly votes: ReadonlyMap<string, { readonly result: AttestationResult; readonly slots: number }>;
  /** In the block behind it. */
  readonly evidence: readonly Evidence[];
}

export interface JudgeParts {
  readonly chainId: string;
  readonly kind: ChainKind;
  readonly delegates: readonly string[];
  readonly ownBlocks: OwnBlocks;
  readonly onVerdict: (verdict: Verdict) => void;
  readonly onSkipped: (levels: number) => void;
  readonly log: Log;
}

interface Place {
  /** Stays, and is not judged yet. */
  readonly block: Block;
  readonly missed: MissedSoFar;
}

/** Levels that are judged in one go, and behind how many the rest is given up: an hour or two of blocks. */
const LEVELS_AT_ONCE = 20;
const MOST_LEVELS_BEHIND = 1000;

/**
 * Goes from level to level, once what a level's judgement needs can change no more: its votes stand in the next block, and
 * that one must stay. Nothing is kept on a disk: it begins at the newest block that stays.
 */
export class Judge {
  /** The first level that is judged, from this start on. */
  firstLevel: number | undefined;
  private place: Place | undefined;

  constructor(private readonly parts: JudgeParts) {}

  /** All levels up to this one are judged or skipped. */
  get judgedLevel(): number | undefined {
    return this.place && this.place.block.level - 1;
  }

  /** Judges what can be judged under this head; answers whether there is more. Throws where a node does not answer. */
  async follow(rpc: Rpc, head: Head): Promise<boolean> {
    const last = head.level - this.parts.kind.confirmations;
    if (last < 1) return false; // a chain that has just begun
    const nameOf = (level: number) => `${head.hash}~${head.level - level}`;
    if (!this.place || last - this.place.block.level > MOST_LEVELS_BEHIND) {
      await this.begin(rpc, nameOf(last), last);
      return false;
    }
    for (let done = 0; this.place.block.level < last; done++) {
      if (done === LEVELS_AT_ONCE) return true;
      const { kind, chainId, log } = this.parts;
      const next = await findBlock(rpc, kind, nameOf(this.place.block.level + 1), chainId);
      if (!next && last - this.place.block.level <= LEVELS_AT_ONCE) throw new Error('a new block is not there yet');
      if (next?.predecessor !== this.place.block.hash) {
        const what = next ? 'a block that had been confirmed is gone' : 'the node does not have it any more';
        log('WARNING', what, { level: this.place.block.level });
        await this.begin(rpc, nameOf(last), last);
        return false;
      }
      this.place = await this.judge(rpc, this.place, next);
    }
    return false;
  }

  /** What lies between is judged by nobody. */
  private async begin(rpc: Rpc, name: string, level: number): Promise<void> {
    const { kind, chainId, delegates, ownBlocks, onSkipped } = this.parts;
    const block = await readBlock(rpc, kind, name, chainId);
    const missed = await kind.missedSoFar(rpc, block, delegates);
    onSkipped(this.place ? Math.max(0, level - this.place.block.level) : 0);
    this.firstLevel ??= level;
    this.place = { block, missed };
    ownBlocks.forgetUntil(level - 1);
  }

  /** Counts nothing unless all of it could be read. */
  private async judge(rpc: Rpc, { block, missed: before }: Place, next: Block): Promise<Place> {
    const { kind, delegates, ownBlocks, onVerdict } = this.parts;
    const seen = votesIn(await rpc.get(blockPath(next.hash, '/operations/0')));
    const evidence = evidenceIn(await rpc.get(blockPath(next.hash, '/operations/2')));
    const after = await kind.missedSoFar(rpc, next, delegates);
    const unseen = delegates.filter((each) => !seen.has(each));
    const missed = await kind.missedVotes(rpc, { block, next, before, after, unseen });
    const blocks = await this.blockResults(rpc, block);
    onVerdict({ blocks, votes: this.votes(seen, missed), evidence });
    ownBlocks.forgetUntil(block.level);
    return { block: next, missed: after };
  }

  private votes(seen: Slots, missed: Slots): Verdict['votes'] {
    const of = (slots: Slots, result: AttestationResult) =>
      this.parts.delegates.flatMap((each) => {
        const power = slots.get(each);
        return power === undefined ? [] : [[each, { result, slots: power }] as const];
      });
    return new Map([...of(missed, 'missed'), ...of(seen, 'seen')]);
  }

  /**
   * Missed by who could have baked in a round below the block's, and whose block or payload it is not; a right in a
   * round that never came is none. Whose block was there and was replaced has not been asleep.
   */
  private async blockResults(rpc: Rpc, block: Block): Promise<Verdict['blocks']> {
    const { kind, delegates, ownBlocks } = this.parts;
    const results = new Map<string, BlockResult>();
    for (const each of ownBlocks.bakersAt(block.level)) results.set(each, 'orphaned');
    if (delegates.includes(block.proposer)) results.set(block.proposer, 'proposed');
    if (delegates.includes(block.baker)) results.set(block.baker, 'baked');
    const others = delegates.filter((each) => !results.has(each));
    if (block.rank === 0 || others.length === 0) return results;
    const ranks = await kind.lowestRanks(rpc, block, others);
    for (const each of others) if ((ranks.get(each) ?? block.rank) < block.rank) results.set(each, 'missed');
    return results;
  }
}

import type { Log } from '../runtime/json-log';
import type { ChainReader, Header } from './chain-reader';
import type { FinalBlock } from './final-block';
import type { WalletCore } from './wallet-core';

type Position = NonNullable<WalletCore['position']>;

export interface FollowerParts {
  readonly core: WalletCore;
  readonly chain: ChainReader;
  readonly wallet: string;
  /** A block is final when so many are above it. */
  readonly finalityBlocks: number;
  /** After each final block that the journal has processed. */
  readonly onFinal: (block: FinalBlock) => void;
  readonly log: Log;
}

/**
 * Brings every final block to a wallet's journal, one after the other. Where a node was started again behind us, it waits;
 * where the block that we stand on is none of the node's, or the next one is gone, a person must look.
 */
export class Follower {
  /** Why the chain is not followed; '' if it is. */
  problem = '';
  private lastHead = '';
  /** Nodes that do not have the next block any more. */
  private readonly lacking = new Set<string>();

  constructor(private readonly parts: FollowerParts) {}

  /** Processes all that is final now, or until it is to stop. Throws what the journal throws. */
  async follow(isStopping: () => boolean = () => false): Promise<void> {
    const { core, chain, finalityBlocks } = this.parts;
    if (this.isLost) return;
    const head = await this.asked(() => chain.head());
    if (!head || head.hash === this.lastHead) return;
    while (!isStopping() && !this.isLost) {
      const position = core.position as Position;
      if (head.level - finalityBlocks <= position.level) {
        if (await this.standsOn(head, position)) this.lastHead = head.hash;
        return;
      }
      if (!(await this.next(head, position))) return;
    }
  }

  /** There is nothing to go on from until a person has said where. */
  private get isLost(): boolean {
    return this.parts.core.position === undefined;
  }

  /** Whether our position is on the node's chain, as far as the node has come. */
  private async standsOn(head: Header, position: Position): Promise<boolean> {
    if (position.level > head.level - this.parts.finalityBlocks) return true; // it is behind, and will come
    const header = await this.asked(() => this.parts.chain.header(`${head.hash}~${head.level - position.level}`));
    if (!header) return false;
    if (header.hash !== position.hash) this.lost('not-an-ancestor', position, header.hash);
    return true;
  }

  /** Processes the block after our position; answers whether there was anything to process. */
  private async next(head: Header, position: Position): Promise<boolean> {
    const { chain, core, wallet, onFinal } = this.parts;
    const level = position.level + 1;
    const read = await this.asked(async () => {
      const header = await chain.header(`${head.hash}~${head.level - level}`);
      if (header && header.predecessor !== position.hash) return { other: header.predecessor };
      const block = header && (await chain.block(header, wallet));
      return block && { block };
    });
    if (!read) return this.isGone(level);
    if (read.block) {
      this.lacking.clear();
      core.finalBlock(read.block);
      onFinal(read.block);
    } else this.lost('not-an-ancestor', position, read.other as string);
    return read.block !== undefined;
  }

  /** What a node does not tell it may tell later, or never again. */
  private async isGone(level: number): Promise<false> {
    const { chain, core } = this.parts;
    const why = this.problem || `our node does not tell level ${level}`;
    const { node } = chain;
    const savepoint = await this.asked(() => chain.savepoint());
    this.problem = why;
    if (savepoint === undefined || savepoint <= level) return false;
    const gone = `level ${level} is wanted, and our node has all from ${savepoint} on`;
    this.lacking.add(node);
    if (this.lacking.size < chain.nodeCount)
      chain.leave(gone); // one that was made anew has less than the others
    else core.lost('final-block-gone', gone);
    return false;
  }

  private lost(reason: 'not-an-ancestor', position: Position, other: string): void {
    const { core, log } = this.parts;
    const detail = `at level ${position.level} the journal has ${position.hash}, and our node ${other}`;
    log('ERROR', `the chain is not followed: ${detail}`);
    core.lost(reason, detail);
  }

  /** Undefined where the node has not answered. */
  private async asked<T>(question: () => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await question();
      this.problem = '';
      return answer;
    } catch (error) {
      this.problem = (error as Error).message;
      return undefined;
    }
  }
}

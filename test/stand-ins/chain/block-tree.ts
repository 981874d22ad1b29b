import { ancientBlock, type Block, isBetter } from './block';
import type { ChainContext } from './chain-context';

export type Locator = readonly (readonly [level: number, hash: string])[];

/** Blocks with their forks, and the head. Both the chain and every node keep one. */
export class BlockTree {
  private readonly blocks = new Map<string, Block>();
  /** The branch of the head, by level. */
  private readonly main = new Map<number, string>();
  head: Block;
  branchSwitches = 0;
  ignoredHeads = 0;
  /** The oldest level that is kept (history mode). */
  caboose: number;
  /** Known: levels before our first block, down to the caboose, are made from it. */
  history: ChainContext | undefined;

  constructor(first: Block) {
    this.head = first;
    this.caboose = first.level;
    this.blocks.set(first.hash, first);
    this.main.set(first.level, first.hash);
  }

  has(hash: string): boolean {
    return this.blocks.has(hash);
  }
  get(hash: string): Block | undefined {
    return this.blocks.get(hash);
  }
  at(level: number): Block | undefined {
    const hash = this.main.get(level);
    if (hash !== undefined) return this.blocks.get(hash);
    const { history } = this;
    return history && level <= history.startLevel && level >= this.caboose ? ancientBlock(history, level) : undefined;
  }
  forks(level: number): Block[] {
    return [...this.blocks.values()].filter((block) => block.level === level && block.hash !== this.main.get(level));
  }

  /** 'orphan': its predecessor is unknown; the others: it is in. */
  add(block: Block): 'known' | 'orphan' | 'head' | 'switch' | 'fork' {
    if (this.blocks.has(block.hash)) return 'known';
    if (!this.blocks.has(block.predecessor)) return 'orphan';
    this.blocks.set(block.hash, block);
    if (!isBetter(block, this.head)) {
      this.ignoredHeads++;
      return 'fork';
    }
    const follows = block.predecessor === this.head.hash;
    this.head = block;
    if (follows) this.main.set(block.level, block.hash);
    else this.rewind();
    if (!follows) this.branchSwitches++;
    return follows ? 'head' : 'switch';
  }

  private rewind(): void {
    for (let block: Block | undefined = this.head; block; block = this.blocks.get(block.predecessor)) {
      if (this.main.get(block.level) === block.hash) break;
      this.main.set(block.level, block.hash);
    }
    for (let level = this.head.level + 1; this.main.delete(level); level++);
  }

  /** Forgets main blocks below a level, and forks with them. */
  forgetBelow(level: number): void {
    for (const [hash, block] of this.blocks) if (block.level < level) this.blocks.delete(hash);
    for (const old of this.main.keys()) if (old < level) this.main.delete(old);
    this.caboose = Math.max(this.caboose, level);
  }

  /** Newest first, ever sparser: what a peer needs to find the last block that both have. */
  locator(): Locator {
    const points: [number, string][] = [];
    for (let step = 1, level = this.head.level; level >= this.caboose; level -= step) {
      const block = this.at(level);
      if (block) points.push([level, block.hash]);
      if (points.length > 10) step *= 2;
    }
    const first = this.at(this.caboose);
    if (first) points.push([first.level, first.hash]);
    return points;
  }

  /** Up to `limit` blocks of our branch after the newest point that we share; none where nothing is shared. */
  after(locator: Locator, limit: number): Block[] {
    const shared = locator.find(([level, hash]) => this.at(level)?.hash === hash);
    if (!shared) return [];
    const found: Block[] = [];
    for (let level = shared[0] + 1; level <= this.head.level && found.length < limit; level++) {
      const next = this.at(level);
      if (!next) return found;
      found.push(next);
    }
    return found;
  }
}

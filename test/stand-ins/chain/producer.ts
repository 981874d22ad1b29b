import type { Gossip } from '../p2p/gossip';
import { type Block, dueTime, othersBlock } from './block';
import { bakerAt, type ChainContext, others } from './chain-context';

export interface Missed {
  readonly level: number;
  readonly round: number;
  readonly delegate: string;
}

/**
 * All bakers but the bakery's: they bake when the right is theirs, and take the next round when the bakery let its own
 * pass. Halted, nobody else bakes; what the bakery bakes is still taken.
 */
export class Producer {
  readonly missed: Missed[] = [];
  halted = false;
  private timer: NodeJS.Timeout | undefined;
  private round = 0;
  private forLevel = -1;

  constructor(
    private readonly gossip: Gossip,
    private readonly context: () => ChainContext,
  ) {}

  /** To be called after every new head and every change of the rules. */
  reschedule(): void {
    clearTimeout(this.timer);
    const { head } = this.gossip.tree;
    if (this.forLevel !== head.level + 1) {
      this.forLevel = head.level + 1;
      this.round = 0;
    }
    if (this.halted) return;
    const due = dueTime(this.context(), head, this.round);
    this.timer = setTimeout(() => this.turn(head), Math.max(0, due - Date.now()));
  }

  private turn(head: Block): void {
    const context = this.context();
    const [level, round] = [head.level + 1, this.round];
    const baker = bakerAt(context, level, round);
    const isOurs = baker === others(context.seed);
    // The bakery's block is due at this very moment: it loses its turn when the next round begins.
    if (isOurs) {
      this.gossip.addBlock(
        othersBlock(context, head, { round, baker, timeMs: Date.now(), operations: this.gossip.includable(head) }),
      );
      return;
    }
    this.round++;
    const length = dueTime(context, head, this.round) - dueTime(context, head, round);
    this.timer = setTimeout(() => {
      this.missed.push({ level, round, delegate: baker });
      this.turn(head);
    }, length);
  }

  /** `depth` blocks are replaced by others, and one more: every node must change its branch. */
  reorganise(depth: number): Block[] {
    const { tree } = this.gossip;
    const context = this.context();
    const made: Block[] = [];
    let predecessor = tree.at(tree.head.level - depth);
    if (!predecessor || !tree.has(predecessor.hash))
      throw new Error(`there are no ${depth} blocks since the start to replace`);
    const baker = others(context.seed);
    for (let i = 0; i <= depth; i++) {
      const branch = `reorganisation of ${tree.head.hash}`;
      const timeMs = Math.max(Date.now() - (depth - i), predecessor.timeMs + 1);
      const block: Block = othersBlock(context, predecessor, { round: 0, baker, timeMs, operations: [], branch });
      made.push(block);
      predecessor = block;
    }
    for (const block of made) this.gossip.addBlock(block);
    return made;
  }

  stop(): void {
    this.halted = true;
    clearTimeout(this.timer);
  }
}

import { objectIn } from '../runtime/json';
import { blockPath, type Rpc } from '../runtime/rpc';
import { readBlock } from './chain-block';
import { type ChainView, readConstants } from './chain-facts';
import type { ChainKind } from './chain-kind';

/** Levels that are asked for in one go. */
const LEVELS_AT_ONCE = 16;

/**
 * Nonces that our delegates have committed to in the last cycle and not revealed yet. The chain itself says which, so
 * that a restart forgets nothing.
 */
export class NonceWatch {
  private cycle = -1;
  /** Levels with a commitment of which it is not known yet whose it is. */
  private open: number[] = [];
  /** By level, who has to reveal. */
  private ours = new Map<number, string>();

  constructor(
    private readonly kind: ChainKind,
    private readonly delegates: readonly string[],
    private readonly chainId: string,
  ) {}

  /** How many of a delegate are unrevealed, as far as is known; undefined before all levels of the cycle are known. */
  unrevealedOf(delegate: string): number | undefined {
    if (this.cycle < 0 || this.open.length > 0) return undefined;
    return [...this.ours.values()].filter((each) => each === delegate).length;
  }

  /** Asks what this block knows of them; answers whether there is more to ask. */
  async follow(rpc: Rpc, view: ChainView): Promise<boolean> {
    const { block } = view;
    if (block.cycle !== this.cycle) {
      this.open = await this.commitmentsBefore(rpc, view);
      this.ours = new Map();
      this.cycle = block.cycle;
    }
    for (const level of this.ours.keys()) {
      if (!(await this.isUnrevealed(rpc, view, level))) this.ours.delete(level);
    }
    for (const level of this.open.slice(0, LEVELS_AT_ONCE)) {
      if (await this.isUnrevealed(rpc, view, level)) {
        const name = `${block.hash}~${block.level - level}`;
        const { baker } = await readBlock(rpc, this.kind, name, this.chainId);
        if (this.delegates.includes(baker)) this.ours.set(level, baker);
      }
      this.open = this.open.filter((each) => each !== level);
    }
    return this.open.length > 0;
  }

  private async isUnrevealed(rpc: Rpc, { block }: ChainView, level: number): Promise<boolean> {
    return 'hash' in objectIn(await rpc.get(blockPath(block.hash, `/context/nonces/${level}`)));
  }

  /**
   * Levels of the last cycle whose baker has committed to a nonce (`expected_commitment`, level_repr.ml). By that cycle's
   * own constants, read before its last block: that one knows those of the next protocol already.
   */
  private async commitmentsBefore(rpc: Rpc, { block }: ChainView): Promise<number[]> {
    const back = block.cyclePosition + 2;
    if (block.cycle === 0 || block.level <= back) return [];
    const constants = await rpc.get(blockPath(`${block.hash}~${back}`, '/context/constants'));
    const { blocksPerCycle, blocksPerCommitment } = readConstants(constants);
    const first = block.level - block.cyclePosition - blocksPerCycle;
    const count = Math.floor(blocksPerCycle / blocksPerCommitment);
    const levels = Array.from({ length: count }, (_, i) => first + (i + 1) * blocksPerCommitment - 1);
    return levels.filter((level) => level > 1);
  }
}

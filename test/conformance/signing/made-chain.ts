import type { Server } from 'node:http';
import { serve } from '../../stand-ins/kit/http-server';
import { CHAIN } from './made-requests';

export const BLOCK_MS = 400;
const FIRST_LEVEL = 1000;
const TICK_MS = 10;

interface Block {
  readonly level: number;
  readonly timestampMs: number;
  readonly branch: string;
}

/** A chain whose blocks come every 0.4 s, or as told, unless it halts; its past may be another one all at once. */
export class MadeChain {
  /** Unix milliseconds: so long ago that its level could have been reached. */
  readonly startMs: number;
  readonly blockMs: number;
  private blocks: Block[] = [{ level: FIRST_LEVEL, timestampMs: Date.now(), branch: 'first' }];
  private isHalted = false;
  private branches = 0;
  private readonly listeners: ((block: Block) => void)[] = [];
  private readonly ticking = setInterval(() => this.tick(), TICK_MS);

  constructor(blockMs = BLOCK_MS) {
    this.blockMs = blockMs;
    this.startMs = Date.now() - 10 * FIRST_LEVEL * blockMs;
  }

  get head(): Block {
    return this.blocks[this.blocks.length - 1]!;
  }

  /** The block before the head by so many levels. */
  before(levels: number): Block {
    return this.blocks[Math.max(0, this.blocks.length - 1 - levels)]!;
  }

  onBlock(listener: (block: Block) => void): void {
    this.listeners.push(listener);
  }

  halt(): void {
    this.isHalted = true;
  }

  goOn(): void {
    this.isHalted = false;
  }

  /** The last blocks are others: from this level down the chain is as it was. */
  reorganise(levels: number): void {
    this.blocks = this.blocks.slice(0, Math.max(1, this.blocks.length - levels));
    this.branches++;
  }

  stop(): void {
    clearInterval(this.ticking);
  }

  private tick(): void {
    const { level, timestampMs } = this.head;
    if (this.isHalted || Date.now() < timestampMs + this.blockMs) return;
    // A round that nobody used is over: the block of the next one may come.
    const missed = Math.floor((Date.now() - timestampMs) / this.blockMs);
    const branch = `${level + 1} of branch ${this.branches}`;
    this.blocks.push({ level: level + 1, timestampMs: timestampMs + missed * this.blockMs, branch });
    if (this.blocks.length > 500) this.blocks.shift();
    for (const listener of this.listeners) listener(this.head);
  }
}

/** A node of the bakery that follows the chain; it may be behind, slow, or away. */
export class MadeNode {
  behind = 0;
  delayMs = 0;
  isAway = false;
  url = '';
  private server: Server | undefined;

  constructor(private readonly chain: MadeChain) {}

  async start(): Promise<this> {
    const { server, port } = await serve({ host: '127.0.0.1', port: 0 }, async ({ path }) => {
      if (this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
      if (this.isAway || path !== '/chains/main/blocks/head/header') return { status: 503, text: '' };
      const { level, timestampMs } = this.chain.before(this.behind);
      return { status: 200, json: { chain_id: CHAIN, level, timestamp: new Date(timestampMs).toISOString() } };
    });
    this.server = server;
    this.url = `http://127.0.0.1:${port}`;
    return this;
  }

  stop(): void {
    this.server?.closeAllConnections();
    this.server?.close();
  }
}

import { objectIn } from '../runtime/json';
import { blockPath, Rpc } from '../runtime/rpc';
import { type Head, readHead } from './chain-block';
import type { NamedNode } from './chain-exporter.contract';
import type { ChainKind } from './chain-kind';

export interface NodeState {
  readonly head: Head;
  readonly isSynced: boolean;
  readonly peers: number;
}

/** Where a node cannot say whether it is synced, its head may be so many blocks old. */
const SYNCED_BLOCKS = 10;

export interface NodeWatchParts {
  readonly kind: ChainKind;
  readonly chainId: string;
  readonly blockMs: number;
  readonly timeoutMs: number;
}

/** What a node tells that has no metrics server. */
export class NodeWatch {
  /** At the last question; undefined if it was not answered. */
  state: NodeState | undefined;
  private readonly rpc: Rpc;
  private isAsked = false;

  constructor(
    readonly node: NamedNode,
    private readonly parts: NodeWatchParts,
  ) {
    this.rpc = new Rpc(node, parts.timeoutMs);
  }

  async tick(): Promise<void> {
    if (this.isAsked) return;
    this.isAsked = true;
    this.state = await this.read().catch(() => undefined);
    this.isAsked = false;
  }

  private async read(): Promise<NodeState> {
    const { kind, chainId, blockMs } = this.parts;
    const head = readHead(await this.rpc.get(blockPath('head', '/header')), kind, chainId);
    const connections = await this.rpc.get('/network/connections');
    const said = await this.rpc.find('/chains/main/is_bootstrapped'); // from 8.0 on
    const isYoung = Date.now() - head.timestampMs < SYNCED_BLOCKS * blockMs;
    return {
      head,
      isSynced: said === undefined ? isYoung : objectIn(said).sync_state === 'synced',
      peers: Array.isArray(connections) ? connections.length : 0,
    };
  }
}

import { EventEmitter } from 'node:events';
import type { Block, Operation } from '../chain/block';
import { bakerAt, type ChainContext, isLegacy, type NodeFault } from '../chain/chain-context';
import { endUncaught, stopForGood } from '../kit/program';
import type { Release } from '../kit/release';
import { Gossip } from '../p2p/gossip';
import type { NodeConfig } from './config-file';
import { Connections } from './connections';
import { checkSwitch, type HistoryMode, historyModeJson, sameMode } from './history-mode';
import { genesisBlock, Store } from './store';
import { Synchronisation } from './synchronisation';

/** A running node: its store, what it knows of the chain, its peers. Emits `head` and `operation`. */
export class NodeState extends EventEmitter {
  readonly gossip: Gossip;
  readonly synchronisation: Synchronisation;
  readonly connections: Connections;
  readonly startedMs = Date.now();
  readonly historyMode: HistoryMode;
  headIncrements = 0;
  validatedBlocks = 0;
  lastBlockMs = 0;
  private readonly store: Store;

  constructor(
    readonly config: NodeConfig,
    readonly release: Release,
    peerId: string,
    forceSwitch: boolean,
  ) {
    super();
    this.setMaxListeners(0);
    this.store = new Store(config.dataDir);
    const { network, historyMode: wanted } = config;
    if (!this.store.exists) {
      const first = genesisBlock(network);
      this.store.begin(first);
      this.store.finish({ network, historyMode: wanted, caboose: 0 });
    }
    const { tree, state, historyMode: stored } = this.store.load(network);
    this.historyMode = config.hasOwnHistoryMode ? wanted : stored;
    checkSwitch(stored, this.historyMode, forceSwitch);
    if (!sameMode(stored, this.historyMode)) {
      this.store.update({ historyMode: historyModeJson(this.historyMode) });
    }
    this.gossip = new Gossip(tree, {
      accepts: (block) => this.accepts(block),
      onBlock: (block, outcome) => this.onBlock(block, outcome),
      onOperation: (operation) => void this.emit('operation', operation),
      onContext: (context) => this.onContext(context),
    });
    this.gossip.context = state.context;
    this.gossip.lags = () => this.fault?.lags ?? false;
    this.synchronisation = new Synchronisation(this.gossip, config);
    this.connections = new Connections(this.gossip, config, peerId);
  }

  get context(): ChainContext | undefined {
    return this.gossip.context;
  }
  get head(): Block {
    return this.gossip.tree.head;
  }
  get isLegacy(): boolean {
    return isLegacy(this.head.protocol);
  }
  onHead(each: (block: Block) => void): () => void {
    this.on('head', each);
    return () => this.off('head', each);
  }
  onOperation(each: (operation: Operation) => void): () => void {
    this.on('operation', each);
    return () => this.off('operation', each);
  }

  /** What the chain's control endpoint has in store for this node. */
  get fault(): NodeFault | undefined {
    const names = [this.connections.peerId, this.config.isPrivate ? 'private' : 'public'];
    return this.context?.nodeFaults?.find(({ node }) => names.includes(node));
  }

  /** A block of the bakery must be of who has the right; of others, the chain is trusted. */
  private accepts(block: Block): boolean {
    const { context } = this;
    return !context || block.data === undefined || bakerAt(context, block.level, block.round) === block.baker;
  }

  private onContext(context: ChainContext): void {
    this.gossip.tree.history = context;
    this.store.update({ context });
  }

  private onBlock(block: Block, outcome: 'head' | 'switch' | 'fork'): void {
    if (this.fault?.stopsWriting === block.level && this.store.appendHalf(block)) {
      stopForGood('stopped in the middle of a write');
    }
    this.write(block);
    this.validatedBlocks++;
    this.lastBlockMs = Date.now();
    if (outcome === 'fork') return;
    this.gossip.book.after(block); // while its predecessor is still here
    this.headIncrements++;
    this.forgetOld(block);
    this.emit('head', block);
  }

  /** A block that cannot be written ends the node, whoever brings it: to a request it is no error to go on from. */
  private write(block: Block): void {
    try {
      this.store.append(block);
    } catch (error) {
      endUncaught(error as Error);
    }
  }

  /** octez.md 3.5: a rolling node keeps 1 (blocks_preservation_cycles) and its additional cycles. */
  private forgetOld({ level }: Block): void {
    const { kind, additionalCycles } = this.historyMode;
    const length = this.context?.blocksPerCycle;
    if (kind !== 'rolling' || !length || level % length !== 0) return;
    this.gossip.tree.forgetBelow(level - (1 + additionalCycles) * length);
  }
}

import { bytesOfBlock } from '../kit/block-bytes';
import { verifies } from '../kit/secret-keys';
import { knownChainId } from '../node/known-networks';
import { Gossip } from '../p2p/gossip';
import { ancientBlock, type Block, isVote } from './block';
import { BlockTree } from './block-tree';
import { bakerAt, type ChainContext, type Delegate, defaultContext, isLegacy, others } from './chain-context';
import { Evidence } from './evidence';
import { Producer } from './producer';
import { type PeerFaults, PublicPeers } from './public-peers';

/** What POST /control and the configuration file may say; every part is optional. */
export interface Control {
  readonly seed?: string;
  readonly chainName?: string;
  readonly chainId?: string;
  readonly startLevel?: number;
  readonly blocksPerCycle?: number;
  readonly blocksPerCommitment?: number;
  readonly blockTimeMs?: number;
  readonly roundIncrementMs?: number;
  readonly protocols?: ChainContext['protocols'];
  readonly accounts?: ChainContext['accounts'];
  readonly maxOperationsTtl?: number;
  readonly censored?: readonly string[];
  readonly dalBootstrapPeers?: readonly string[];
  readonly dalSlots?: readonly number[];
  readonly dalTrapped?: readonly string[];
  readonly nodeFaults?: ChainContext['nodeFaults'];
  readonly siteFaults?: ChainContext['siteFaults'];
  /** By address of the delegate; what is not named keeps its rights, null takes them away. */
  readonly rights?: Readonly<Record<string, Partial<Omit<Delegate, 'delegate'>> | null>>;
  /** Nobody else bakes or attests. */
  readonly halt?: boolean;
  readonly reorg?: number;
  readonly fault?: PeerFaults;
  readonly maxConnections?: number;
  /** Strangers dial a node of the bakery. */
  readonly dial?: { readonly point: string; readonly count: number };
}

/** Fixed once the chain runs: everybody has built on it. */
const FIXED = ['seed', 'chainName', 'chainId', 'startLevel', 'maxConnections', 'accounts', 'maxOperationsTtl'] as const;

/** The simulated chain and the outside world. */
export class World {
  context: ChainContext;
  readonly gossip: Gossip;
  readonly evidence = new Evidence();
  readonly peers: PublicPeers;
  readonly producer: Producer;
  /** Operations that are no votes, in order of arrival. */
  readonly injected: { hash: string; data: string; via: string; atMs: number; level?: number }[] = [];

  constructor(first: Control) {
    const chainId = knownChainId(first.chainName ?? defaultContext.chainName) ?? defaultContext.chainId;
    this.context = merge({ ...defaultContext, chainId, startTimeMs: Date.now() }, first);
    const tree = new BlockTree(ancientBlock(this.context, this.context.startLevel));
    tree.caboose = 0;
    tree.history = this.context;
    this.gossip = new Gossip(tree, {
      accepts: (block) => this.accepts(block),
      onBlock: (block, outcome, from) => this.onBlock(block, outcome !== 'fork', from?.remote?.peerId ?? ''),
      onOperation: (operation, from) => {
        const via = from?.remote?.peerId ?? '';
        this.evidence.seeOperation(operation, via);
        const { hash, data } = operation;
        if (!isVote(operation)) this.injected.push({ hash, data, via, atMs: Date.now() });
      },
      onContext: () => {},
    });
    this.gossip.context = this.context;
    const { seed, chainName } = this.context;
    this.peers = new PublicPeers(this.gossip, { seed, chainName, maxConnections: first.maxConnections ?? 100 });
    this.producer = new Producer(this.gossip, () => this.context);
    if (first.fault) this.peers.setFaults(first.fault);
    if (first.halt) this.producer.stop();
    else this.producer.reschedule();
    this.attest();
  }

  /** Whoever bakes must have the right, and its signature must be right where that can be known. */
  private accepts(block: Block): boolean {
    if (block.data === undefined) return block.baker === others(this.context.seed);
    if (block.baker !== bakerAt(this.context, block.level, block.round)) return false;
    const delegate = this.context.delegates.find(({ delegate }) => delegate === block.baker);
    const bytes = bytesOfBlock(block.data, this.context.chainId, isLegacy(block.protocol));
    return !delegate?.publicKey || verifies(delegate.publicKey, bytes.signed, bytes.signature);
  }

  private onBlock(block: Block, isHead: boolean, via: string): void {
    if (block.data !== undefined) this.evidence.seeBlock(block, via);
    for (const { hash } of block.operations) {
      const operation = this.injected.find((each) => each.hash === hash);
      if (operation) operation.level = block.level;
    }
    if (!isHead) return;
    this.producer.reschedule();
    this.attest();
  }

  /** All other attesters, at once: without them no baker goes on. A halted chain has none. */
  private attest(): void {
    const { head } = this.gossip.tree;
    // Once the block itself is on its way to everybody.
    if (!this.producer.halted) setImmediate(() => this.gossip.addQuorum(head));
  }

  control(change: Control): void {
    const fixed = FIXED.filter((name) => change[name] !== undefined);
    if (fixed.length > 0) throw new Error(`${fixed.join(', ')}: only the configuration at start can say this`);
    const { halt, reorg, fault, ...rest } = change;
    const next = merge(this.context, rest);
    if (JSON.stringify(next) !== JSON.stringify(this.context)) {
      this.context = { ...next, serial: this.context.serial + 1 };
      this.gossip.tree.history = this.context;
      this.gossip.learnContext(this.context);
    }
    if (fault) this.peers.setFaults(fault);
    if (halt === true) this.producer.stop();
    if (halt === false) this.producer.halted = false;
    if (reorg) this.producer.reorganise(reorg);
    this.producer.reschedule();
    this.attest();
  }

  close(): void {
    this.producer.stop();
    this.peers.close();
  }
}

function merge(context: ChainContext, change: Control): ChainContext {
  const { rights = {}, halt: _h, reorg: _r, fault: _f, maxConnections: _m, dial: _d, ...plain } = change;
  const delegates = new Map(context.delegates.map((each) => [each.delegate, each]));
  for (const [delegate, change] of Object.entries(rights)) {
    if (change === null) delegates.delete(delegate);
    else {
      const slot = delegates.get(delegate)?.slot ?? 1 + delegates.size;
      const known = delegates.get(delegate) ?? { delegate, share: 0, attests: true, slot, balance: '6000000000' };
      delegates.set(delegate, { ...known, ...change });
    }
  }
  const set = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined));
  return { ...context, ...set, delegates: [...delegates.values()] };
}

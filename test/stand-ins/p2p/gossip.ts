import { AccountBook } from '../chain/account-book';
import { type Block, isVote, type Operation } from '../chain/block';
import type { BlockTree } from '../chain/block-tree';
import { type ChainContext, isLegacy } from '../chain/chain-context';
import { replacedBy } from '../chain/manager-pool';
import { encode, PREFIX } from '../kit/base58';
import { decodeManager } from '../kit/manager-bytes';
import type { Message, Wire } from './wire';

export interface GossipEvents {
  /** False: it breaks the rules, and the peer that sent it is dropped. */
  accepts(block: Block): boolean;
  onBlock(block: Block, outcome: 'head' | 'switch' | 'fork', from: Wire | undefined): void;
  onOperation(operation: Operation, from: Wire | undefined): void;
  onContext(context: ChainContext): void;
}

/** Blocks, operations and the chain's context, between running connections. The chain and the nodes both do this. */
export class Gossip {
  readonly wires = new Set<Wire>();
  readonly mempool = new Map<string, Operation>();
  private readonly included = new Set<string>();
  /** Blocks that the rest of the network has attested, with their levels; the newest ones. */
  readonly quorums = new Map<string, number>();
  context: ChainContext | undefined;
  invalidBlocks = 0;
  readonly book: AccountBook;
  /** It takes no blocks: what it knows grows old. */
  lags: () => boolean = () => false;

  constructor(
    readonly tree: BlockTree,
    private readonly events: GossipEvents,
  ) {
    this.book = new AccountBook(tree, () => this.context);
  }

  /** The handshake is done: tell what we know. */
  join(wire: Wire): void {
    this.wires.add(wire);
    wire.socket.once('close', () => this.wires.delete(wire));
    if (this.context) wire.send({ t: 'context', context: this.context });
    wire.send(this.headMessage());
    for (const [hash, level] of this.quorums) wire.send({ t: 'quorum', hash, level });
    for (const operation of this.mempool.values()) wire.send({ t: 'operation', operation });
  }

  private headMessage(): Message {
    const { level, round, hash, timeMs } = this.tree.head;
    return { t: 'head', level, round, hash, timeMs };
  }

  broadcast(message: Message, except?: Wire): void {
    for (const wire of this.wires) if (wire !== except) wire.send(message);
  }

  receive(wire: Wire, message: Message): void {
    if (message.t === 'quorum') this.addQuorum(message, wire);
    else if (message.t === 'context') this.learnContext(message.context, wire);
    else if (message.t === 'operation') this.addOperation(message.operation, wire);
    else if (this.lags() && ['head', 'block', 'blocks'].includes(message.t)) return;
    else if (message.t === 'get') wire.send({ t: 'blocks', blocks: this.tree.after(message.locator, 500) });
    else if (message.t === 'head') this.learnHead(wire, message);
    else if (message.t === 'block') {
      this.noteHead(wire, message.block);
      this.addBlock(message.block, wire);
    } else if (message.t === 'blocks') this.learnBlocks(wire, message.blocks);
  }

  /** One question at a time: blocks that overtake each other must not multiply. */
  private ask(wire: Wire): void {
    if (Date.now() - wire.askedMs < 1000) return;
    wire.askedMs = Date.now();
    wire.send({ t: 'get', locator: this.tree.locator() });
  }

  private learnBlocks(wire: Wire, blocks: readonly Block[]): void {
    wire.askedMs = 0;
    const fresh = blocks.filter((block) => this.enter(block, wire) !== undefined);
    if (fresh.length === 0) return;
    this.broadcast(this.headMessage(), wire);
    this.ask(wire);
  }

  private noteHead(wire: Wire, { level, hash, timeMs }: { level: number; hash: string; timeMs: number }): void {
    if (!wire.head || level >= wire.head.level || timeMs > wire.head.timeMs) wire.head = { level, hash, timeMs };
  }

  private learnHead(wire: Wire, head: { level: number; round: number; hash: string; timeMs: number }): void {
    this.noteHead(wire, head);
    const ahead = head.level >= this.tree.head.level && !this.tree.has(head.hash);
    if (ahead) this.ask(wire);
  }

  /** What is too old to keep is not taken either, or peers would send it round for ever. */
  addQuorum({ hash, level }: { hash: string; level: number }, from?: Wire): void {
    const oldest = this.tree.head.level - 3;
    if (level < oldest || this.quorums.has(hash)) return;
    this.quorums.set(hash, level);
    for (const [old, at] of this.quorums) if (at < oldest) this.quorums.delete(old);
    this.broadcast({ t: 'quorum', hash, level }, from);
  }

  learnContext(context: ChainContext, from?: Wire): void {
    if (this.context && this.context.serial >= context.serial) return;
    this.context = context;
    this.events.onContext(context);
    this.broadcast({ t: 'context', context }, from);
  }

  /** True if it is new and in; then everybody is told. */
  addBlock(block: Block, from?: Wire): boolean {
    if (this.enter(block, from) === undefined) return false;
    this.broadcast({ t: 'block', block }, from);
    return true;
  }

  private enter(block: Block, from?: Wire): 'head' | 'switch' | 'fork' | undefined {
    if (this.tree.has(block.hash)) return undefined;
    if (!this.events.accepts(block)) {
      this.invalidBlocks++;
      from?.close();
      return undefined;
    }
    const left = this.tree.head;
    const outcome = this.tree.add(block);
    if (outcome === 'orphan' && from && block.level > this.tree.head.level) this.ask(from);
    if (outcome === 'known' || outcome === 'orphan') return undefined;
    // What the branch that is left had included may come again.
    if (outcome === 'switch') this.included.clear();
    if (outcome === 'switch') this.requeue(left);
    this.dropIncluded(block, outcome === 'fork');
    this.events.onBlock(block, outcome, from);
    return outcome;
  }

  /** Operations of managers in blocks that are no more on the head's branch wait again, unless they are in its blocks too. */
  private requeue(left: Block): void {
    const again: Operation[] = [];
    let at: Block | undefined = left;
    for (; at && this.tree.at(at.level)?.hash !== at.hash; at = this.tree.get(at.predecessor)) {
      again.unshift(...at.operations.filter(({ kind }) => kind === 'manager'));
    }
    const forkLevel = at?.level ?? this.tree.head.level;
    const isIn = new Set<string>();
    for (let level = forkLevel + 1; level <= this.tree.head.level; level++) {
      for (const { hash } of this.tree.at(level)?.operations ?? []) isIn.add(hash);
    }
    for (const hash of isIn) this.mempool.delete(hash);
    for (const operation of again) if (!isIn.has(operation.hash)) this.mempool.set(operation.hash, operation);
  }

  /** An operation leaves the mempool once it is in a block, or too old to be. */
  private dropIncluded(block: Block, isFork: boolean): void {
    for (const { hash, kind } of block.operations) {
      if (isFork && kind === 'manager') continue; // the head's branch may still take it
      this.mempool.delete(hash);
      this.included.add(hash);
    }
    const oldest = this.tree.head.level - 1;
    for (const [hash, operation] of this.mempool) {
      if (isVote(operation) && (operation.level ?? 0) < oldest) this.mempool.delete(hash);
      if (operation.kind === 'manager' && !this.book.isLive(branchOf(operation), this.tree.head)) {
        this.mempool.delete(hash);
      }
    }
  }

  /** Operations of managers that wait, in order of arrival. */
  get managers(): Operation[] {
    return [...this.mempool.values()].filter(({ kind }) => kind === 'manager');
  }

  isKnown(operation: string): boolean {
    return this.mempool.has(operation) || this.included.has(operation);
  }

  addOperation(operation: Operation, from?: Wire): boolean {
    if (this.isKnown(operation.hash)) return false;
    const level = operation.level ?? 0;
    if (isVote(operation) && level < this.tree.head.level - 1) return false;
    const replaced = operation.kind === 'manager' ? replacedBy(this, operation) : undefined;
    if (replaced) this.mempool.delete(replaced.hash);
    this.mempool.set(operation.hash, operation);
    this.events.onOperation(operation, from);
    this.broadcast({ t: 'operation', operation }, from);
    return true;
  }

  /** What the block after `predecessor` may hold: votes for it, and everything that is no vote. Preattestations never. */
  includable(predecessor: Block): Operation[] {
    const votes = isLegacy(predecessor.protocol) ? 'endorsement' : 'attestation';
    const rest = [...this.mempool.values()].filter(
      ({ kind, level }) => kind === 'other' || (kind === votes && level === predecessor.level),
    );
    return [...rest, ...this.includableManagers(predecessor)];
  }

  includableManagers(predecessor: Block): Operation[] {
    const { managers, context } = this;
    if (managers.length === 0) return [];
    const proofs = this.book.factsAfter(predecessor).proofs;
    const isFree = ({ data }: Operation) => !context?.censored.includes(decodeManager(data, proofs).contents[0].source);
    return this.book.select(predecessor, managers.filter(isFree));
  }
}

const branchOf = ({ data }: Operation) => encode(PREFIX.block, Buffer.from(data.slice(0, 64), 'hex'));

import { decodeManager, type ManagerOperation } from '../kit/manager-bytes';
import { Accounts } from './accounts';
import { ancientBlock, type Block, type Operation } from './block';
import type { BlockTree } from './block-tree';
import { ancientHash, type ChainContext, cycleOf, protocolAt } from './chain-context';
import { applyManager, type Receipt } from './manager-apply';
import { managerError, type ProtocolError } from './manager-rules';
import { factsOf, type ProtocolFacts } from './protocol-facts';

/** Accounts after each block, and which operations of managers the next block may hold. */
export class AccountBook {
  private readonly states = new Map<string, Accounts>();
  /** Levels of the blocks of the history, by hash: as many as an operation may be old. */
  private readonly ancients = new Map<string, number>();
  private firstAccounts: Accounts | undefined;

  constructor(
    private readonly tree: BlockTree,
    private readonly context: () => ChainContext | undefined,
  ) {}

  /** Of the block after that one. */
  factsAfter({ level }: Pick<Block, 'level'>): ProtocolFacts {
    const context = this.context();
    const facts = factsOf(context ? protocolAt(context, level + 1) : '');
    return { ...facts, maxOperationsTtl: context?.maxOperationsTtl ?? facts.maxOperationsTtl };
  }

  /** Whose accounts are not known any more (the store was cut) has those of the beginning. */
  after(block: Block): Accounts {
    const missing: Block[] = [];
    let at: Block | undefined = block;
    while (at && !this.states.has(at.hash)) {
      missing.unshift(at);
      at = this.tree.get(at.predecessor);
      if (at === missing[0]) break; // the genesis follows itself
    }
    let accounts = (at && this.states.get(at.hash)) ?? this.first();
    for (const each of missing) {
      accounts = this.applied(each, accounts).accounts;
      if (this.context()) this.states.set(each.hash, accounts);
    }
    return accounts;
  }

  private first(): Accounts {
    const context = this.context();
    if (context) this.firstAccounts ??= Accounts.first(context.accounts ?? {}); // a store of before has none
    return this.firstAccounts ?? Accounts.first({});
  }

  /** By hash of the operation, one for each of its contents. */
  receipts(block: Block): Map<string, Receipt[]> {
    const before = this.tree.get(block.predecessor);
    return this.applied(block, before && before !== block ? this.after(before) : this.first()).receipts;
  }

  private applied(block: Block, before: Accounts): { accounts: Accounts; receipts: Map<string, Receipt[]> } {
    const receipts = new Map<string, Receipt[]>();
    const place = this.placeOf(block);
    let accounts = before;
    for (const operation of block.operations) {
      if (operation.kind !== 'manager') continue;
      const applied = applyManager(decodeManager(operation.data, place.facts.proofs), accounts, place);
      accounts = applied.accounts;
      receipts.set(operation.hash, applied.receipts);
    }
    return { accounts, receipts };
  }

  private placeOf({ level, baker }: Block) {
    const context = this.context();
    return { facts: this.factsAfter({ level: level - 1 }), baker, cycle: context ? cycleOf(context, level) : 0 };
  }

  /** As if it were in a block after that one. */
  simulated(operation: ManagerOperation, block: Block): Receipt[] | ProtocolError {
    const accounts = this.after(block);
    const facts = this.factsAfter(block);
    const error = managerError(operation, accounts, facts);
    if (error) return error;
    return applyManager(operation, accounts, this.placeOf({ ...block, level: block.level + 1 })).receipts;
  }

  /**
   * Whether an operation with that branch may be in the block after `predecessor`: its last `maxOperationsTtl` blocks and
   * one more count (store.ml computes one more than the protocol says).
   */
  isLive(branch: string, predecessor: Block): boolean {
    const oldest = predecessor.level - this.factsAfter(predecessor).maxOperationsTtl;
    for (let at: Block | undefined = predecessor; at && at.level >= oldest; ) {
      if (at.hash === branch) return true;
      const next: Block | undefined = this.tree.get(at.predecessor);
      at = next === at ? undefined : next;
    }
    return (this.ancientLevel(branch, oldest) ?? -1) >= Math.max(0, oldest);
  }

  /** A block of the history by its hash, if it is young enough for a branch. */
  ancient(hash: string): Block | undefined {
    const context = this.context();
    if (!context) return undefined;
    const { level, maxOperationsTtl } = { ...this.tree.head, ...this.factsAfter(this.tree.head) };
    const found = this.ancientLevel(hash, Math.min(context.startLevel, level) - maxOperationsTtl);
    return found === undefined || found < this.tree.caboose ? undefined : ancientBlock(context, found);
  }

  private ancientLevel(hash: string, oldest: number): number | undefined {
    const context = this.context();
    if (!context) return undefined;
    const { startLevel } = context;
    const known = this.ancients.size;
    for (let level = startLevel - known; level >= Math.max(0, oldest); level--) {
      this.ancients.set(ancientHash(context, level), level);
    }
    return this.ancients.get(hash);
  }

  /**
   * Of these operations of managers, in their order, those that the block after `predecessor` may hold together. From
   * Tenderbake on one of each manager, else as many as their counters allow.
   */
  select(predecessor: Block, candidates: readonly Operation[]): Operation[] {
    let accounts = this.after(predecessor);
    const facts = this.factsAfter(predecessor);
    const place = this.placeOf({ ...predecessor, level: predecessor.level + 1 });
    const seen = new Set<string>();
    return candidates.filter((candidate) => {
      const operation = decodeManager(candidate.data, facts.proofs);
      const [{ source }] = operation.contents;
      if (facts.oneManager && seen.has(source)) return false;
      if (!this.isLive(operation.branch, predecessor) || managerError(operation, accounts, facts)) return false;
      accounts = applyManager(operation, accounts, place).accounts;
      seen.add(source);
      return true;
    });
  }

  /** The accounts that a mempool counts on: after the head, where the era applies what waits also after that. */
  expected(head: Block, pending: readonly Operation[]): Accounts {
    const facts = this.factsAfter(head);
    let accounts = this.after(head);
    if (facts.oneManager) return accounts;
    const place = this.placeOf({ ...head, level: head.level + 1 });
    for (const each of this.select(head, pending)) {
      accounts = applyManager(decodeManager(each.data, facts.proofs), accounts, place).accounts;
    }
    return accounts;
  }
}

import { refusal, type Understood, understand } from './asked-operation';
import { type FinalBlock, readBlock } from './final-block';
import { type Journal, NotWritten } from './journal';
import { type AskedFacts, judge, stopRefusal } from './judgement';
import { bytesToSign } from './operation-bytes';
import { unfitFor } from './own-journal';
import type { PlanAnswer, PostedPlan, Refusal, StopReason, WalletConfig } from './payout-guard.contract';
import { takenPlan } from './plan-check';
import { ReconcileRefused, type ReconcileWord, reconciled } from './reconciliation';
import type { Entry, IncludedOperation, Position } from './wallet-entries';
import { WalletRecords } from './wallet-records';
import { WalletState } from './wallet-state';

/** What becomes of a request. */
export type Decision =
  | { readonly refused: Refusal }
  /** It follows an operation of ours that is not final: to be decided again after each final block, HOLD_MS long. */
  | { readonly hold: Refusal }
  /** The same bytes were signed before. */
  | { readonly signature: string }
  /** What the signer is to be asked for, exactly; then `signed` has the last word. */
  | { readonly sign: Uint8Array; readonly id: string };

export interface WalletParts {
  readonly chain: { readonly id: string; readonly costPerByte: bigint };
  readonly wallet: WalletConfig;
  /** None if it is damaged. */
  readonly journal: Journal | undefined;
  /** A journal that is longer takes no plan. */
  readonly mostJournalBytes?: number;
}

/** After so many final blocks in which nothing has happened, the journal says where it is. */
const CHECKPOINT_BLOCKS = 60;

/**
 * The last word on what one wallet's key signs. Every step is one: what it decides is durable before it is answered, and
 * nothing has changed if it could not be made so.
 *
 * What must never bend is the pin: an operation's first counter is one more than the wallet's counter at the last final
 * block that was read. The chain includes one operation for a counter, so that of two which pay the same row both can be
 * included only if this guard has seen the first one final in between, and then the row is paid.
 */
export class WalletCore {
  readonly state = new WalletState();
  private readonly show: WalletRecords;
  private readonly journal: Journal | undefined;
  /** Level of the last position that is durable. */
  private checkpoint = 0;

  /** Throws NotWritten. */
  constructor(private readonly parts: WalletParts) {
    const { chain, wallet, journal } = parts;
    this.show = new WalletRecords(chain.id, wallet, this.state);
    const opened: Entry = { type: 'opened', chainId: chain.id, wallet: wallet.address };
    const unfit = unfitFor(opened, journal);
    if (!journal || unfit !== undefined) {
      this.state.stops = [{ reason: 'journal-damaged', detail: `${unfit}` }];
      return;
    }
    this.journal = journal;
    for (const entry of journal.entries) this.state.apply(entry);
    if (journal.entries.length === 0) this.keep(opened);
    this.checkpoint = this.state.position?.level ?? 0;
  }

  get records(): WalletRecords {
    return this.show;
  }

  /** Where the follower goes on; undefined until a person has said it. */
  get position(): Position | undefined {
    return this.state.position;
  }

  /** The signature of exactly these bytes, 0x03 in front, if they can still be included. */
  signatureOf(bytes: Uint8Array): string | undefined {
    const asked = this.read(bytes);
    const known = 'refused' in asked ? undefined : this.state.operations.get(asked.id);
    const isSame = known?.fate === 'live' && known.bytes === Buffer.from(bytes).toString('hex');
    return isSame ? known.signature : undefined;
  }

  /** `posted`: whatever came. It takes the place of the plan before. */
  plan(posted: unknown, nowMs: number): PlanAnswer | Refusal {
    const stopped = stopRefusal(this.state);
    if (stopped) return stopped;
    const { wallet, chain } = this.parts;
    const plan = takenPlan(posted, { wallet, chainId: chain.id, rows: this.state.rows });
    if ('refused' in plan) return plan;
    const unwritten = this.state.says(plan) ? undefined : this.keepPlan(plan, nowMs);
    if (unwritten) return unwritten;
    return { plan: this.state.plan, rows: this.state.rowsOf(plan).map((row) => this.show.of(row)) };
  }

  /** What is asked, as far as it can be understood by itself: then its branch is asked for, and `decide`. */
  read(bytes: Uint8Array): Understood | Refusal {
    return understand(bytes, this.parts.wallet);
  }

  /** When it answers `sign`, the bytes, their lines, counter and expiry are durable. */
  decide(facts: AskedFacts): Decision {
    const asked = this.read(facts.bytes);
    if ('refused' in asked) return { refused: asked };
    const { state, show: records, parts } = this;
    const judged = judge(asked, facts, { state, records, wallet: parts.wallet, costPerByte: parts.chain.costPerByte });
    if (!('entry' in judged || 'again' in judged)) return judged;
    const unwritten = 'entry' in judged ? this.tryToKeep(judged.entry) : undefined;
    return unwritten ? { refused: unwritten } : { sign: bytesToSign(asked), id: asked.id };
  }

  /** The signer has signed. Only what this answers may be answered: meanwhile a block may have come. */
  signed(id: string, signature: string, nowMs: number): { readonly signature: string } | Refusal {
    const asked = this.state.operations.get(id);
    if (!asked) return refusal('spent', 'it was not asked for here');
    if (!asked.signature) {
      const unwritten = this.tryToKeep({ type: 'signed', ms: nowMs, id, signature });
      if (unwritten) return unwritten;
    }
    const stopped = stopRefusal(this.state);
    if (stopped) return stopped;
    const known = this.state.operations.get(id);
    return known?.fate === 'live' && known.signature ? { signature: known.signature } : refusal('spent');
  }

  /**
   * The final block on top of the position, also while stopped. Answers the operations of ours in it. Throws NotWritten:
   * then it is to be told again.
   */
  finalBlock(block: FinalBlock): readonly IncludedOperation[] {
    const { position } = this.state;
    if (!position || block.level !== position.level + 1) {
      throw new Error(`level ${block.level} does not follow ${position?.level}`);
    }
    if (block.predecessor !== position.hash) {
      this.lost('not-an-ancestor', `${block.hash} stands on ${block.predecessor}, not on ${position.hash}`);
      return [];
    }
    const entry = readBlock(block, this.state);
    const happened = [entry.included, entry.foreign, entry.dead, entry.stops].some(({ length }) => length > 0);
    const isChange = happened || entry.position.operationsTtl !== position.operationsTtl;
    // What is not durable is read again after a start, with the same result.
    if (!isChange && block.level < this.checkpoint + CHECKPOINT_BLOCKS) {
      this.state.moveTo(entry.position);
      return [];
    }
    this.keep(entry);
    this.checkpoint = block.level;
    return entry.included;
  }

  /** The follower cannot go on from the position. Throws NotWritten. */
  lost(reason: Extract<StopReason, 'not-an-ancestor' | 'final-block-gone'>, detail: string): void {
    this.keep({ type: 'stopped', stop: { reason, detail } });
  }

  /** A person's word, which ends a stop. */
  reconcile(word: ReconcileWord, nowMs: number): { readonly generation: number } | Refusal {
    if (!this.journal) return refusal('reconcile-refused', this.state.stops[0].detail);
    let entry: Entry;
    try {
      entry = reconciled(word, this.state, nowMs);
    } catch (error) {
      if (error instanceof ReconcileRefused) return refusal('reconcile-refused', error.message);
      throw error;
    }
    const unwritten = this.tryToKeep(entry);
    if (unwritten) return unwritten;
    this.checkpoint = word.block.level;
    return { generation: word.generation };
  }

  /** What was signed has room on the disk and in memory, whoever posts plans, and however often. */
  private keepPlan({ rows, leftOut }: PostedPlan, ms: number): Refusal | undefined {
    const { journal, mostJournalBytes = Number.POSITIVE_INFINITY } = this.parts;
    if (journal && journal.bytes > mostJournalBytes) return refusal('journal-long');
    return this.tryToKeep({ type: 'plan', ms, rows, leftOut });
  }

  /** Durable first. Throws NotWritten: then nothing has changed. */
  private keep(entry: Entry): void {
    if (!this.journal) throw new NotWritten(new Error('there is none'));
    this.journal.append(entry);
    this.state.apply(entry);
  }

  private tryToKeep(entry: Entry): Refusal | undefined {
    try {
      this.keep(entry);
      return undefined;
    } catch (error) {
      if (error instanceof NotWritten) return refusal('journal-not-written', error.message);
      throw error;
    }
  }
}

import { randomUUID } from 'node:crypto';
import { idOf } from './asked-operation';
import type { ChainReader, Header } from './chain-reader';
import type { FinalBlock } from './final-block';
import { AlreadyThere } from './google-storage';
import type { PayingWallet } from './paying-wallet';
import { type RowKey, rowName } from './payout-guard.contract';
import { reconciled } from './reconciliation';
import type { Proposal, ShownRow, ShownTransfer, Word } from './reconciliation.contract';
import { type Seen, type SeenTransfer, transfersSince } from './transfers-seen';
import { heldRows, waitingRows } from './waiting-rows';
import type { PaidRow } from './wallet-entries';
import type { Row } from './wallet-rows';

/** What was found for a proposal, and is needed again for the word. */
interface Found {
  readonly proposal: Proposal;
  readonly to: Header;
  readonly seen: Seen;
  readonly restored: readonly PaidRow[];
  /** How many foreign operations the journal had then. */
  readonly foreign: number;
}

export interface ReconcileParts {
  readonly chain: ChainReader;
  readonly finalityBlocks: number;
}

/** It is not taken, and why. */
export class NotTaken extends Error {}

/**
 * How a person says that a wallet's payments are known: what was sent since the last time is shown, the person says which
 * rows it has paid, and a number is raised in the bucket before any of it counts. A guard with an older number signs
 * nothing.
 */
export class ReconcileOffer {
  private found: Found | undefined;

  constructor(
    private readonly wallet: PayingWallet,
    private readonly parts: ReconcileParts,
  ) {}

  /** Looks at the chain and the bucket. Throws where one of them does not answer; NotTaken where the journal is damaged. */
  async propose(): Promise<Proposal> {
    const { core, bucket, config } = this.wallet;
    const { chain } = this.parts;
    const damaged = core.state.stops.find(({ reason }) => reason === 'journal-damaged');
    if (damaged) throw new NotTaken(damaged.detail); // no word of a person ends that
    const last = await bucket.lastReconciliation();
    const to = await this.newestFinal();
    const facts = await this.blockOf(to);
    const after = last?.level ?? to.level;
    const seen = await transfersSince({ chain, wallet: config.address, baker: config.baker, after, to });
    // Also those that the journal has an operation for: it is another one that has paid them, and this one is over, or refused.
    const restored = (await bucket.paidRows()).filter((row) => !core.state.rows.get(rowName(row))?.paid);
    const { foreign } = core.state;
    const proposal: Proposal = {
      id: randomUUID(),
      status: this.wallet.status,
      block: { level: to.level, hash: to.hash, timeMs: to.timeMs },
      counter: `${facts.counter}`,
      balance: `${facts.balance}`,
      ...(last ? { last: { generation: last.generation, level: last.level, timeMs: last.timeMs } } : {}),
      shownFrom: seen.fromLevel,
      wantedFrom: after + 1,
      foreign: foreign.map(({ hash, level, transfers }) => ({ hash, level, transfers })),
      transfers: this.unexplained(seen, restored),
      recipients: config.recipients,
      restored: restored.length,
      unseen: this.unseen(facts, seen),
      held: heldRows(core.state),
      waiting: waitingRows(core.state, Date.now()),
    };
    this.found = { proposal, to, seen, restored, foreign: foreign.length };
    return proposal;
  }

  /** Takes what the person has said of the newest proposal. Throws NotTaken. */
  async take(word: Word): Promise<number> {
    const { found } = this;
    if (found?.proposal.id !== word.id) throw new NotTaken('that was not shown last here: run reconcile again');
    this.found = undefined;
    return this.wallet.held(() => this.record(word, found));
  }

  /** Answers the new generation. */
  private async record(word: Word, found: Found): Promise<number> {
    const { core, bucket } = this.wallet;
    const { proposal, to, seen, restored } = found;
    const isLost = core.position === undefined;
    if (core.state.foreign.length !== found.foreign || isLost !== (proposal.status.final === undefined)) {
      throw new NotTaken('more has happened since it was shown: run reconcile again');
    }
    const at = core.position ? await this.parts.chain.header(core.position.hash) : to;
    if (!at) throw new NotTaken('our node does not know the block of the journal');
    const block = await this.blockOf(at);
    const said = [
      ...word.paid.map((each) => paidRowOf(each, proposal.transfers)),
      ...word.paidElsewhere.map((each) => paidElsewhere(each, [...proposal.held, ...proposal.waiting])),
    ];
    const paid = [...new Map([...restored, ...said].map((row) => [rowName(row), row])).values()];
    const generation = Math.max(await bucket.newest(0), core.state.generation) + 1;
    const { notIncluded, release, close } = word;
    const operations = isLost ? seen.operations : [];
    const complete = { generation, block, operations, paid, notIncluded, release, close };
    reconciled(complete, core.state, Date.now()); // what is refused raises nothing
    await this.completeRecords();
    // The next one shows what was sent after this level: up to it all that is paid must be in the bucket. What was
    // restored is there: years of it in one object could not be read again.
    const { level, hash } = to.level < block.level ? to : block; // nobody was shown what came then
    await this.raise({ generation, level, hash, timeMs: Date.now(), paid: said });
    const done = core.reconcile(complete, Date.now());
    if ('refused' in done) throw new NotTaken(done.detail);
    return generation;
  }

  private async completeRecords(): Promise<void> {
    try {
      await this.wallet.bucket.complete(this.wallet.records);
    } catch (error) {
      throw new NotTaken(`records of what is paid are not in the bucket yet: ${(error as Error).message}`);
    }
  }

  /** From now on no guard with an older number signs: not this one either, if what follows fails. */
  private async raise(kept: Parameters<PayingWallet['bucket']['keep']>[0]): Promise<void> {
    try {
      await this.wallet.bucket.keep(kept);
    } catch (error) {
      if (error instanceof AlreadyThere) throw new NotTaken('another guard was quicker: run reconcile again');
      throw error;
    }
  }

  private async newestFinal(): Promise<Header> {
    const { chain, finalityBlocks } = this.parts;
    const { hash } = await chain.head();
    const final = await chain.header(`${hash}~${finalityBlocks}`);
    if (!final) throw new NotTaken('our node has no final block');
    return final;
  }

  private async blockOf(header: Header): Promise<FinalBlock> {
    const block = await this.parts.chain.block(header, this.wallet.config.address);
    if (!block) throw new NotTaken(`our node does not have all of level ${header.level}`);
    return block;
  }

  /** Transfers of operations that have not paid any row that is known. */
  private unexplained({ transfers }: Seen, restored: readonly PaidRow[]): ShownTransfer[] {
    const rows = this.wallet.core.state.rows.all;
    const known = new Set([...rows.map(({ paid }) => paid?.hash), ...restored.map(({ hash }) => hash)]);
    const isRestored = new Set(restored.map(rowName));
    const open = rows.filter((row) => !row.paid && row.holder === undefined && !isRestored.has(row.name));
    return transfers.filter(({ hash }) => !known.has(hash)).map((each) => this.shown(each, open));
  }

  private shown({ level, hash, from, to, mutez }: SeenTransfer, open: readonly Row[]): ShownTransfer {
    const rows = open
      .filter(({ recipient }) => recipient === to)
      .map((row) => ({ ...keyOf(row), amount: `${row.amount}` }));
    const { baker } = this.wallet.config;
    return { level, hash, from: from === baker ? 'baker' : 'wallet', to, amount: `${mutez}`, rows };
  }

  /** Operations whose counter is used up at the block, with nothing that is shown having used it. */
  private unseen({ counter }: FinalBlock, { operations }: Seen): Proposal['unseen'] {
    const { state, position } = this.wallet.core;
    if (position) return []; // the journal has followed all along
    const shown = new Set(operations.map(({ bytes }) => bytes && idOf(bytes)));
    return state.operations.live
      .filter(({ id, first }) => first <= counter && !shown.has(id))
      .map(({ id, first, askedMs, contents }) => ({
        id,
        firstCounter: `${first}`,
        askedMs,
        rows: contents.flatMap(({ rows }) => rows),
      }));
  }
}

function paidRowOf(said: Word['paid'][number], transfers: Proposal['transfers']): PaidRow {
  const transfer = transfers[said.transfer];
  if (!transfer) throw new NotTaken(`there is no transfer ${said.transfer}`);
  const { hash, level } = transfer;
  const row = transfer.rows.find((each) => rowName(each) === rowName(said));
  return { ...keyOf(said), amount: row?.amount ?? transfer.amount, hash, level };
}

/** The chain does not say it: of the row's own amount, by nothing that has a hash here. */
function paidElsewhere(said: RowKey, shown: readonly ShownRow[]): PaidRow {
  const row = shown.find((each) => rowName(each) === rowName(said));
  if (!row) throw new NotTaken(`${rowName(said)} was not shown`);
  return { ...keyOf(said), amount: row.amount };
}

function keyOf({ cycle, kind, delegator, recipient }: RowKey): RowKey {
  return { cycle, kind, delegator, recipient };
}

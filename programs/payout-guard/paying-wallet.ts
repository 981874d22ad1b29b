import { join } from 'node:path';
import type { Log } from '../runtime/json-log';
import type { ChainReader } from './chain-reader';
import type { FinalBlock } from './final-block';
import { Finals } from './finals';
import { Follower } from './follower';
import type { GoogleStorage } from './google-storage';
import { DamagedJournal, Journal } from './journal';
import { journalFile } from './journal-disk';
import {
  journalShare,
  type PayoutGuardConfig,
  type PayoutRecord,
  type ServedStatus,
  type WalletConfig,
} from './payout-guard.contract';
import { RecordsBucket } from './records-bucket';
import { Signing } from './signing';
import { WalletCore } from './wallet-core';
import { WalletSigner } from './wallet-signer';

/** What the wallets of a guard share. */
export interface Shared {
  readonly config: PayoutGuardConfig;
  readonly chain: ChainReader;
  readonly storage: GoogleStorage;
  /** Of one of the journals nobody can know any more what is on the disk. */
  readonly onBroken: () => void;
  readonly onFinal: (wallet: PayingWallet, block: FinalBlock) => void;
  readonly log: Log;
}

/** One wallet, with all that is done for it. */
export class PayingWallet {
  readonly core: WalletCore;
  readonly journal: Journal | undefined;
  readonly signer: WalletSigner;
  readonly bucket: RecordsBucket;
  readonly follower: Follower;
  readonly signing: Signing;
  private readonly finals = new Finals();
  private isStopping = false;
  private isHeld = false;
  private isFollowing = false;
  private problem = '';
  private following: Promise<void> = Promise.resolve();

  constructor(
    readonly config: WalletConfig,
    private readonly shared: Shared,
  ) {
    const { chain, storage, log } = shared;
    const { chain: chainConfig, bucket, folder } = shared.config;
    const { address } = config;
    this.journal = opened(join(folder, `${address}.journal`), log);
    const { id, costPerByte, finalityBlocks } = chainConfig;
    this.core = new WalletCore({
      chain: { id, costPerByte: BigInt(costPerByte) },
      wallet: config,
      journal: this.journal,
      mostJournalBytes: journalShare(shared.config.wallets.length),
    });
    this.signer = new WalletSigner(config.signer, address);
    this.bucket = new RecordsBucket({ storage, prefix: bucket.prefix, chainId: id, wallet: address, log });
    const onFinal = (block: FinalBlock) => this.hasFinal(block);
    this.follower = new Follower({ core: this.core, chain, wallet: address, finalityBlocks, onFinal, log });
    const { core, bucket: kept, signer, finals } = this;
    this.signing = new Signing({ core, chain, bucket: kept, signer, finals, log });
  }

  get status(): ServedStatus {
    return { ...this.core.records.status, refusedMs: this.signing.refusedMs };
  }

  /** All rows that were ever posted, by cycle. */
  get records(): PayoutRecord[] {
    return this.core.records.all;
  }

  /** Follows the chain, unless it is held. What goes wrong is told, and tried again. */
  tick(): void {
    if (this.journal?.isBroken) this.shared.onBroken();
    if (this.isHeld || this.isStopping || this.isFollowing) return;
    this.isFollowing = true;
    this.following = this.follow();
  }

  private async follow(): Promise<void> {
    try {
      await this.follower.follow(() => this.isHeld || this.isStopping);
      this.problem = '';
    } catch (error) {
      const { message } = error as Error;
      if (message !== this.problem) this.shared.log('ERROR', message, { wallet: this.config.address });
      this.problem = message;
    }
    this.isFollowing = false;
  }

  /** What is slow and no one waits for: whether the signer is there, what the bucket says, and what it lacks. Never throws. */
  async look(): Promise<void> {
    const { signer, bucket, core, config } = this;
    await Promise.all([signer.look(config.publicKey), bucket.newest(core.state.generation).catch(() => {})]);
    if (bucket.behind !== 0) await this.copy();
  }

  /** Runs `work` while the journal stays where it is on the chain. */
  async held<T>(work: () => Promise<T>): Promise<T> {
    this.isHeld = true;
    try {
      await this.following;
      return await work();
    } finally {
      this.isHeld = false;
      this.finals.came();
    }
  }

  async copy(): Promise<void> {
    await this.bucket.copy(this.records);
  }

  /** Nothing new is begun. */
  stop(): void {
    this.isStopping = true;
    this.signing.stop();
  }

  private hasFinal(block: FinalBlock): void {
    this.finals.came();
    this.shared.onFinal(this, block);
    if (block.operations.length > 0) this.copy();
  }
}

/** Undefined if it is damaged: then the wallet is stopped, and a person must look. */
function opened(path: string, log: Log): Journal | undefined {
  try {
    return new Journal(journalFile(path));
  } catch (error) {
    if (!(error instanceof DamagedJournal)) throw error;
    log('ERROR', `the journal is damaged: ${error.message}`, { path });
    return undefined;
  }
}

import type { Log } from '../runtime/json-log';
import { Turns } from '../runtime/turns';
import { refusal } from './asked-operation';
import type { ChainReader } from './chain-reader';
import type { Finals } from './finals';
import { HOLD_MS, type Refusal } from './payout-guard.contract';
import type { RecordsBucket } from './records-bucket';
import type { Decision, WalletCore } from './wallet-core';
import type { WalletSigner } from './wallet-signer';

export interface SigningParts {
  readonly core: WalletCore;
  readonly chain: ChainReader;
  readonly bucket: RecordsBucket;
  readonly signer: WalletSigner;
  readonly finals: Finals;
  readonly log: Log;
}

/** A request to sign, as it came. */
export interface Wanted {
  /** With 0x03 in front. */
  readonly bytes: Uint8Array;
  /** By performance.now(). */
  readonly arrivedMs: number;
  readonly isGone: () => boolean;
}

export type SignOutcome = { readonly signature: string; readonly isStored: boolean } | Refusal;

/** Brings requests to one wallet's core and signer: one after the other, and those that must wait for the chain beside them. */
export class Signing {
  private readonly turns = new Turns();
  /** Of the last request that was refused; nobody knows of those before a start. Unix milliseconds. */
  refusedMs = Date.now();
  private isStopping = false;

  constructor(private readonly parts: SigningParts) {}

  /** Whether nobody is being served. */
  get isIdle(): boolean {
    return this.turns.isFree;
  }

  /** Nobody is held any longer; who is at the signer is served to the end. */
  stop(): void {
    this.isStopping = true;
    this.parts.finals.came();
  }

  async sign(wanted: Wanted): Promise<SignOutcome> {
    const outcome = await this.outcomeOf(wanted);
    if ('refused' in outcome) this.refusedMs = Date.now();
    return outcome;
  }

  private async outcomeOf({ bytes, arrivedMs, isGone }: Wanted): Promise<SignOutcome> {
    const untilMs = arrivedMs + HOLD_MS;
    for (;;) {
      const end = await this.turns.take(untilMs, isGone);
      if (!end) return refusal('counter-not-next', 'others were served until it was too late');
      let outcome: SignOutcome | { readonly hold: Refusal };
      try {
        outcome = this.isStopping
          ? refusal('node-failed', 'the guard is being ended')
          : await this.attempt(bytes, isGone);
      } finally {
        end();
      }
      if (!('hold' in outcome)) return outcome;
      if (this.isStopping || isGone() || performance.now() >= untilMs) return outcome.hold;
      await this.parts.finals.next(untilMs);
    }
  }

  private async attempt(bytes: Uint8Array, isGone: () => boolean): Promise<SignOutcome | { hold: Refusal }> {
    const { core } = this.parts;
    const read = core.read(bytes);
    if ('refused' in read) return read;
    const branch = await this.branchLevel(read.branch);
    if ('refused' in branch) return branch;
    const newestGeneration = await this.newestGeneration();
    // Nobody would broadcast it, and its rows would be held until it is dead.
    if (isGone()) return refusal('node-failed', 'nobody waits for the signature any more');
    const asked = { bytes, branchLevel: branch.level, newestGeneration, nowMs: Date.now() };
    const decision = core.decide(asked);
    return 'sign' in decision ? this.askSigner(decision) : outcomeOf(decision);
  }

  private async askSigner({ sign, id }: Extract<Decision, { sign: Uint8Array }>): Promise<SignOutcome> {
    const { core, signer, log } = this.parts;
    let signature: string;
    try {
      signature = await signer.sign(Buffer.from(sign).toString('hex'));
    } catch (error) {
      log('ERROR', `no signature: ${(error as Error).message}`, { id });
      return refusal('signer-failed', (error as Error).message);
    }
    const signed = core.signed(id, signature, Date.now());
    return 'signature' in signed ? { signature: signed.signature, isStored: false } : signed;
  }

  /** Of a branch that our node does not know there is none. */
  private async branchLevel(branch: string): Promise<{ readonly level: number | undefined } | Refusal> {
    try {
      return { level: (await this.parts.chain.header(branch))?.level };
    } catch (error) {
      return refusal('node-failed', (error as Error).message);
    }
  }

  /** Undefined if the bucket does not say. */
  private async newestGeneration(): Promise<number | undefined> {
    const { bucket, core, log } = this.parts;
    try {
      return await bucket.newest(core.state.generation);
    } catch (error) {
      log('WARNING', `the records bucket does not answer: ${(error as Error).message}`);
      return undefined;
    }
  }
}

function outcomeOf(decision: Exclude<Decision, { sign: Uint8Array }>): SignOutcome | { hold: Refusal } {
  if ('hold' in decision) return decision;
  return 'signature' in decision ? { signature: decision.signature, isStored: true } : decision.refused;
}

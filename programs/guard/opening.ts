import type { Epoch } from '../runtime/epoch';
import { HandOver } from './hand-over';
import type { Held, OpeningParts, Phase, Place, TakenBy } from './opening-parts';

/**
 * Who may be asked to sign. A guard opens when every signer has taken its epoch, or a person has said that the signer
 * is off; and each is used only when every other one has said again, after this one's session began, that it listens to
 * this guard: else a newer guard may have it already.
 */
export class Opening {
  private state: Phase = 'opening';
  private readonly held = new Map<string, Held>();
  private readonly answered = new Set<string>();
  private readonly fenced = new Set<string>();
  private readonly usable = new Set<string>();
  private readonly handOver: HandOver;
  private readonly signers: readonly string[];
  private readonly away: ReadonlySet<string>;
  private turn = 0;
  /** Answers to what was asked before are void. */
  private since = 0;

  constructor(private readonly parts: OpeningParts) {
    this.signers = parts.signers;
    this.away = parts.away;
    this.handOver = new HandOver(parts.signers, parts.monotonicMs);
  }

  get epoch(): Epoch {
    return this.parts.epoch;
  }

  get phase(): Phase {
    return this.state;
  }

  /** A moment that comes after all that was known: answers to what is asked from now on are of later. */
  now(): number {
    return ++this.turn;
  }

  /** Signers to announce this guard to. */
  get unanswered(): string[] {
    if (this.state === 'outbid' || this.state === 'stopped') return [];
    return this.signers.filter((signer) => !this.away.has(signer) && !this.answered.has(signer));
  }

  /** Whether a signer has taken the epoch, and keeps to the session that it named. */
  hasAnswered(signer: string): boolean {
    return this.answered.has(signer);
  }

  /** A signer has taken the epoch, and named a session. */
  take(signer: string, { session, askedAt, mayBeSkipped }: TakenBy): void {
    if (!this.unanswered.includes(signer) || askedAt < this.since) return;
    this.held.set(signer, { session, since: this.now(), confirmedBy: new Set(), counter: 0 });
    this.handOver.grant(signer, this.state === 'opening' ? mayBeSkipped : []);
    this.answered.add(signer);
    this.fenced.delete(signer);
    this.usable.delete(signer);
    // What others said of their sessions before now says nothing of this one.
    if (this.state === 'open' && this.usable.size === 0) this.reopen(signer);
    this.tryOpen();
  }

  /** A signer was asked at turn `askedAt` for its session, and named this one, or none. */
  see(signer: string, session: string | undefined, askedAt: number): void {
    const held = this.held.get(signer);
    if (!held || !this.answered.has(signer) || askedAt < held.since) return;
    if (held.session !== session) {
      this.lose(signer);
      return;
    }
    for (const [other, its] of this.held) {
      if (other !== signer && askedAt >= its.since) its.confirmedBy.add(signer);
    }
    this.tryOpen();
    this.confirm();
  }

  /** Something that an opening waits for, and that no signer says, may be there. */
  retry(): void {
    this.tryOpen();
  }

  /** A person's word that a signer is off, or that no other guard runs. Answers why it is not taken. */
  fence(signer: string): string | undefined {
    if (this.state !== 'opening') {
      const waiting = this.signers.filter((each) => this.waitsForWordOf(each).includes(signer));
      if (waiting.length === 0) return 'nothing waits for it';
      return `only a start can do without its word on ${waiting.join(', ')}: delete this pod, and fence it in the next one`;
    }
    if (!this.unanswered.includes(signer)) return 'it has answered';
    const others = this.unanswered.filter((each) => each !== signer);
    if (others.length > 0) return `first every other signer must answer; these have not: ${others.join(', ')}`;
    this.fenced.add(signer);
    this.tryOpen();
    return undefined;
  }

  /** A signer listens to a newer guard: this one signs nothing any more, and takes no other epoch. */
  outbid(by: string): void {
    if (this.state !== 'stopped') this.enter('outbid', by);
  }

  /**
   * For good. Answers where that may be said, in the session of one signer and in no other: one that may be asked to
   * sign now, or whose answer lets this guard skip others and has not been used. One that is reached comes first.
   */
  stop(isReached: (signer: string) => boolean): Place | undefined {
    if (this.state === 'stopped') return undefined; // it has been said, whether it was heard or not
    const { usableSigners, handOver } = this;
    const isUnused = (each: string) => this.state === 'opening' && handOver.isGivenBy(each);
    const holders = [...usableSigners, ...this.signers.filter(isUnused)];
    this.enter('stopped');
    const signer = holders.find(isReached) ?? holders[0];
    return signer === undefined ? undefined : { signer, ...this.counted(signer) };
  }

  /** Signers that may be asked now, in the order of the file. */
  get usableSigners(): string[] {
    return this.state === 'open' ? this.signers.filter((signer) => this.usable.has(signer)) : [];
  }

  /** The session of a usable signer, and the next counter in it. */
  next(signer: string): { readonly session: string; readonly counter: number } | undefined {
    return this.usableSigners.includes(signer) ? this.counted(signer) : undefined;
  }

  /** Who must name our session once more before an open guard uses a signer that has come back. */
  waitsForWordOf(signer: string): string[] {
    const isWaiting = this.state === 'open' && this.answered.has(signer) && !this.usable.has(signer);
    return isWaiting ? this.withoutWordOn(signer) : [];
  }

  /** Signers that have not answered, and count as if they had: for this opening alone. */
  get skipped(): string[] {
    if (this.state !== 'opening') return [];
    return this.unanswered.filter((signer) => this.handOver.letsOff(signer));
  }

  private counted(signer: string): { readonly session: string; readonly counter: number } {
    const held = this.held.get(signer) as Held;
    held.counter++;
    return { session: held.session, counter: held.counter };
  }

  private enter(phase: Phase, by?: string): void {
    if (this.state === phase) return;
    this.state = phase;
    this.parts.onPhase?.(phase, by);
  }

  private lose(signer: string): void {
    this.answered.delete(signer);
    this.usable.delete(signer);
    this.handOver.isSilent(signer);
  }

  /** No session has lasted: every other signer must answer anew, and be fenced anew. */
  private reopen(lasting: string): void {
    this.enter('opening');
    this.since = this.now();
    for (const signer of this.signers) if (signer !== lasting) this.lose(signer);
    this.fenced.clear();
  }

  private tryOpen(): void {
    if (this.state !== 'opening' || this.answered.size === 0) return; // none to ask
    const { skipped } = this;
    const isOut = (signer: string) => this.fenced.has(signer) || this.away.has(signer) || skipped.includes(signer);
    const isSure = (signer: string) => this.withoutWordOn(signer, skipped).length === 0;
    if (!this.signers.every((signer) => (this.answered.has(signer) ? isSure(signer) : isOut(signer)))) return;
    if (!this.parts.onOpen()) return;
    this.enter('open');
    for (const signer of this.answered) this.usable.add(signer);
    this.fenced.clear();
    this.handOver.use();
  }

  /** While open: signers that came back. */
  private confirm(): void {
    if (this.state !== 'open') return;
    for (const signer of this.answered) if (this.withoutWordOn(signer).length === 0) this.usable.add(signer);
  }

  /** Who has not confirmed its session, and is not out. */
  private withoutWordOn(signer: string, skipped: readonly string[] = []): string[] {
    const by = this.held.get(signer)?.confirmedBy ?? new Set();
    const isOut = (other: string) => this.away.has(other) || this.fenced.has(other) || skipped.includes(other);
    return this.signers.filter((other) => other !== signer && !isOut(other) && !by.has(other));
  }
}

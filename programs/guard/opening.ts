import type { Epoch } from '../runtime/epoch';

/** What the guard holds of one signer's session. */
interface Held {
  readonly session: string;
  /** Turn of the guard at which its answer came. */
  readonly since: number;
  /** Signers that have named our session with them once more, asked after this one began. */
  readonly confirmedBy: Set<string>;
  counter: number;
}

export type Phase = 'opening' | 'open' | 'outbid' | 'stopped';

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
  private turn = 0;
  /** Answers to what was asked before are void. */
  private since = 0;

  /** `away`: signers that the bakery file says are off for as long as this guard runs. */
  constructor(
    readonly epoch: Epoch,
    private readonly signers: readonly string[],
    private readonly away: ReadonlySet<string>,
    /** Called at the moment of every opening, before anything can be signed. */
    private readonly onOpen: () => boolean,
  ) {}

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

  /**
   * A signer to which the guard was announced at turn `askedAt` has taken the epoch, and named a session. Answers
   * whether the guard went back to its opening.
   */
  take(signer: string, session: string, askedAt: number): boolean {
    if (!this.unanswered.includes(signer) || askedAt < this.since) return false;
    this.held.set(signer, { session, since: this.now(), confirmedBy: new Set(), counter: 0 });
    this.answered.add(signer);
    this.fenced.delete(signer);
    this.usable.delete(signer);
    // What others said of their sessions before now says nothing of this one.
    const isBack = this.state === 'open' && this.usable.size === 0;
    if (isBack) this.reopen(signer);
    this.tryOpen();
    return isBack;
  }

  /** A signer was asked at turn `askedAt` for its session, and named this one, or none. */
  see(signer: string, session: string | undefined, askedAt: number): void {
    const held = this.held.get(signer);
    if (!held || !this.answered.has(signer) || askedAt < held.since) return;
    if (held.session !== session) {
      this.answered.delete(signer);
      this.usable.delete(signer);
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
    if (this.state !== 'opening') return 'nothing waits for it';
    if (!this.unanswered.includes(signer)) return 'it has answered';
    const others = this.unanswered.filter((each) => each !== signer);
    if (others.length > 0) return `first every other signer must answer; these have not: ${others.join(', ')}`;
    this.fenced.add(signer);
    this.tryOpen();
    return undefined;
  }

  /** A signer listens to a newer guard: this one signs nothing any more, and takes no other epoch. */
  outbid(): void {
    if (this.state !== 'stopped') this.state = 'outbid';
  }

  stop(): void {
    this.state = 'stopped';
  }

  /** Signers that may be asked now, in the order of the file. */
  get usableSigners(): string[] {
    return this.state === 'open' ? this.signers.filter((signer) => this.usable.has(signer)) : [];
  }

  /** The session of a usable signer, and the next counter in it. */
  next(signer: string): { readonly session: string; readonly counter: number } | undefined {
    const held = this.held.get(signer);
    if (!held || !this.usableSigners.includes(signer)) return undefined;
    held.counter++;
    return { session: held.session, counter: held.counter };
  }

  /** No session has lasted: every other signer must answer anew, and be fenced anew. */
  private reopen(lasting: string): void {
    this.state = 'opening';
    this.since = this.now();
    for (const signer of this.signers) if (signer !== lasting) this.answered.delete(signer);
    this.fenced.clear();
  }

  private tryOpen(): void {
    if (this.state !== 'opening' || this.answered.size === 0) return; // none to ask
    const isOut = (signer: string) => this.fenced.has(signer) || this.away.has(signer);
    if (!this.signers.every((signer) => this.answered.has(signer) || isOut(signer))) return;
    if (!this.signers.every((signer) => !this.answered.has(signer) || this.isConfirmed(signer))) return;
    if (!this.onOpen()) return;
    this.state = 'open';
    for (const signer of this.answered) this.usable.add(signer);
    this.fenced.clear();
  }

  /** While open: signers that came back. */
  private confirm(): void {
    if (this.state !== 'open') return;
    for (const signer of this.answered) if (this.isConfirmed(signer)) this.usable.add(signer);
  }

  /** Whether every other signer, unless it is out, has confirmed this one's session. */
  private isConfirmed(signer: string): boolean {
    const by = this.held.get(signer)?.confirmedBy ?? new Set();
    return this.signers.every(
      (other) => other === signer || this.away.has(other) || this.fenced.has(other) || by.has(other),
    );
  }
}

import type { Epoch } from '../runtime/epoch';
import type { GuardMessage } from '../runtime/guard-message';
import { Choice, type Ending } from './choice';
import { type ChainBounds, type Clocks, type Head, Heads } from './heads';
import { compareSlots, HIGHEST_ROUND, Marks, type Slot } from './marks';
import { Opening } from './opening';
import type { Kind } from './signing-request';

/** What is to be signed, with which key. */
export interface Asked extends Slot {
  /** Address of the key. */
  readonly key: string;
  readonly kind: Kind;
  /** Path at the signer, with the query. */
  readonly path: string;
  readonly body: string;
}

/** Why a request is not forwarded. */
export type Reason =
  | 'not open'
  | 'outbid'
  | 'above the ceiling'
  | 'round too high'
  | 'at or below the floor'
  | 'at or below its mark'
  | 'no signer';

export type Decision = { readonly refused: Reason } | { readonly send: GuardMessage };

/** A signer of the bakery file. */
export interface SignerFacts {
  readonly name: string;
  /** Addresses of the keys that its device holds. */
  readonly keys: readonly string[];
  readonly away: boolean;
}

export interface GuardParts extends Clocks {
  readonly epoch: Epoch;
  /** In the order of preference. */
  readonly signers: readonly SignerFacts[];
  readonly chain: ChainBounds;
}

/** A mark that a machine at home reports when it takes an epoch. */
export interface Reported extends Slot {
  readonly key: string;
  /** One of ours, or another word: then it is one mark over all of them. */
  readonly kind: string;
}

/**
 * The last word on what is signed. It does no I/O: what it decides is one step, so that two requests never see the same
 * mark. Each clause of its rules answers a way to two signatures that a search over all their orders has found.
 */
export class GuardCore {
  readonly heads: Heads;
  readonly opening: Opening;
  readonly choice: Choice;
  private readonly marks = new Marks();
  private readonly reported = new Map<string, readonly Reported[]>();
  private floor = 0;

  constructor(private readonly parts: GuardParts) {
    const names = parts.signers.map(({ name }) => name);
    const away = new Set(parts.signers.filter((each) => each.away).map(({ name }) => name));
    this.heads = new Heads(parts.chain, parts);
    this.choice = new Choice(names, parts.monotonicMs);
    this.opening = new Opening(parts.epoch, names, away, () => this.takeFloor());
  }

  /** The level at and below which nothing is signed, in any round. */
  get floorLevel(): number {
    return this.floor;
  }

  report(head: Head): string | undefined {
    const problem = this.heads.report(head);
    this.opening.retry();
    return problem;
  }

  /** Whether the clock of a machine at home is too far from this one: then its answer is none. Milliseconds. */
  isClockApart(clockMs: number, askedMs: number, answeredMs: number): boolean {
    const roundTrip = answeredMs - askedMs;
    return Math.abs(clockMs - answeredMs) + roundTrip > this.parts.chain.blockMs / 2;
  }

  /** The announcement to one signer. */
  announcement(signer: string): { readonly message: GuardMessage; readonly askedAt: number } {
    const askedAt = this.opening.now();
    const { epoch } = this.parts;
    const message = { epoch, session: '', counter: askedAt, signer, method: 'POST', path: '/epoch', body: '' } as const;
    return { message, askedAt };
  }

  /** Marks that a signer reports with its session, in place of what it reported before. */
  take(signer: string, session: string, marks: readonly Reported[], askedAt: number): void {
    this.reported.set(signer, marks);
    this.opening.take(signer, session, askedAt);
  }

  /** Check, mark, choice of signer, session and counter: one step. The mark has moved before a byte leaves. */
  decide(asked: Asked): Decision {
    const refused = this.refusal(asked);
    if (refused) return { refused };
    if (!this.marks.isNew(asked.key, asked.kind, asked)) return { refused: 'at or below its mark' };
    const send = this.toSigner(asked, new Set());
    if (!send) return { refused: 'no signer' };
    this.marks.raise(asked.key, asked.kind, asked);
    return { send };
  }

  /**
   * Nothing of the request has reached these signers' devices: another signer, if one is left, after a new check of floor
   * and session. The mark stays where it is.
   */
  another(asked: Asked, tried: ReadonlySet<string>): Decision {
    const refused = this.refusal(asked);
    if (refused) return { refused };
    // A later request has moved the mark: this one is spent.
    const mark = this.marks.of(asked.key, asked.kind);
    if (mark && compareSlots(mark, asked) !== 0) return { refused: 'at or below its mark' };
    const send = this.toSigner(asked, tried);
    return send ? { send } : { refused: 'no signer' };
  }

  /** Whether its device knows of a signature that neither the floor nor our own marks cover: then it is not used. */
  isMarkedBeyondUs(signer: string): boolean {
    const isCovered = (mark: Reported) => mark.level <= this.floor || this.marks.cover(mark.key, mark.kind, mark);
    return !(this.reported.get(signer) ?? []).every(isCovered);
  }

  ended(signer: string, ending: Ending): void {
    this.choice.ended(signer, ending);
  }

  private refusal({ level, round }: Slot): Reason | undefined {
    const { phase } = this.opening;
    if (phase === 'outbid') return 'outbid';
    if (phase !== 'open') return 'not open';
    if (round > HIGHEST_ROUND) return 'round too high';
    const { ceiling } = this.heads;
    if (ceiling === undefined || level > ceiling) return 'above the ceiling';
    if (level <= this.floor) return 'at or below the floor';
    return undefined;
  }

  private toSigner({ key, path, body }: Asked, tried: ReadonlySet<string>): GuardMessage | undefined {
    const holders = this.parts.signers.filter(({ name, keys }) => keys.includes(key) && !tried.has(name));
    const isUsable = (name: string) => this.opening.usableSigners.includes(name) && !this.isMarkedBeyondUs(name);
    const usable = holders.map(({ name }) => name).filter(isUsable);
    const signer = this.choice.pick(usable, key);
    const next = signer === undefined ? undefined : this.opening.next(signer);
    if (signer === undefined || !next) return undefined;
    return { epoch: this.parts.epoch, ...next, signer, method: 'POST', path, body };
  }

  private takeFloor(): boolean {
    const { floor } = this.heads;
    if (floor === undefined) return false;
    this.floor = Math.max(this.floor, floor);
    return true;
  }
}

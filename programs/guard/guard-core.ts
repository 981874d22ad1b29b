import { type Answer, HANDOVER_MS, HANDOVER_PATH, type Handover, type ReportedMark } from '../agent/agent.contract';
import type { Epoch } from '../runtime/epoch';
import type { GuardMessage } from '../runtime/guard-message';
import { Choice, type Ending } from './choice';
import { Floor } from './floor';
import { type ChainBounds, type Clocks, type Head, Heads } from './heads';
import { compareSlots, HIGHEST_ROUND, Marks, type Slot } from './marks';
import { Opening } from './opening';
import type { OpeningParts } from './opening-parts';
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

export interface GuardParts extends Clocks, Pick<OpeningParts, 'onPhase'> {
  readonly epoch: Epoch;
  /** In the order of preference. */
  readonly signers: readonly SignerFacts[];
  readonly chain: ChainBounds;
}

/**
 * The last word on what is signed. It does no I/O: what it decides is one step, so that two requests never see the same
 * mark. Each clause of its rules answers a way to two signatures that a search over all their orders has found.
 */
export class GuardCore {
  readonly heads: Heads;
  readonly opening: Opening;
  readonly choice: Choice;
  readonly floor: Floor;
  private readonly marks = new Marks();
  private readonly reported = new Map<string, readonly ReportedMark[]>();

  constructor(private readonly parts: GuardParts) {
    const names = parts.signers.map(({ name }) => name);
    const away = new Set(parts.signers.filter((each) => each.away).map(({ name }) => name));
    this.heads = new Heads(parts.chain, parts);
    this.floor = new Floor(this.heads);
    this.choice = new Choice(names, parts.monotonicMs);
    const { epoch, monotonicMs, onPhase } = parts;
    this.opening = new Opening({
      epoch,
      signers: names,
      away,
      monotonicMs,
      onPhase,
      onOpen: () => this.floor.take(this.allReported),
    });
  }

  report(head: Head): string | undefined {
    const problem = this.heads.report(head);
    this.opening.retry();
    return problem;
  }

  /**
   * Whether the clock of a machine at home is too far from this one: then its answer is none. Milliseconds. The round
   * trip is one of the monotonic clock: by a wall clock that is set back meanwhile it would be short, or below 0.
   */
  isClockApart(clockMs: number, answeredMs: number, roundTripMs: number): boolean {
    return Math.abs(clockMs - answeredMs) + roundTripMs > this.parts.chain.blockMs / 2;
  }

  /** The announcement to one signer. */
  announcement(signer: string): { readonly message: GuardMessage; readonly askedAt: number } {
    const askedAt = this.opening.now();
    const { epoch } = this.opening;
    const message = { epoch, session: '', counter: askedAt, signer, method: 'POST', path: '/epoch', body: '' } as const;
    return { message, askedAt };
  }

  /** A signer to which the guard was announced at turn `askedAt` has taken it. What it reported before is void. */
  take(signer: string, { session, marks, handover }: Answer, askedAt: number): void {
    this.reported.set(signer, marks);
    this.opening.take(signer, { session, askedAt, mayBeSkipped: handover?.signers ?? [] });
  }

  /** A person's word on a chain that stands. Answers why it is not taken. */
  sayFloor(slot: Slot): string | undefined {
    if (this.opening.phase !== 'opening') return 'the guard has opened, or signs no more: its floor is taken';
    const refusal = this.floor.say(slot, this.allReported);
    this.opening.retry();
    return refusal;
  }

  /** Why the floor is not taken, once every signer has answered. */
  get floorProblem(): string {
    return this.floor.problem(this.allReported);
  }

  /**
   * Nothing more is decided from now on. Answers what one agent may be told of it, for the guard that comes after: if
   * this one has a signer whose every other one listens to it, or was let off by the guard before.
   */
  stop(isReached: (signer: string) => boolean): GuardMessage | undefined {
    const to = this.opening.stop(isReached);
    if (!to) return undefined;
    const { signers, wallMs } = this.parts;
    const { epoch } = this.opening;
    const handover: Handover = { signers: signers.map(({ name }) => name), untilMs: wallMs() + HANDOVER_MS };
    return { epoch, ...to, method: 'POST', path: HANDOVER_PATH, body: JSON.stringify(handover) };
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

  /**
   * Whether its device knows of a signature that neither the floor nor our own marks cover: then it is not used.
   *
   * Our own marks count, though they are above the floor: a home that was without power comes back with the marks of
   * what this guard has signed with it, and would be out until the guard starts again. Nothing is lost by that: what
   * such a device reports is at or below our mark for that key and kind, where nothing is signed again, whoever made it.
   * (A mark over all kinds tells no kind; there the device itself refuses what it covers.)
   */
  isMarkedBeyondUs(signer: string): boolean {
    const isCovered = (mark: ReportedMark) => this.floor.covers(mark) || this.marks.cover(mark.key, mark.kind, mark);
    return this.floor.isTaken && !(this.reported.get(signer) ?? []).every(isCovered);
  }

  /** Whether it may be asked. */
  isUsable(signer: string): boolean {
    return this.opening.usableSigners.includes(signer) && !this.isMarkedBeyondUs(signer);
  }

  /** How it ended at a signer, for the choice of the next one. */
  ended(signer: string, ending: Ending): void {
    this.choice.ended(signer, ending);
  }

  private refusal(slot: Slot): Reason | undefined {
    const { phase } = this.opening;
    if (phase === 'outbid') return 'outbid';
    if (phase !== 'open') return 'not open';
    if (slot.round > HIGHEST_ROUND) return 'round too high';
    const { ceiling } = this.heads;
    if (ceiling === undefined || slot.level > ceiling) return 'above the ceiling';
    if (this.floor.covers(slot)) return 'at or below the floor';
    return undefined;
  }

  private toSigner({ key, path, body }: Asked, tried: ReadonlySet<string>): GuardMessage | undefined {
    const holders = this.parts.signers.filter(({ name, keys }) => keys.includes(key) && !tried.has(name));
    const usable = holders.map(({ name }) => name).filter((name) => this.isUsable(name));
    const signer = this.choice.pick(usable, key);
    const next = signer === undefined ? undefined : this.opening.next(signer);
    if (signer === undefined || !next) return undefined;
    return { epoch: this.opening.epoch, ...next, signer, method: 'POST', path, body };
  }

  private get allReported(): ReportedMark[] {
    return [...this.reported.values()].flat();
  }
}

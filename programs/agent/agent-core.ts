import { compareEpochs, type Epoch, isSameEpoch } from '../runtime/epoch';
import { type GuardMessage, signedText } from '../runtime/guard-message';
import { HANDOVER_MS } from './agent.contract';

/** Highest level and round that a key has signed, as far as a machine at home knows. */
export interface ReportedMark {
  readonly key: string;
  /** One of the guard's, or another word: then it is one mark over all of them. */
  readonly kind: string;
  readonly level: number;
  readonly round: number;
}

/** What an agent says to an announcement that it takes. */
export interface Answer {
  readonly session: string;
  readonly clockMs: number;
  readonly marks: readonly ReportedMark[];
  /** What the guard before has said here, if this is the first one after it. */
  readonly handover?: Handover;
}

/** A guard has stopped for good. */
export interface Handover {
  /** Names of all signers of its bakery file. */
  readonly signers: readonly string[];
  /** Until when the next guard is told of it. Unix milliseconds. */
  readonly untilMs: number;
}

/** Why it takes a message not. `epoch`: the one it has, if that is the reason. */
export interface Refusal {
  readonly refused: 'signature' | 'signer' | 'epoch' | 'session' | 'counter';
  readonly epoch?: Epoch;
}

/** What it must not lose: a session ends with the machine's uptime, an epoch does not. */
export interface AgentStore {
  epoch(): Epoch | undefined;
  /** Returns when it is durable. */
  keepEpoch(epoch: Epoch): void;
  session(): Session | undefined;
  /** Returns when a restart of this program finds it; a reboot may lose it. */
  keepSession(session: Session): void;
}

/** The time in which one guard may ask. */
export interface Session {
  readonly id: string;
  readonly epoch: Epoch;
  /** The highest counter taken. */
  readonly highest: number;
  /** Counters above the ones that are too old to come, that were taken. */
  readonly taken: readonly number[];
}

export interface AgentParts {
  readonly signer: string;
  readonly store: AgentStore;
  /** 128 random bits, as hexadecimal digits. */
  readonly random: () => string;
  /** Unix milliseconds. */
  readonly clockMs: () => number;
  /** Milliseconds since some moment: never jumps. */
  readonly monotonicMs: () => number;
  readonly isGuards: (text: string, signature: string) => boolean;
  readonly marks: () => readonly ReportedMark[];
}

/** A counter this far below the highest one is too late. */
const WINDOW = 256;

/** In this process's memory alone, and for one session: after any restart nobody can tell what has been signed since. */
interface Note {
  readonly session: string;
  readonly handover: Handover;
  /** By the monotonic clock. */
  readonly endMs: number;
}

/**
 * What an agent takes, and from whom: from the one guard whose epoch it has stored, in the session that it has named,
 * each message once. It learns an epoch from an announcement and from nothing else.
 */
export class AgentCore {
  private note: Note | undefined;
  /** What the last announcement was answered beside its session: an exact repetition of it is answered the same. */
  private told: { readonly epoch: Epoch; readonly handover: Handover | undefined } | undefined;

  constructor(private readonly parts: AgentParts) {}

  /** The epoch that it has taken last, if any. */
  get epoch(): Epoch | undefined {
    return this.parts.store.epoch();
  }

  /** The session of that epoch; none since the machine has started, until a guard announces itself. */
  get session(): string | undefined {
    return this.current()?.id;
  }

  /** What the machine knows of its own marks. */
  get marks(): readonly ReportedMark[] {
    return this.parts.marks();
  }

  /** A guard says that it is there. A higher epoch ends whoever was heard before; the same one begins a new session. */
  announce(message: GuardMessage, signature: string): Answer | Refusal {
    const refusal = this.unheard(message, signature);
    if (refusal) return refusal;
    const { store, random, clockMs, marks } = this.parts;
    const stored = store.epoch();
    if (stored && compareEpochs(message.epoch, stored) < 0) return { refused: 'epoch', epoch: stored };
    const isRepeated = isSameEpoch(stored, message.epoch);
    const handover = isRepeated ? this.toldTo(message.epoch) : this.handover;
    this.note = undefined; // the session that it was of ends
    this.told = { epoch: message.epoch, handover };
    store.keepEpoch(message.epoch);
    const session: Session = { id: random(), epoch: message.epoch, highest: 0, taken: [] };
    store.keepSession(session);
    return { session: session.id, clockMs: clockMs(), marks: marks(), handover };
  }

  /** The guard of this session says that it has stopped. It is kept for the next one. */
  handOver(message: GuardMessage, signature: string, handover: Handover): Refusal | undefined {
    const refusal = this.admit(message, signature);
    if (refusal) return refusal;
    const { clockMs, monotonicMs } = this.parts;
    const forMs = Math.min(handover.untilMs - clockMs(), HANDOVER_MS);
    this.note = { session: message.session, handover, endMs: monotonicMs() + forMs };
    return undefined;
  }

  /** Whether the message may be carried out, once. What it takes it has noted before it answers. */
  admit(message: GuardMessage, signature: string): Refusal | undefined {
    const refusal = this.unheard(message, signature);
    if (refusal) return refusal;
    const stored = this.parts.store.epoch();
    if (!isSameEpoch(stored, message.epoch)) return { refused: 'epoch', epoch: stored };
    const session = this.current();
    if (session?.id !== message.session) return { refused: 'session' };
    const { counter } = message;
    if (counter <= session.highest - WINDOW || session.taken.includes(counter)) return { refused: 'counter' };
    const highest = Math.max(session.highest, counter);
    const taken = [...session.taken, counter].filter((each) => each > highest - WINDOW);
    this.parts.store.keepSession({ ...session, highest, taken });
    return undefined;
  }

  private toldTo(epoch: Epoch): Handover | undefined {
    return isSameEpoch(this.told?.epoch, epoch) ? this.told?.handover : undefined;
  }

  /** What may be told to a higher epoch. */
  private get handover(): Handover | undefined {
    const { note } = this;
    const isOver = !note || note.session !== this.current()?.id || note.endMs <= this.parts.monotonicMs();
    return isOver ? undefined : note.handover;
  }

  private unheard(message: GuardMessage, signature: string): Refusal | undefined {
    if (!this.parts.isGuards(signedText(message), signature)) return { refused: 'signature' };
    return message.signer === this.parts.signer ? undefined : { refused: 'signer' };
  }

  /** The session, if it is of the epoch that is stored. */
  private current(): Session | undefined {
    const session = this.parts.store.session();
    return session && isSameEpoch(this.parts.store.epoch(), session.epoch) ? session : undefined;
  }
}

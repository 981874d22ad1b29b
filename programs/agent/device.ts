import { ask, NotSent } from '../runtime/ask-http';
import { Turns } from '../runtime/turns';
import { reasons, type SignEnding } from './agent.contract';
import { endingOf } from './signer-answer';
import { type Problem, problemOf } from './unfit';

export interface DeviceParts {
  /** Where octez-signer answers. */
  readonly url: string;
  readonly limitMs: number;
}

/** A request at the device. */
export interface AtDevice {
  /** In time, or 'timeout'. */
  readonly ending: Promise<SignEnding>;
  /** The device has ended with it, or was given up. */
  readonly over: Promise<void>;
}

/**
 * The device, as octez-signer shows it. Whoever wants something of it takes a turn first: it does one thing at a time,
 * and no session begins while it may still sign for another.
 */
export class Device {
  private readonly turns = new Turns();
  private waiting = 0;
  private askedMs: number | undefined;
  private overMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: DeviceParts) {}

  /** A turn at it; see Turns. */
  async take(untilMs?: number, isGone?: () => boolean): Promise<(() => void) | undefined> {
    this.waiting++;
    try {
      return await this.turns.take(untilMs, isGone);
    } finally {
      this.waiting--;
    }
  }

  /** Whether nobody has a turn or waits for one. */
  get isFree(): boolean {
    return this.turns.isFree;
  }

  /** Whether somebody waits for the one who has a turn. */
  get isWanted(): boolean {
    return this.waiting > 0;
  }

  /** For how long it has been asked for a signature that is not there yet; 0 if it is not. */
  get silentMs(): number {
    return this.askedMs === undefined ? 0 : performance.now() - this.askedMs;
  }

  /** For how long it has not been asked for a signature. */
  get quietMs(): number {
    return this.askedMs === undefined ? performance.now() - this.overMs : 0;
  }

  /** Asks once. A signature that comes after `untilMs` (by performance.now()) is nobody's. */
  sign(path: string, body: string, untilMs: number): AtDevice {
    const { url, limitMs } = this.parts;
    this.askedMs = performance.now();
    const headers = { 'content-type': 'application/json' };
    const answer = ask({ url }, { method: 'POST', path, body, headers, timeoutMs: limitMs }).then(
      endingOf,
      (error: Error): SignEnding =>
        error instanceof NotSent
          ? { ending: 'not asked', why: reasons['octez-signer absent'] } // which says nothing of the device
          : { ending: 'unknown', why: `octez-signer: ${error.message}` },
    );
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<SignEnding>((resolve) => {
      const ending: SignEnding = { ending: 'timeout', why: 'the device has not answered in time' };
      timer = setTimeout(() => resolve(ending), untilMs - performance.now());
    });
    const over = answer.then(() => {
      clearTimeout(timer);
      this.askedMs = undefined;
      this.overMs = performance.now();
    });
    return { ending: Promise.race([answer, late]), over };
  }

  /** What is wrong with octez-signer for this key. Takes no turn: it looks at the device not. */
  async knows(key: string): Promise<Problem | undefined> {
    try {
      const path = `/keys/${key}`;
      const { status } = await ask({ url: this.parts.url }, { method: 'GET', path, timeoutMs: KNOWS_MS });
      return status === 200 ? undefined : problemOf('unknown key', `it answers ${status}`);
    } catch (error) {
      return problemOf('octez-signer absent', (error as Error).message);
    }
  }
}

const KNOWS_MS = 1000;

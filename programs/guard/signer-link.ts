import type { AgentStatus, Refusal, Answer as Taken } from '../agent/agent.contract';
import { type Answer, ask, NotSent, TimedOut } from '../runtime/ask-http';
import { type GuardMessage, signedText } from '../runtime/guard-message';
import { headersOf } from '../runtime/message-headers';
import type { SignText } from '../runtime/message-key';
import { readAnswer, readSignAnswer, readStatus, type SignAnswer } from './agent-words';
import type { SignerConfig, UplinkConfig } from './guard.contract';

/** One way to a signer. */
export interface Uplink extends UplinkConfig {
  /** Why the last question over it was not answered; '' if it was. */
  problem: string;
  /** When the question began that is not answered yet, by performance.now(). */
  askedMs: number | undefined;
}

/** A question is answered in a moment, or the uplink hangs. */
const HANGING_MS = 1500;

/** One signer, over whatever way leads to it. */
export class SignerLink {
  readonly uplinks: readonly Uplink[];

  constructor(
    readonly config: SignerConfig,
    private readonly sign: SignText,
  ) {
    this.uplinks = config.uplinks.map((each) => ({ ...each, problem: 'not asked yet', askedMs: undefined }));
  }

  isUp({ problem, askedMs }: Uplink): boolean {
    return problem === '' && (askedMs === undefined || performance.now() - askedMs < HANGING_MS);
  }

  /** Whether its agent can be reached. */
  get isReached(): boolean {
    return this.uplinks.some((each) => this.isUp(each));
  }

  /** Asks over one uplink; notes whether it works. Undefined if it does not. */
  async status(uplink: Uplink, timeoutMs: number): Promise<AgentStatus | undefined> {
    uplink.askedMs = performance.now();
    try {
      const { status, text } = await ask(uplink, { method: 'GET', path: '/status', timeoutMs });
      if (status !== 200) throw new Error(`its agent answered ${status}`);
      const told = readStatus(text);
      if (told.signer !== this.config.name) throw new Error(`it leads to ${told.signer}`);
      uplink.problem = '';
      return told;
    } catch (error) {
      uplink.problem = (error as Error).message;
      return undefined;
    } finally {
      uplink.askedMs = undefined;
    }
  }

  /** Throws what went wrong. */
  async announce(message: GuardMessage, timeoutMs: number): Promise<Taken | Refusal> {
    const { status, text } = await this.ask(message, timeoutMs);
    if (status !== 200 && status !== 403) throw new Error(`its agent answered ${status}: ${text.trim().slice(0, 200)}`);
    return readAnswer(text);
  }

  /** Says that the guard has stopped for good. Answers whether it was taken. */
  async handOver(message: GuardMessage, timeoutMs: number): Promise<boolean> {
    try {
      return (await this.ask(message, timeoutMs)).status === 200;
    } catch {
      return false;
    }
  }

  /** Asks to sign, once. Only where nobody was there at all, another way to the same signer is taken. */
  async send(message: GuardMessage, timeoutMs: number): Promise<SignAnswer> {
    try {
      return readSignAnswer((await this.ask(message, timeoutMs)).text);
    } catch (error) {
      const why = (error as Error).message;
      if (error instanceof NotSent) return { ending: 'not asked', why };
      return { ending: error instanceof TimedOut ? 'timeout' : 'unknown', why };
    }
  }

  /** The text of `GET /metrics`. */
  async metrics(timeoutMs: number): Promise<string> {
    const { status, text } = await ask(this.best[0], { method: 'GET', path: '/metrics', timeoutMs });
    if (status !== 200) throw new Error(`its agent answered ${status}`);
    return text;
  }

  private async ask(message: GuardMessage, timeoutMs: number): Promise<Answer> {
    const untilMs = performance.now() + timeoutMs;
    const { method, path, body } = message;
    const headers = headersOf({ message, signature: this.sign(signedText(message)) });
    let failure: NotSent | undefined;
    for (const uplink of this.best) {
      const left = untilMs - performance.now();
      if (left <= 0) break;
      try {
        return await ask(uplink, { method, path, body, headers, timeoutMs: left });
      } catch (error) {
        if (!(error instanceof NotSent)) throw error;
        failure = error;
      }
    }
    throw failure ?? new NotSent('no way leads to it');
  }

  /** Those that work first. */
  private get best(): Uplink[] {
    return [...this.uplinks.filter((each) => this.isUp(each)), ...this.uplinks.filter((each) => !this.isUp(each))];
  }
}

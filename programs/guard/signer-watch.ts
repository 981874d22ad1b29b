import type { AgentStatus } from '../agent/agent.contract';
import { compareEpochs } from '../runtime/epoch';
import type { Log } from '../runtime/json-log';
import type { GuardCore } from './guard-core';
import type { SignerLink, Uplink } from './signer-link';

/** Looks after one signer: asks for its status over every uplink, and announces the guard while that is needed. */
export class SignerWatch {
  /** What its agent told last. */
  last: AgentStatus | undefined;
  /** What keeps its answer from counting; '' if nothing does. */
  problem = '';
  /** Its clock less ours, at its last answer. Milliseconds. */
  clockApartMs = 0;
  private isAnnouncing = false;

  constructor(
    readonly link: SignerLink,
    private readonly parts: { readonly core: GuardCore; readonly timeoutMs: number; readonly log: Log },
  ) {}

  get name(): string {
    return this.link.config.name;
  }

  /** What is due now; returns at once. */
  tick(): void {
    for (const uplink of this.link.uplinks) if (uplink.askedMs === undefined) this.ask(uplink);
    this.judge();
    if (!this.isAnnouncing && this.parts.core.opening.unanswered.includes(this.name)) this.announce();
  }

  /** Whether its device could sign with each key, from what its agent told last, if that can be reached at all. */
  private judge(): void {
    const { isReached, config } = this.link;
    for (const key of config.keys) {
      this.parts.core.choice.health(this.name, key, isReached && this.last?.keys[key] === '');
    }
  }

  private async ask(uplink: Uplink): Promise<void> {
    const { core, timeoutMs } = this.parts;
    const { opening } = core;
    const askedAt = opening.now();
    const askedMs = performance.now();
    const told = await this.link.status(uplink, timeoutMs);
    if (!told) return;
    const roundTripMs = performance.now() - askedMs;
    this.last = told;
    this.judge();
    if (told.epoch && compareEpochs(told.epoch, opening.epoch) > 0) return opening.outbid(this.name);
    // An opening may come long after an answer, and the clocks may differ by then: it must answer anew. Here the round
    // trip counts for it: a slow line alone takes no answer back.
    const isVoid = opening.phase === 'opening' && core.isClockApart(told.clockMs, Date.now(), -roundTripMs);
    opening.see(this.name, isVoid ? undefined : told.session, askedAt);
  }

  private async announce(): Promise<void> {
    const { core, timeoutMs } = this.parts;
    this.isAnnouncing = true;
    try {
      const { message, askedAt } = core.announcement(this.name);
      const askedMs = performance.now();
      const answer = await this.link.announce(message, timeoutMs);
      const roundTripMs = Math.round(performance.now() - askedMs);
      const answeredMs = Date.now();
      if ('refused' in answer) {
        this.trouble(`it refuses this guard for its ${answer.refused}`);
        if (answer.refused === 'epoch') core.opening.outbid(this.name);
        return;
      }
      this.clockApartMs = answer.clockMs - answeredMs;
      if (core.isClockApart(answer.clockMs, answeredMs, roundTripMs)) {
        return this.trouble(`its clock is ${this.clockApartMs} ms from ours, after ${roundTripMs} ms`);
      }
      core.take(this.name, answer, askedAt);
      this.trouble('');
    } catch (error) {
      this.trouble((error as Error).message);
    } finally {
      this.isAnnouncing = false;
    }
  }

  private trouble(problem: string): void {
    // Milliseconds differ each time, and the log would say the same each second.
    const isNew = withoutNumbers(problem) !== withoutNumbers(this.problem);
    if (problem && isNew) this.parts.log('WARNING', `${this.name} does not answer: ${problem}`);
    this.problem = problem;
  }
}

function withoutNumbers(text: string): string {
  return text.replace(/\d+/g, '');
}

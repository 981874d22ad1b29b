import { setTimeout as pause } from 'node:timers/promises';
import { compareEpochs } from '../runtime/epoch';
import type { GuardMessage } from '../runtime/guard-message';
import { Turns } from '../runtime/turns';
import type { SignAnswer } from './agent-words';
import type { Ending } from './choice';
import type { Asked, Decision, GuardCore, Reason } from './guard-core';
import type { SignerLink } from './signer-link';

/** What became of a request. */
export type Outcome =
  | { readonly result: 'signed'; readonly signature: string; readonly signer: string }
  /** Nothing was decided; its mark is where it was. */
  | { readonly result: 'expired in the queue' }
  | { readonly result: 'refused'; readonly reason: Reason }
  /** Its mark is spent. */
  | {
      readonly result: Exclude<SignAnswer['ending'], 'signed' | 'refused'> | 'refused by the agent';
      readonly why: string;
    };

export interface ForwarderParts {
  readonly core: GuardCore;
  readonly links: readonly SignerLink[];
  /** Asks the nodes for their heads, until one has told what is enough, and at most so long. */
  readonly pollHeads: (isEnough: () => boolean, timeoutMs: number) => Promise<void>;
}

/** What a request is given; `performance.now()`. */
export interface Budget {
  readonly untilMs: number;
  readonly isGone: () => boolean;
}

/**
 * Brings a request to a signer: in the order in which they came among the requests that the same devices can serve,
 * within its budget, and never twice to a device that may have heard of it.
 */
export class Forwarder {
  private readonly queues = new Map<string, Turns>();

  constructor(private readonly parts: ForwarderParts) {}

  /** Resolves when nobody waits for a device any more, or when the time is over. */
  async idle(atMostMs: number): Promise<void> {
    const untilMs = performance.now() + atMostMs;
    const isBusy = () => [...this.queues.values()].some(({ isFree }) => !isFree);
    while (isBusy() && performance.now() < untilMs) await pause(IDLE_LOOK_MS);
  }

  async sign(asked: Asked, budget: Budget): Promise<Outcome> {
    const end = await this.queueOf(asked.key).take(budget.untilMs, budget.isGone);
    if (!end) return { result: 'expired in the queue' };
    try {
      const { core, pollHeads } = this.parts;
      let decision = core.decide(asked);
      if ('refused' in decision && decision.refused === 'above the ceiling') {
        await pollHeads(() => (core.heads.ceiling ?? 0) >= asked.level, budget.untilMs - performance.now());
        if (performance.now() >= budget.untilMs) return { result: 'expired in the queue' };
        decision = core.decide(asked);
      }
      return await this.forward(asked, decision, budget.untilMs);
    } finally {
      end();
    }
  }

  private async forward(asked: Asked, decision: Decision, untilMs: number): Promise<Outcome> {
    if ('refused' in decision) return { result: 'refused', reason: decision.refused };
    const { core, links } = this.parts;
    const tried = new Set<string>();
    for (let message = decision.send; ; ) {
      const { signer } = message;
      const link = links.find(({ config }) => config.name === signer) as SignerLink;
      const answer = await link.send(message, untilMs - performance.now());
      const next = follow(core, { asked, tried, leftMs: untilMs - performance.now() }, { signer, answer });
      if ('result' in next) return next;
      message = next.send;
    }
  }

  /** Requests of keys that the same devices hold wait for each other. */
  private queueOf(key: string): Turns {
    const holders = this.parts.links.filter(({ config }) => config.keys.includes(key));
    const id = holders.map(({ config }) => config.name).join(' ');
    const queue = this.queues.get(id) ?? new Turns();
    this.queues.set(id, queue);
    return queue;
  }
}

const IDLE_LOOK_MS = 10;

/** A request that was sent. */
export interface Sent {
  readonly asked: Asked;
  /** Signers of which it is sure that they have not asked their device. */
  readonly tried: Set<string>;
  /** Of its budget. */
  readonly leftMs: number;
}

/** What follows from a signer's answer: another signer is asked, where it is sure that none has been; else it is over. */
export function follow(
  core: GuardCore,
  { asked, tried, leftMs }: Sent,
  { signer, answer }: { readonly signer: string; readonly answer: SignAnswer },
): { readonly send: GuardMessage } | Outcome {
  const sent = leftMs > 0 ? answer : late(answer);
  core.ended(signer, endingOf(sent));
  if (sent.ending === 'signed') return { result: 'signed', signature: sent.signature, signer };
  if (sent.ending === 'refused') {
    const { refused, epoch } = sent;
    if (refused === 'epoch' && epoch && compareEpochs(epoch, core.opening.epoch) > 0) core.opening.outbid(signer);
    return { result: 'refused by the agent', why: `${signer} refused it for its ${refused}` };
  }
  if (sent.ending === 'not asked' && leftMs > 0) {
    tried.add(signer);
    const next = core.another(asked, tried);
    if ('send' in next) return next;
  }
  return { result: sent.ending, why: `${signer}: ${sent.why}` };
}

/** A signature that comes after the budget is dropped, however it came. */
function late(answer: SignAnswer): SignAnswer {
  return answer.ending === 'signed' ? { ending: 'timeout', why: 'the signature came too late' } : answer;
}

function endingOf({ ending }: SignAnswer): Ending {
  if (ending === 'not asked') return 'nothing left';
  return ending === 'refused' ? 'unknown' : ending;
}

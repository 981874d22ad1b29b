import { setTimeout as pause } from 'node:timers/promises';
import { compareEpochs } from '../runtime/epoch';
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
      return await this.forward(asked, decision, new Set(), budget.untilMs);
    } finally {
      end();
    }
  }

  private async forward(asked: Asked, decision: Decision, tried: Set<string>, untilMs: number): Promise<Outcome> {
    if ('refused' in decision) return { result: 'refused', reason: decision.refused };
    const { core, links } = this.parts;
    const { signer } = decision.send;
    const link = links.find(({ config }) => config.name === signer) as SignerLink;
    const sent = inTime(await link.send(decision.send, untilMs - performance.now()), untilMs);
    core.ended(signer, endingOf(sent));
    if (sent.ending === 'signed') return { result: 'signed', signature: sent.signature, signer };
    if (sent.ending === 'refused') {
      const { refused, epoch } = sent;
      if (refused === 'epoch' && epoch && compareEpochs(epoch, core.opening.epoch) > 0) core.opening.outbid();
      return { result: 'refused by the agent', why: `${signer} refused it for its ${refused}` };
    }
    if (sent.ending === 'not asked' && performance.now() < untilMs) {
      tried.add(signer);
      const next = core.another(asked, tried);
      if ('send' in next) return this.forward(asked, next, tried, untilMs);
    }
    return { result: sent.ending, why: `${signer}: ${sent.why}` };
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

/** A signature that comes after the budget is dropped, however it came. */
function inTime(sent: SignAnswer, untilMs: number): SignAnswer {
  if (sent.ending !== 'signed' || performance.now() < untilMs) return sent;
  return { ending: 'timeout', why: 'the signature came too late' };
}

function endingOf({ ending }: SignAnswer): Ending {
  if (ending === 'not asked') return 'nothing left';
  return ending === 'refused' ? 'unknown' : ending;
}

import type { AgentStatus, Answer, Handover, Refusal, SignEnding } from '../agent/agent.contract';
import type { Epoch } from '../runtime/epoch';

/**
 * What agents say, read with care: one machine at home that talks nonsense must keep nobody from signing with another.
 * Each throws if the text is not what an agent says.
 */

/** How a request to sign ended, or why its agent did not take it. */
export type SignAnswer = SignEnding | ({ readonly ending: 'refused' } & Refusal);

export function readStatus(text: string): AgentStatus {
  const told = objectIn(text);
  return {
    signer: string(told.signer),
    epoch: told.epoch === undefined ? undefined : epoch(told.epoch),
    session: told.session === undefined ? undefined : string(told.session),
    clockMs: number(told.clockMs),
    keys: Object.fromEntries(Object.entries(object(told.keys)).map(([key, problem]) => [key, string(problem)])),
    marks: list(told.marks).map(mark),
    problem: told.problem === undefined ? undefined : string(told.problem),
  };
}

export function readAnswer(text: string): Answer | Refusal {
  const told = objectIn(text);
  if ('refused' in told) return refusal(told);
  return {
    session: string(told.session),
    clockMs: number(told.clockMs),
    marks: list(told.marks).map(mark),
    handover: told.handover === undefined ? undefined : handover(told.handover),
  };
}

export function readSignAnswer(text: string): SignAnswer {
  const told = objectIn(text);
  if ('refused' in told) return { ...refusal(told), ending: 'refused' };
  const { ending } = told;
  if (ending === 'signed') return { ending, signature: string(told.signature) };
  for (const each of endings) if (ending === each) return { ending: each, why: string(told.why) };
  throw new Nonsense();
}

const endings = ['not asked', 'refused for its mark', 'timeout', 'unknown'] as const;
const reasons = ['signature', 'signer', 'epoch', 'session', 'counter'] as const;

class Nonsense extends Error {
  constructor(what = 'answers what no agent does') {
    super(`its agent ${what}`);
  }
}

/**
 * No guard has named a number so far ahead of now: no clock can be set to it (Linux ends in 2232). Whoever names one is
 * not believed. Else one machine that lies would have all the others store a number above which there soon is none, and
 * they would hear no guard any more. The limit moves on with time, faster than guards start: what one guard has believed
 * and outbid, the next one believes too.
 */
const FARTHEST_EPOCH_MS = 10 ** 13;
const LONGEST = 500;
/** Marks are looked through for every request: of the keys of one device there are a few dozen. */
const MOST = 1000;

function refusal(told: Readonly<Record<string, unknown>>): Refusal {
  const refused = reasons.find((each) => each === told.refused);
  if (!refused) throw new Nonsense();
  return { refused, epoch: told.epoch === undefined ? undefined : epoch(told.epoch) };
}

function epoch(value: unknown): Epoch {
  const told = object(value);
  const read = { number: count(told.number), bits: string(told.bits) };
  if (read.number > Date.now() + FARTHEST_EPOCH_MS) throw new Nonsense('names an epoch that no guard can have');
  if (!/^[0-9a-f]{32}$/.test(read.bits)) throw new Nonsense();
  return read;
}

function handover(value: unknown): Handover {
  const told = object(value);
  return { signers: list(told.signers).map(string), untilMs: number(told.untilMs) };
}

function mark(value: unknown): Answer['marks'][number] {
  const told = object(value);
  return { key: string(told.key), kind: string(told.kind), level: count(told.level), round: count(told.round) };
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Nonsense();
  }
  return object(value);
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Nonsense();
  return value as Readonly<Record<string, unknown>>;
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value) || value.length > MOST) throw new Nonsense();
  return value;
}

function string(value: unknown): string {
  if (typeof value !== 'string' || value.length > LONGEST) throw new Nonsense();
  return value;
}

function number(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Nonsense();
  return value;
}

function count(value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw new Nonsense();
  return value as number;
}

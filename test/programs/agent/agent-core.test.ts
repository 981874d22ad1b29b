import {
  AgentCore,
  type AgentStore,
  type Answer,
  type Handover,
  type Session,
} from '../../../programs/agent/agent-core';
import type { Epoch } from '../../../programs/runtime/epoch';
import type { GuardMessage } from '../../../programs/runtime/guard-message';
import { epochOf } from '../home';

const MINUTE_MS = 60_000;

/** A machine at home; `restarted` is another process with the same disks. */
function home() {
  const kept: { epoch?: Epoch; session?: Session } = {};
  const time = { wallMs: 1_700_000_000_000, monotonicMs: 0 };
  const store: AgentStore = {
    epoch: () => kept.epoch,
    keepEpoch: (epoch) => {
      kept.epoch = epoch;
    },
    session: () => kept.session,
    keepSession: (session) => {
      kept.session = session;
    },
  };
  let sessions = 0;
  const restarted = () =>
    new AgentCore({
      signer: 'left',
      store,
      random: () => `${++sessions}`,
      clockMs: () => time.wallMs,
      monotonicMs: () => time.monotonicMs,
      isGuards: (_, signature) => signature === 'signed',
      marks: () => [],
    });
  return { agent: restarted(), restarted, time, kept };
}

const message = (epoch: Epoch, session = '', counter = 1): GuardMessage => ({
  epoch,
  session,
  counter,
  signer: 'left',
  method: 'POST',
  path: '',
  body: '',
});
const announce = (agent: AgentCore, epoch: Epoch) => agent.announce(message(epoch), 'signed') as Answer;
const handover = (time: { wallMs: number }): Handover => ({
  signers: ['left', 'right'],
  untilMs: time.wallMs + 10 * MINUTE_MS,
});

function stopped(number = 1) {
  const { agent, ...more } = home();
  const { session } = announce(agent, epochOf(number));
  const note = handover(more.time);
  expect(agent.handOver(message(epochOf(number), session), 'signed', note)).toBeUndefined();
  return { agent, note, session, ...more };
}

test('the next guard is told that the one before has stopped, and the one after it is not', () => {
  const { agent, note } = stopped();
  expect(announce(agent, epochOf(2)).handover).toEqual(note);
  expect(announce(agent, epochOf(3)).handover).toBeUndefined();
});

test('a guard whose answer was lost asks again and is told the same, unless another one has come between', () => {
  const { agent, note } = stopped();
  announce(agent, epochOf(2));
  for (let i = 0; i < 2; i++) expect(announce(agent, epochOf(2)).handover).toEqual(note);
  announce(agent, epochOf(3));
  expect(announce(agent, epochOf(3)).handover).toBeUndefined();
});

test('whoever repeats the announcement of the guard that has stopped is told nothing, and the note is gone', () => {
  const { agent } = stopped();
  expect(announce(agent, epochOf(1)).handover).toBeUndefined();
  expect(announce(agent, epochOf(2)).handover).toBeUndefined();
});

test('that a guard has stopped is forgotten with a restart, though session and counters are not', () => {
  const { restarted, kept, session } = stopped();
  const again = restarted();
  expect(kept.session?.id).toBe(session);
  expect(announce(again, epochOf(2)).handover).toBeUndefined();
});

test('what was told to a guard is forgotten with a restart', () => {
  const { agent, restarted } = stopped();
  announce(agent, epochOf(2));
  expect(announce(restarted(), epochOf(2)).handover).toBeUndefined();
});

test('that a guard has stopped is told for ten minutes, whatever happens to the clock', () => {
  const early = stopped();
  early.time.monotonicMs += 10 * MINUTE_MS - 1;
  expect(announce(early.agent, epochOf(2)).handover).toEqual(early.note);
  const late = stopped();
  late.time.monotonicMs += 10 * MINUTE_MS;
  late.time.wallMs -= 60 * MINUTE_MS;
  expect(announce(late.agent, epochOf(2)).handover).toBeUndefined();
});

test('a guard whose clock is ahead is not remembered for longer', () => {
  const { agent, time } = home();
  const { session } = announce(agent, epochOf(1));
  const untilMs = time.wallMs + 100 * MINUTE_MS;
  agent.handOver(message(epochOf(1), session), 'signed', { signers: [], untilMs });
  time.monotonicMs += 10 * MINUTE_MS;
  expect(announce(agent, epochOf(2)).handover).toBeUndefined();
});

test('only the guard of this very session says that it has stopped, and only once with a counter', () => {
  const { agent, time } = home();
  const before = announce(agent, epochOf(1)).session;
  const { session } = announce(agent, epochOf(1));
  const note = handover(time);
  for (const [wrong, refused] of [
    [message(epochOf(1), before), 'session'],
    [message(epochOf(1, 'b'), session), 'epoch'],
    [{ ...message(epochOf(1), session), signer: 'right' }, 'signer'],
  ] as const) {
    expect(agent.handOver(wrong, 'signed', note)).toMatchObject({ refused });
  }
  expect(agent.handOver(message(epochOf(1), session), 'forged', note)).toEqual({ refused: 'signature' });
  expect(announce(agent, epochOf(2)).handover).toBeUndefined();
  const next = agent.session as string;
  agent.handOver(message(epochOf(2), next), 'signed', note);
  expect(agent.handOver(message(epochOf(2), next), 'signed', note)).toEqual({ refused: 'counter' });
});

test('without an epoch nothing is signed, and none is learnt from a request', () => {
  const { agent } = home();
  for (let time = 0; time < 2; time++) {
    expect(agent.admit(message(epochOf(1)), 'signed')).toEqual({ refused: 'epoch', epoch: undefined });
  }
  expect(agent.epoch).toBeUndefined();
});

test('a refused announcement takes nothing away from the next guard', () => {
  const { agent, note } = stopped(5);
  expect(agent.announce(message(epochOf(4)), 'signed')).toMatchObject({ refused: 'epoch' });
  expect(announce(agent, epochOf(6)).handover).toEqual(note);
});

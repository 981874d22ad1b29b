import type { SignAnswer } from '../../../programs/guard/agent-words';
import { Forwarder } from '../../../programs/guard/forwarder';
import type { Asked } from '../../../programs/guard/guard-core';

const asked: Asked = { key: 'tz1', kind: 'block', level: 5, round: 0, path: '/keys/tz1', body: '""' };
const isGone = () => false;

/** A forwarder to one signer that answers when it is told to, and how often its guard has decided. */
function forwarder() {
  const state = { decided: 0, answer: (_: SignAnswer) => {} };
  const link = {
    config: { name: 'left', keys: ['tz1', 'tz2'] },
    send: () => new Promise<SignAnswer>((resolve) => (state.answer = resolve)),
  };
  const core = {
    decide: () => {
      state.decided++;
      return { send: { signer: 'left' } };
    },
    ended: () => {},
  };
  const forwarder = new Forwarder({ core, links: [link], pollHeads: async () => {} } as any);
  return { forwarder, state };
}

const signed: SignAnswer = { ending: 'signed', signature: 'edsig' };

test('what expires in the queue has never been decided about, so its mark is where it was', async () => {
  const { forwarder: queue, state } = forwarder();
  const first = queue.sign(asked, { untilMs: performance.now() + 5000, isGone });
  const second = queue.sign({ ...asked, key: 'tz2' }, { untilMs: performance.now() + 30, isGone });
  expect(await second).toEqual({ result: 'expired in the queue' });
  state.answer(signed);
  expect(await first).toEqual({ result: 'signed', signature: 'edsig', signer: 'left' });
  expect(state.decided).toBe(1);
});

test('a signature that is there when the budget is over is dropped', async () => {
  const { forwarder: queue, state } = forwarder();
  const late = queue.sign(asked, { untilMs: performance.now() + 30, isGone });
  await new Promise((resolve) => setTimeout(resolve, 50));
  state.answer(signed);
  expect(await late).toEqual({ result: 'timeout', why: 'left: the signature came too late' });
});

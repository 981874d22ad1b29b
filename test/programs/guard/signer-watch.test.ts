import { GuardCore } from '../../../programs/guard/guard-core';
import { SignerWatch } from '../../../programs/guard/signer-watch';

const BLOCK_MS = 6000;

/** What a guard does with a machine at home, whose clock is right, if its own is set back while that one answers. */
async function announced({ setBackMs }: { readonly setBackMs: number }) {
  const time = { ms: 1_700_000_000_000 };
  jest.spyOn(Date, 'now').mockImplementation(() => time.ms);
  const core = new GuardCore({
    epoch: { number: 1, bits: 'a'.repeat(32) },
    signers: [{ name: 'left', keys: [], away: false }],
    chain: { blockMs: BLOCK_MS, startMs: 0, roundGrowthMs: 0 },
    wallMs: Date.now,
    monotonicMs: () => performance.now(),
  });
  const link = {
    config: { name: 'left', keys: [] },
    uplinks: [],
    isReached: true,
    announce: async () => {
      const clockMs = time.ms;
      time.ms -= setBackMs;
      return { session: 's', clockMs, marks: [] };
    },
  };
  const watch = new SignerWatch(link as any, { core, timeoutMs: 1000, log: () => {} });
  watch.tick();
  await new Promise(setImmediate);
  jest.restoreAllMocks();
  return { hasAnswered: core.opening.hasAnswered('left'), problem: watch.problem };
}

test('a clock that is set back while a machine at home answers hides no difference to that one', async () => {
  expect(await announced({ setBackMs: 0 })).toEqual({ hasAnswered: true, problem: '' });
  const { hasAnswered, problem } = await announced({ setBackMs: 10 * BLOCK_MS });
  expect([hasAnswered, problem]).toEqual([false, expect.stringContaining('its clock is 60000 ms from ours')]);
});

test('clocks that part after an answer, while the guard still waits for another one, make the answer void', async () => {
  const time = { aheadMs: 0 };
  const core = new GuardCore({
    epoch: { number: 1, bits: 'a'.repeat(32) },
    signers: ['left', 'right'].map((name) => ({ name, keys: [], away: false })),
    chain: { blockMs: BLOCK_MS, startMs: 0, roundGrowthMs: 0 },
    wallMs: Date.now,
    monotonicMs: () => performance.now(),
  });
  const link = {
    config: { name: 'left', keys: [] },
    uplinks: [{ askedMs: undefined }],
    isReached: true,
    status: async () => ({ session: 's', clockMs: Date.now() + time.aheadMs, keys: {}, marks: [] }),
    announce: async () => ({ session: 's', clockMs: Date.now() + time.aheadMs, marks: [] }),
  };
  const logged: string[] = [];
  const watch = new SignerWatch(link as any, { core, timeoutMs: 1000, log: (severity) => logged.push(severity) });
  const hasAnsweredAfter = async (aheadMs: number) => {
    time.aheadMs = aheadMs;
    watch.tick();
    await new Promise(setImmediate);
    return core.opening.hasAnswered('left');
  };
  expect([await hasAnsweredAfter(0), await hasAnsweredAfter(BLOCK_MS / 3)]).toEqual([true, true]);
  expect([await hasAnsweredAfter(BLOCK_MS), await hasAnsweredAfter(BLOCK_MS + 5)]).toEqual([false, false]);
  expect([await hasAnsweredAfter(BLOCK_MS + 7), logged]).toEqual([false, ['WARNING']]);
  expect([await hasAnsweredAfter(0), watch.problem]).toEqual([true, '']);
});

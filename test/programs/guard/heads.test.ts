import { Heads } from '../../../programs/guard/heads';

const BLOCK_MS = 6000;
const START_MS = 1_700_000_000_000;

function chain(wallMs = START_MS + 100 * BLOCK_MS) {
  const time = { wallMs, monotonicMs: 0 };
  const heads = new Heads(
    { blockMs: BLOCK_MS, startMs: START_MS, roundGrowthMs: 0 },
    { wallMs: () => time.wallMs, monotonicMs: () => time.monotonicMs },
  );
  return { heads, time };
}

test('without a head there is neither floor nor ceiling, so nothing opens', () => {
  const { heads } = chain();
  expect([heads.floor, heads.ceiling]).toEqual([undefined, undefined]);
});

test('the floor is above what could have been signed since the head, a block begun counted whole; the ceiling knows no time', () => {
  const { heads, time } = chain();
  heads.report({ level: 90, timestampMs: time.wallMs - 3 * BLOCK_MS - 1 });
  expect([heads.floor, heads.ceiling]).toEqual([90 + 4 + 2, 92]);
  time.monotonicMs += 30 * BLOCK_MS;
  expect([heads.floor, heads.ceiling]).toEqual([90 + 34 + 2, 92]);
});

test('a wall clock that is set back afterwards lowers no floor', () => {
  const { heads, time } = chain();
  heads.report({ level: 90, timestampMs: time.wallMs - BLOCK_MS });
  time.wallMs -= 100 * BLOCK_MS;
  time.monotonicMs += BLOCK_MS;
  expect(heads.floor).toBe(90 + 2 + 2);
});

test('a wall clock that was slow when a node told an old head, and has been set right since, leaves the head as old as it is', () => {
  const { heads, time } = chain();
  heads.report({ level: 50, timestampMs: time.wallMs - BLOCK_MS }); // told by a node that is behind
  time.wallMs += 40 * BLOCK_MS;
  expect(heads.floor).toBe(50 + 41 + 2);
  time.monotonicMs += 50 * BLOCK_MS; // and one that stands still afterwards counts no less
  expect(heads.floor).toBe(50 + 51 + 2);
});

test('a head of the future, or above what the chain can have reached, is not believed', () => {
  const { heads, time } = chain();
  expect(heads.report({ level: 50, timestampMs: time.wallMs + 1 })).toBe('of the future');
  expect(heads.report({ level: 102, timestampMs: time.wallMs })).toBe('above what the chain can have reached');
  expect(heads.ceiling).toBeUndefined();
  expect(heads.report({ level: 101, timestampMs: time.wallMs })).toBeUndefined();
});

test('the highest head of any node counts, whatever a node that is behind says later', () => {
  const { heads, time } = chain();
  heads.report({ level: 90, timestampMs: time.wallMs });
  heads.report({ level: 80, timestampMs: time.wallMs - 10 * BLOCK_MS });
  expect(heads.ceiling).toBe(92);
});

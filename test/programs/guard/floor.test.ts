import { Floor } from '../../../programs/guard/floor';
import { Heads } from '../../../programs/guard/heads';

const BLOCK_MS = 6000;
const START_MS = 1_700_000_000_000;

/** A chain whose last block is so old, with rounds that grow as mainnet's do. */
function standing(forMs: number) {
  const time = { wallMs: START_MS + 1_000_000 * BLOCK_MS, monotonicMs: 0 };
  const clocks = { wallMs: () => time.wallMs, monotonicMs: () => time.monotonicMs };
  const heads = new Heads({ blockMs: BLOCK_MS, startMs: START_MS, roundGrowthMs: 3000 }, clocks);
  heads.report({ level: 500, timestampMs: time.wallMs - forMs });
  return { heads, floor: new Floor(heads), time };
}

const HOUR_MS = 3_600_000;

test('a fresh head gives a whole level as the floor', () => {
  const { floor } = standing(60_000);
  expect(floor.take([])).toBe(true);
  expect([floor.level, floor.covers({ level: 512, round: 1000 }), floor.covers({ level: 513, round: 0 })]).toEqual([
    512,
    true,
    false,
  ]);
});

test('an old head opens nothing: a node may be behind, and on a chain that stands nothing could be signed for as long', () => {
  const { floor, heads, time } = standing(100 * BLOCK_MS + 1);
  expect(floor.take([])).toBe(false);
  expect(floor.problem([])).toContain('of one that stands, say the floor');
  heads.report({ level: 600, timestampMs: time.wallMs - BLOCK_MS });
  expect(floor.take([])).toBe(true);
});

test('on a chain that stands a person says a slot above the round that can be now, and the next round is signed', () => {
  const { floor, time } = standing(HOUR_MS);
  // 6 s + 9 s + 12 s ...: 47 rounds end within the hour, the 48th may be under way.
  expect(floor.say({ level: 501, round: 47 }, [])).toBe(
    'the chain may be at level 501, round 47 by now: write a higher round or level',
  );
  expect(floor.say({ level: 500, round: 900 }, [])).toContain('level 501');
  expect(floor.say({ level: 501, round: 50 }, [])).toBeUndefined();
  expect(floor.take([])).toBe(true);
  expect(floor.covers({ level: 501, round: 50 })).toBe(true);
  expect(floor.covers({ level: 501, round: 51 })).toBe(false);
  time.monotonicMs += HOUR_MS; // the word has served
  expect(floor.take([])).toBe(false);
});

test('what a person said is never below what a device reports, before it was said or after', () => {
  const { floor } = standing(HOUR_MS);
  expect(floor.say({ level: 501, round: 60 }, [{ level: 501, round: 61 }])).toBe(
    'a device reports a signature at level 501, round 61',
  );
  expect(floor.say({ level: 501, round: 60 }, [{ level: 501, round: 60 }])).toBeUndefined();
  expect(floor.take([{ level: 502, round: 0 }])).toBe(false);
  expect(floor.problem([{ level: 502, round: 0 }])).toContain('level 502, round 0');
});

test('a level with a digit too many is not taken: no key would sign until the chain is there', () => {
  const { floor } = standing(HOUR_MS);
  const highest = 500 + HOUR_MS / BLOCK_MS + 2;
  expect(floor.say({ level: 5010, round: 60 }, [])).toBe(`no chain can be at level 5010 yet: write ${highest} at most`);
  expect(floor.say({ level: highest, round: 0 }, [])).toBeUndefined();
});

test('what a person said waits for no opening: when its round may have come, it must be said again', () => {
  const { floor, time } = standing(HOUR_MS);
  expect(floor.say({ level: 501, round: 48 }, [])).toBeUndefined();
  time.monotonicMs += HOUR_MS;
  expect(floor.take([])).toBe(false);
  expect(floor.problem([])).toContain('write a higher round');
  expect(floor.say({ level: 501, round: 100 }, [])).toBeUndefined();
  expect(floor.take([])).toBe(true);
});

test('what a person said of a chain that goes on again is void', () => {
  const { floor, heads, time } = standing(HOUR_MS);
  expect(floor.say({ level: 501, round: 60 }, [])).toBeUndefined();
  heads.report({ level: 501, timestampMs: time.wallMs });
  expect(floor.take([])).toBe(true);
  expect([floor.level, floor.round]).toEqual([503, 1000]);
});

test('without a head no floor is said, and none is taken', () => {
  const heads = new Heads(
    { blockMs: BLOCK_MS, startMs: START_MS, roundGrowthMs: 0 },
    { wallMs: () => 0, monotonicMs: () => 0 },
  );
  const floor = new Floor(heads);
  expect(floor.say({ level: 1, round: 0 }, [])).toBe('no node has told a head yet');
  expect(floor.take([])).toBe(false);
});

test('where nobody knows by how much rounds grow, more of them are counted, never less', () => {
  const clocks = { wallMs: () => START_MS + 1_000_000 * BLOCK_MS, monotonicMs: () => 0 };
  const heads = new Heads({ blockMs: BLOCK_MS, startMs: START_MS, roundGrowthMs: 0 }, clocks);
  heads.report({ level: 500, timestampMs: clocks.wallMs() - HOUR_MS });
  expect(heads.now).toEqual({ level: 501, round: 600 });
});

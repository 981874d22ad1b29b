import { explore, exploreMany } from './guards-world';
import { mustApply, mutants } from './mutants';
import { plots } from './plots';

const STEPS = 50_000;

test('whatever happens, in any order, nothing is signed twice, and every rule holds', () => {
  const { doubles, broken, signed, openings, skipping, awayNotes } = exploreMany(STEPS);
  expect([...doubles, ...broken]).toEqual([]);
  // A guard that refuses everything signs nothing twice either.
  expect(signed).toBeGreaterThan(500);
  expect(openings).toBeGreaterThan(50);
  expect(skipping).toBeGreaterThan(0);
  expect(awayNotes).toBeGreaterThan(0);
});

test.each(Object.keys(plots))('one way to two signatures is barred: %s', (plot) => {
  const { doubles, broken, openings } = explore({ seed: 1, steps: 0, plot });
  expect([...doubles, ...broken]).toEqual([]);
  expect(openings).toBeGreaterThan(0);
});

test('every rule that a proof breaks stands in the programs as the proof expects it', () => {
  for (const mutant of mutants) mustApply(mutant);
  const played = mutants.flatMap(({ plot }) => plot ?? []);
  expect(played.filter((plot) => !plots[plot])).toEqual([]);
  expect(Object.keys(plots).filter((plot) => !played.includes(plot))).toEqual([]);
});

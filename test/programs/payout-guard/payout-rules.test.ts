import { explored, mustBeInPrograms, payoutMutants, withoutRule } from './payout-mutants';

/** Worlds are searched until one is found: on a machine that does other things, too, that takes minutes. */
jest.setTimeout(20 * 60_000);

test('whatever happens, in any order, no row is paid twice, none is forgotten, and every mutez is accounted for', async () => {
  const { doubles, broken, counts, trace } = await explored({ runs: 150, seed: 1 });
  expect({ doubles, broken, trace }).toEqual({ doubles: [], broken: [], trace: [] });
  // A guard that refuses everything pays nothing twice either.
  const often = [
    'signed',
    'applied',
    'failed',
    'restored',
    'lost',
    'second guards',
    'by hand',
    'asked: hold',
    'asked: stored',
  ];
  for (const what of often) expect([what, (counts[what] ?? 0) > 10]).toEqual([what, true]);
});

test('nor is a reward that plans have for one recipient now, and for another then', async () => {
  const { doubles, broken, counts, trace } = await explored({ runs: 150, seed: 2, rivals: true });
  expect({ doubles, broken, trace }).toEqual({ doubles: [], broken: [], trace: [] });
  expect(counts.applied).toBeGreaterThan(10);
});

test('every rule that is broken here stands in the program as the proof expects it', () => {
  for (const mutant of payoutMutants) mustBeInPrograms(mutant);
});

test.each(payoutMutants.map((mutant) => [mutant.name, mutant] as const))('it is seen: %s', async (_, mutant) => {
  const { doubles, broken } = await withoutRule(mutant);
  if (mutant.finds === 'double') expect(doubles.length).toBeGreaterThan(0);
  else expect(doubles.length + broken.length).toBeGreaterThan(0);
});

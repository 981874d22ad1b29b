import { mutants, worldWith } from './mutants';

/** Worlds that are tried before a broken rule counts as one that nobody notices. */
const WORLDS = 100;
const STEPS = 3000;

test.each(mutants)('without the rule, it is seen: $name', async (mutant) => {
  const explore = await worldWith(mutant);
  let found: readonly string[] = [];
  for (let seed = 1; seed <= WORLDS && found.length === 0; seed++) {
    const { doubles, broken } = explore({ seed, steps: STEPS });
    found = [...doubles, ...broken];
  }
  expect(found).not.toEqual([]);
});

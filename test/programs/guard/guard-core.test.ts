import { explore } from './guards-world';

const STEPS = 5000;

test.each([false, true])(
  'whatever happens, in any order, nothing is signed twice (devices with marks: %s)',
  (marked) => {
    let signed = 0;
    let openings = 0;
    for (let seed = 1; seed <= 5; seed++) {
      const outcome = explore({ seed, steps: STEPS, marked });
      expect([...outcome.doubles, ...outcome.broken]).toEqual([]);
      signed += outcome.signed;
      openings += outcome.openings;
    }
    // A guard that refuses everything signs nothing twice either.
    expect(signed).toBeGreaterThan(300);
    expect(openings).toBeGreaterThan(50);
  },
);

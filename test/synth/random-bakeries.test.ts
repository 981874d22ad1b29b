import fc from 'fast-check';
import { sentence } from '../../model/messages/problems';
import { render } from '../../synth/render';
import { randomBakeryFile } from '../kit/random-bakery';

/** How many bakeries each run renders; each run draws others, and prints its seed when one fails. */
const RUNS = 200;

test(`${RUNS} random valid bakeries render, and every invariant holds`, () => {
  let rendered = 0;
  fc.assert(
    fc.property(randomBakeryFile, (file) => {
      const { bakeries, warnings, files } = render([file], new Map());
      expect(warnings.filter(({ severity }) => severity === 'error').map(sentence)).toEqual([]);
      expect(bakeries).toHaveLength(1);
      expect(files.get(`charts/${file.name}/baker.k8s.yaml`)).toContain('name: baker');
      rendered++;
    }),
    { numRuns: RUNS },
  );
  expect(rendered).toBeGreaterThanOrEqual(RUNS);
}, 120_000);

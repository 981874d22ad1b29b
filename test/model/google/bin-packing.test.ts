import fc from 'fast-check';
import { type Amounts, type PlaceablePod, placePods } from '../../../model/google/bin-packing';

const pod = (name: string, cpuMilli: number, memoryMiB: number): PlaceablePod => ({ name, cpuMilli, memoryMiB });
const node = (cpuMilli: number, memoryMiB: number): Amounts => ({ cpuMilli, memoryMiB });

test('pods that fit are placed, in the order given', () => {
  const result = placePods([pod('small', 100, 100), pod('big', 900, 900)], [node(1000, 1000)]);
  expect(result).toEqual({ fits: true, nodeOf: [0, 0] });
});

test('a placement that best fit misses is found', () => {
  // Best fit puts 7 and 6 together, where 7 + 4 + 4 and 6 + 6 + 3 is the only way.
  const pods = [7, 6, 6, 4, 4, 3].map((size, index) => pod(`p${index}`, size, 1));
  expect(placePods(pods, [node(15, 99), node(15, 99)]).fits).toBe(true);
});

test('many pods are searched for a while, then given up', () => {
  const pods = Array.from({ length: 30 }, (_, index) => pod(`p${index}`, 7, 7 + (index % 2)));
  const start = Date.now();
  expect(
    placePods(
      pods,
      Array.from({ length: 10 }, () => node(20, 99)),
    ).fits,
  ).toBe(false);
  expect(Date.now() - start).toBeLessThan(5000);
});

test('a pod too big for any node says so, whatever else runs there', () => {
  expect(placePods([pod('baker', 500, 16384), pod('guard', 10, 10)], [node(3920, 13000), node(3920, 12000)])).toEqual({
    fits: false,
    pod: pod('baker', 500, 16384),
    fitsAnEmptyNode: false,
    shortfall: node(0, 3384),
    text: 'baker needs 0.5 CPU and 16384 MiB; the closest node has 3.92 CPU and 13000 MiB for pods: 3384 MiB short',
  });
});

test('a pod that would fit alone says what is left', () => {
  const result = placePods([pod('a', 600, 100), pod('b', 600, 100)], [node(1000, 1000)]);
  expect(result).toMatchObject({ fits: false, fitsAnEmptyNode: true, shortfall: node(200, 0) });
  expect(result).toHaveProperty(
    'text',
    'b needs 0.6 CPU and 100 MiB; the closest node has 0.4 CPU and 900 MiB left: 0.2 CPU short',
  );
});

test('without nodes nothing fits, without pods everything does', () => {
  expect(placePods([pod('a', 1, 1)], [])).toMatchObject({
    fits: false,
    text: expect.stringContaining('there is no node'),
  });
  expect(placePods([], [])).toEqual({ fits: true, nodeOf: [] });
});

test('what was cut to fit is never called too big', () => {
  const nodes = fc.array(
    fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })), { maxLength: 3 }),
    {
      minLength: 1,
      maxLength: 3,
    },
  );
  fc.assert(
    fc.property(nodes, (parts) => {
      const full = parts.map((pieces) => node(total(pieces, 0), total(pieces, 1)));
      const pods = parts.flat().map(([cpu, memory], index) => pod(`p${index}`, cpu, memory));
      const result = placePods(pods, full);
      if (!result.fits) throw new Error(result.text);
      const used = full.map((_, index) => pods.filter((_pod, i) => result.nodeOf[i] === index));
      used.forEach((on, index) => {
        expect(
          total(
            on.map((p) => [p.cpuMilli, p.memoryMiB]),
            0,
          ),
        ).toBeLessThanOrEqual(full[index]!.cpuMilli);
        expect(
          total(
            on.map((p) => [p.cpuMilli, p.memoryMiB]),
            1,
          ),
        ).toBeLessThanOrEqual(full[index]!.memoryMiB);
      });
    }),
    { numRuns: 200 },
  );
});

test('ten pods that fit nowhere are judged at once', () => {
  const pods = Array.from({ length: 10 }, (_, index) => pod(`p${index}`, 10 + index, 10 + index));
  const nodes = Array.from({ length: 6 }, (_, index) => node(22 + index, 22 + index));
  const start = Date.now();
  expect(placePods(pods, nodes).fits).toBe(false);
  expect(Date.now() - start).toBeLessThan(5000);
});

function total(pairs: readonly (readonly number[])[], index: 0 | 1): number {
  return pairs.reduce((all, pair) => all + pair[index]!, 0);
}

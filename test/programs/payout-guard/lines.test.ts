import fc from 'fast-check';
import { assign, type Line, linesOf, type Transfer } from '../../../programs/payout-guard/lines';
import type { RowKind } from '../../../programs/payout-guard/payout-guard.contract';
import { rowName } from '../../../programs/payout-guard/payout-guard.contract';
import type { Row } from '../../../programs/payout-guard/wallet-rows';

const row = (
  cycle: number,
  delegator: string,
  recipient: string,
  amount: bigint,
  kind: RowKind = 'delegator reward',
): Row => {
  const key = { cycle, kind, delegator, recipient };
  return { ...key, name: rowName(key), amount, failures: 0, lost: 0n, postedMs: cycle };
};
const allOpen = () => true;

test('a line is all open rows of one kind, delegator and recipient; a transfer is exactly one whole line', () => {
  const rows = [row(2, 'a', 'x', 5n), row(1, 'a', 'x', 7n), row(1, 'b', 'y', 7n)];
  const lines = linesOf(rows, allOpen, 0n);
  expect(lines.map((line) => [line.recipient, line.maximum, line.rows.length])).toEqual([
    ['y', 7n, 1],
    ['x', 12n, 2],
  ]);
  const taken = (transfers: Transfer[]) => assign(transfers, lines);
  expect(taken([{ destination: 'x', amount: 12n }])).toEqual([lines[1]]);
  for (const amount of [5n, 7n, 11n, 13n]) expect(taken([{ destination: 'x', amount }])).toBe(0);
  expect(
    taken([
      { destination: 'y', amount: 7n },
      { destination: 'y', amount: 7n },
    ]),
  ).toBe(1);
  expect(taken([{ destination: 'z', amount: 7n }])).toBe(0);
});

test('a row that is not open is in no line', () => {
  const rows = [row(1, 'a', 'x', 5n), row(2, 'a', 'x', 7n)];
  const [line] = linesOf(rows, ({ cycle }) => cycle === 2, 0n);
  expect([line.maximum, line.rows]).toEqual([7n, [rows[1].name]]);
  expect(linesOf(rows, () => false, 0n)).toEqual([]);
});

test('only a delegator reward may be smaller by the window, and only to a recipient of one line', () => {
  const rows = [
    row(1, 'a', 'x', 50n),
    row(1, 'b', 'y', 50n),
    row(1, 'c', 'y', 60n),
    row(1, '', 'z', 50n, 'fee income'),
  ];
  const minima = linesOf(rows, allOpen, 9n).map(({ recipient, minimum, maximum }) => [recipient, maximum - minimum]);
  expect(Object.fromEntries(minima)).toEqual({ x: 9n, y: 0n, z: 0n });
  expect(linesOf([row(1, 'a', 'x', 3n)], allOpen, 9n)[0].minimum).toBe(1n);
  // A line that is paid already is still one of its recipient.
  expect(
    linesOf(rows, ({ delegator }) => delegator !== 'b', 9n).find(({ recipient }) => recipient === 'y')?.minimum,
  ).toBe(60n);
});

test('of lines with the same amount the oldest is taken', () => {
  const rows = [row(9, 'a', 'x', 5n), row(3, 'b', 'x', 5n), row(4, 'c', 'x', 5n)];
  const found = assign(
    [
      { destination: 'x', amount: 5n },
      { destination: 'x', amount: 5n },
    ],
    linesOf(rows, allOpen, 0n),
  );
  expect((found as Line[]).map(({ oldestCycle }) => oldestCycle)).toEqual([3, 4]);
});

const anyRow = fc
  .record({
    cycle: fc.nat(2),
    delegator: fc.constantFrom('a', 'b', 'c'),
    recipient: fc.constantFrom('x', 'y'),
    amount: fc.bigInt({ min: 1n, max: 4n }),
    kind: fc.constantFrom<RowKind>('delegator reward', 'fee income'),
  })
  .map(({ cycle, delegator, recipient, amount, kind }) => row(cycle, delegator, recipient, amount, kind));
const anyRows = fc.uniqueArray(anyRow, { selector: ({ name }) => name, maxLength: 8 });
const anyTransfers = fc.array(
  fc.record({ destination: fc.constantFrom('x', 'y'), amount: fc.bigInt({ min: 1n, max: 9n }) }),
  { maxLength: 4 },
);

/** Whether the transfers can be lines at all, by trying every choice. */
function canBe([first, ...rest]: readonly Transfer[], lines: readonly Line[]): boolean {
  if (!first) return true;
  return lines.some(
    (line, at) =>
      line.recipient === first.destination &&
      line.minimum <= first.amount &&
      first.amount <= line.maximum &&
      canBe(rest, [...lines.slice(0, at), ...lines.slice(at + 1)]),
  );
}

test('an operation is refused only if no choice of lines would fit, and then because of lines that are there', () => {
  fc.assert(
    fc.property(anyRows, anyTransfers, fc.constantFrom(0n, 1n, 2n), (rows, transfers, window) => {
      const lines = linesOf(rows, allOpen, window);
      const found = assign(transfers, lines);
      expect(typeof found !== 'number').toBe(canBe(transfers, lines));
      if (typeof found === 'number') return;
      expect(new Set(found).size).toBe(found.length);
      for (const [at, { minimum, maximum, recipient }] of found.entries()) {
        const { amount, destination } = transfers[at];
        expect(recipient === destination && minimum <= amount && amount <= maximum).toBe(true);
      }
    }),
    { numRuns: 1000 },
  );
});

test('no recipient gets more than the rows that are taken for it', () => {
  fc.assert(
    fc.property(anyRows, anyTransfers, (rows, transfers) => {
      const found = assign(transfers, linesOf(rows, allOpen, 2n));
      if (typeof found === 'number') return;
      const taken = new Set(found.flatMap((line) => line.rows));
      for (const to of ['x', 'y']) {
        const due = rows.filter(({ name, recipient }) => recipient === to && taken.has(name));
        const sent = transfers.filter(({ destination }) => destination === to);
        const sum = (all: readonly { amount: bigint }[]) => all.reduce((so, { amount }) => so + amount, 0n);
        expect(sum(sent)).toBeLessThanOrEqual(sum(due));
      }
    }),
  );
});

import type { RowKind } from './payout-guard.contract';
import type { Row } from './wallet-rows';

/** What one transfer of the engine pays: all open rows of a plan with one kind, delegator and recipient. */
export interface Line {
  readonly recipient: string;
  /** Names of its rows, those of the oldest cycle first. */
  readonly rows: readonly string[];
  readonly oldestCycle: number;
  /** The rows' sum, and how little a transfer may be to be all of it. Mutez. */
  readonly maximum: bigint;
  readonly minimum: bigint;
}

export interface Transfer {
  readonly destination: string;
  readonly amount: bigint;
}

/** The only kind whose transfers may be smaller: by the fee that the engine takes off. */
const WINDOWED: RowKind = 'delegator reward';

/**
 * The lines of a plan's rows, the tightest first, then the oldest. A recipient of several lines gets exact amounts only:
 * else a transfer could be taken for another line than the engine's, and the rest of both be sent again.
 */
export function linesOf(planRows: readonly Row[], isOpen: (row: Row) => boolean, feeWindow: bigint): Line[] {
  const groups = new Map<string, Row[]>();
  for (const row of planRows) {
    const name = [row.kind, row.delegator, row.recipient].join('/');
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  const linesTo = new Map<string, number>();
  for (const [{ recipient }] of groups.values()) linesTo.set(recipient, (linesTo.get(recipient) ?? 0) + 1);
  const lines = [...groups.values()].flatMap((rows) => {
    const [{ kind, recipient }] = rows;
    const window = kind === WINDOWED && linesTo.get(recipient) === 1 ? feeWindow : 0n;
    const open = rows.filter(isOpen).sort((a, b) => a.cycle - b.cycle);
    return open.length === 0 ? [] : [lineOf(recipient, open, window)];
  });
  return lines.sort((a, b) =>
    a.maximum === b.maximum ? a.oldestCycle - b.oldestCycle : a.maximum < b.maximum ? -1 : 1,
  );
}

/**
 * Which line each transfer is; no line is taken twice. If a transfer is none: its number.
 *
 * To take the first line that fits is enough: where a recipient has several, each fits one amount alone, so that no
 * choice can be in the way of a later one.
 */
export function assign(transfers: readonly Transfer[], lines: readonly Line[]): readonly Line[] | number {
  const left = new Set(lines);
  const found: Line[] = [];
  for (const [at, { destination, amount }] of transfers.entries()) {
    const fits = (line: Line) => line.recipient === destination && line.minimum <= amount && amount <= line.maximum;
    const line = [...left].find(fits);
    if (!line) return at;
    left.delete(line);
    found.push(line);
  }
  return found;
}

function lineOf(recipient: string, open: readonly Row[], window: bigint): Line {
  const maximum = open.reduce((sum, { amount }) => sum + amount, 0n);
  const minimum = maximum - window > 1n ? maximum - window : 1n;
  return { recipient, rows: open.map(({ name }) => name), oldestCycle: open[0].cycle, maximum, minimum };
}

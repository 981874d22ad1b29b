import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DelegatorTally } from './delegator-tally';
import { GrowingText } from './growing-text';
import type { PublishedRow } from './published-rows';

/** A shard is written when it has so many bytes: all together they stay small. */
const WRITTEN_BYTES = 63 * 1024;

/** Lines of some delegators. */
interface Shard {
  readonly path: string;
  /** Those that are not written yet. */
  readonly text: GrowingText;
}

/** All about a delegator. */
export interface Delegator {
  readonly address: string;
  /** Lines of CSV, the newest cycle first. */
  readonly lines: string;
  readonly tally: DelegatorTally;
}

/**
 * Takes rows by cycle and gives them back by delegator, without having them all in memory: they lie in a file for each
 * shard, and one shard is read at a time.
 */
export class Spill {
  private readonly shards = new Map<string, Shard>();
  private readonly known = new Map<string, { readonly shard: Shard; readonly tally: DelegatorTally }>();

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  /** All rows of a cycle. */
  add(cycle: number, rows: readonly PublishedRow[]): void {
    for (const { row, line } of rows) {
      const { shard, tally } = this.known.get(row.delegator) ?? this.begun(row.delegator);
      tally.add(cycle, row);
      shard.text.add(line);
      if (shard.text.size > WRITTEN_BYTES) appendFileSync(shard.path, shard.text.take());
    }
  }

  /** How many delegators there are. */
  get size(): number {
    return this.known.size;
  }

  /** How many of them were sent something. */
  get paid(): number {
    return [...this.known.values()].filter(({ tally }) => tally.sentCycles > 0).length;
  }

  get addresses(): string[] {
    return [...this.known.keys()].sort();
  }

  /** Every one of them, a shard in memory at a time. */
  *delegators(): Generator<Delegator> {
    for (const [, { path, text }] of [...this.shards].sort(byName)) {
      appendFileSync(path, text.take());
      for (const [address, lines] of [...linesIn(readFileSync(path, 'utf8'))].sort(byName)) {
        lines.sort((a, b) => b.cycle - a.cycle);
        yield { address, lines: lines.map(({ line }) => line).join(''), tally: this.known.get(address)!.tally };
      }
    }
  }

  /** Its shard is one of 256, `00` to `ff`, by the address' hash: addresses themselves are unevenly spread. */
  private begun(address: string) {
    const name = createHash('sha256').update(address).digest('hex').slice(0, 2);
    const shard = this.shards.get(name) ?? { path: join(this.folder, `${name}.txt`), text: new GrowingText() };
    this.shards.set(name, shard);
    const delegator = { shard, tally: new DelegatorTally() };
    this.known.set(address, delegator);
    return delegator;
  }
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => (a < b ? -1 : 1);

/** Lines of CSV by delegator, in the order in which they came. */
function linesIn(text: string): Map<string, { readonly cycle: number; readonly line: string }[]> {
  const found = new Map<string, { cycle: number; line: string }[]>();
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\n', from) + 1;
    if (end === 0) throw new Error('a row is cut off on the disk');
    const name = text.indexOf(',', from) + 1;
    const address = text.slice(name, text.indexOf(',', name));
    const one = { cycle: Number(text.slice(from, name - 1)), line: text.slice(from, end) };
    const lines = found.get(address);
    if (lines) lines.push(one);
    else found.set(address, [one]);
    from = end;
  }
  return found;
}

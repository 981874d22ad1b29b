import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GrowingText } from './growing-text';
import { type PublishedRow, rowOf } from './published-rows';

/** Two hexadecimal digits, of the address' hash: addresses themselves are unevenly spread. */
const SHARDS = 256;

/** The shard of an address: `00` to `ff`. */
export function shardOf(address: string): string {
  return createHash('sha256').update(address).digest('hex').slice(0, 2);
}

/** A shard is written when it has so many bytes: all together they stay small. */
const WRITTEN_BYTES = 63 * 1024;

/**
 * Takes rows by cycle and gives them back by delegator, without having them all in memory: they lie in a file for each
 * shard, and one shard is read at a time.
 */
export class Spill {
  private readonly shards = new Map<string, string>();
  /** Lines by shard that are not written yet. */
  private readonly unwritten = new Map<string, GrowingText>();

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  add(rows: readonly PublishedRow[]): void {
    for (const row of rows) {
      const shard = this.shard(row.delegator);
      const text = this.unwritten.get(shard) ?? new GrowingText();
      this.unwritten.set(shard, text);
      text.add(`${row.line}\n`);
      if (text.size > WRITTEN_BYTES) appendFileSync(this.path(shard), text.take());
    }
  }

  /** How many delegators there are. */
  get size(): number {
    return this.shards.size;
  }

  get addresses(): string[] {
    return [...this.shards.keys()].sort();
  }

  /** Shard by shard its delegators, each with all of its rows, the newest cycle first. */
  *delegators(): Generator<[shard: string, delegators: Map<string, PublishedRow[]>]> {
    for (const [shard, text] of this.unwritten) appendFileSync(this.path(shard), text.take());
    for (let number = 0; number < SHARDS; number++) {
      const shard = number.toString(16).padStart(2, '0');
      if (!existsSync(this.path(shard))) continue;
      const found = new Map<string, PublishedRow[]>();
      for (const line of readFileSync(this.path(shard), 'utf8').split('\n')) {
        if (line === '') continue;
        const row = rowOf(line);
        const rows = found.get(row.delegator);
        if (rows) rows.push(row);
        else found.set(row.delegator, [row]);
      }
      for (const rows of found.values()) rows.sort((a, b) => b.cycle - a.cycle);
      yield [shard, new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)))];
    }
  }

  private shard(address: string): string {
    const known = this.shards.get(address);
    if (known !== undefined) return known;
    const shard = shardOf(address);
    this.shards.set(address, shard);
    return shard;
  }

  private path(shard: string): string {
    return join(this.folder, `${shard}.txt`);
  }
}

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Block } from '../chain/block';
import type { ChainContext } from '../chain/chain-context';

/** A snapshot of the stand-ins: one line of JSON, filler up to `bytes`, and END as its last three bytes. */
export interface Snapshot {
  readonly format: 'stand-in-snapshot';
  readonly version: number;
  readonly chainName: string;
  readonly mode: 'rolling' | 'full';
  readonly block: Block;
  readonly context: ChainContext;
  readonly bytes: number;
}

export function headerLine(snapshot: Snapshot): Buffer {
  return Buffer.from(`${JSON.stringify(snapshot)}\n`);
}

/** Undefined: not a snapshot. */
export function readSnapshot(path: string): { snapshot: Snapshot; isComplete: boolean } | undefined {
  const file = openSync(path, 'r');
  try {
    const start = Buffer.alloc(1 << 20);
    const length = readSync(file, start, 0, start.length, 0);
    const line = start.subarray(0, length).toString('utf8').split('\n')[0];
    if (!line.startsWith('{"format":"stand-in-snapshot"')) return undefined;
    const snapshot = JSON.parse(line) as Snapshot;
    const { size } = fstatSync(file);
    const end = Buffer.alloc(3);
    readSync(file, end, 0, 3, Math.max(0, size - 3));
    return { snapshot, isComplete: size === snapshot.bytes && end.toString() === 'END' };
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}

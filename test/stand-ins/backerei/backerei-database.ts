import { renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readText } from '../kit/files';
import { Exit } from '../kit/program';

export interface Delegator {
  readonly balance: string;
  readonly estimatedRewards: string;
  finalRewards?: string;
  payoutOperationHash?: string;
}

export interface Cycle {
  finalTotalRewards?: object;
  finalBakerRewards?: object;
  readonly delegators: Record<string, Delegator>;
  readonly [rest: string]: unknown;
}

export interface Database {
  readonly payoutsByCycle: Record<string, Cycle>;
}

export function readDatabase(path: string): Database {
  const text = readText(path);
  if (text === undefined) {
    process.stdout.write(`Creating new DB in file ${path}...\n`);
    return { payoutsByCycle: {} };
  }
  try {
    const database = JSON.parse(text) as Database;
    if (typeof database.payoutsByCycle === 'object') return database;
  } catch {}
  throw new Exit(1, 'backerei: could not decode DB');
}

/** A file beside it, renamed; no fsync. */
export function writeDatabase(path: string, database: Database): void {
  const temporary = join(dirname(path), `atomic${process.pid}-0.write`);
  writeFileSync(temporary, written(database));
  renameSync(temporary, path);
}

/** The document as it is written: four spaces, keys in the order of text ("100" before "11"), no last newline. */
function written(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}    `;
  if (Array.isArray(value)) {
    const items = value.map((each) => `${inner}${written(each, inner)}`);
    return items.length === 0 ? '[]' : `[\n${items.join(',\n')}\n${indent}]`;
  }
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  const lines = entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, each]) => `${inner}${JSON.stringify(key)}: ${written(each, inner)}`);
  return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n${indent}}`;
}

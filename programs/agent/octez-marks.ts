import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReportedMark } from './agent-core';

/** Files in octez-signer's base directory, and the kind that each is of (src/bin_signer/handler.ml). */
export const markFiles: readonly [name: string, kind: string][] = [
  ['block_high_watermarks', 'block'],
  ['preattestation_high_watermarks', 'preattestation'],
  ['attestation_high_watermarks', 'attestation'],
  ['endorsement_high_watermarks', 'attestation'],
];

type File = Readonly<Record<string, Readonly<Record<string, { readonly level: number; readonly round?: number }>>>>;

/** octez-signer writes each file in place, and whoever reads it in that moment finds a part of it, or nothing. */
export class OctezMarks {
  private last: readonly ReportedMark[] = [];

  constructor(
    private readonly read: () => ReportedMark[],
    /** Whether it is asked for a signature, and so may be writing. */
    private readonly mayWrite: () => boolean,
  ) {}

  /** Those on the card; while they are being written those of before. Throws if a file is there and cannot be read. */
  get all(): readonly ReportedMark[] {
    try {
      this.last = this.read();
    } catch (error) {
      if (!this.mayWrite()) throw error;
    }
    return this.last;
  }
}

/** What octez-signer has noted of these keys on this chain. Throws if a file is there and cannot be read. */
export function octezMarks(folder: string, chainId: string, keys: readonly string[]): ReportedMark[] {
  return markFiles.flatMap(([name, kind]) => {
    const marks = read(join(folder, name))[chainId] ?? {};
    return keys.flatMap((key) => {
      const mark = marks[key];
      return mark ? [{ key, kind, level: mark.level, round: mark.round ?? 0 }] : [];
    });
  });
}

function read(path: string): File {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  try {
    return JSON.parse(text) as File;
  } catch {
    throw new Error(`${path} is not JSON`);
  }
}

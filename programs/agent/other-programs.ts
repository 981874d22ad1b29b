import { execFile } from 'node:child_process';

const MOST_MS = 2000;

/** What another program prints; undefined if it is not there, fails, or takes too long. */
export function printed(program: string, words: readonly string[], mostMs = MOST_MS): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = { env: process.env, timeout: mostMs, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 } as const;
    execFile(program, words, options, (error, stdout) => resolve(error ? undefined : stdout));
  });
}

export interface ClockState {
  /** How far it is from what the time servers say. */
  readonly offsetSeconds: number;
  readonly isSynchronised: boolean;
}

/** What `chronyc -c tracking` says: 14 fields, of which the fifth is the offset and the last one the leap status. */
export function clockIn(text: string): ClockState | undefined {
  const fields = text.trim().split(',');
  const offset = Number(fields[4]);
  if (fields.length !== 14 || fields[4] === '' || !Number.isFinite(offset)) return undefined;
  return { offsetSeconds: Math.abs(offset), isSynchronised: fields[13] !== 'Not synchronised' };
}

/** The number in what a program of Octez says of its version: `… (Octez v25.2)`. */
export function versionIn(text: string): string {
  const [, version] = /(\d+\.\d+[\w.~+-]*)\)?\s*$/.exec(text) ?? [];
  return version ?? text.trim().slice(0, 80);
}

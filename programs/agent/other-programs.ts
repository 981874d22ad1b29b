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
  /** The clock less what the time servers say. */
  readonly offsetSeconds: number;
  readonly isSynchronised: boolean;
}

/** The fields of `chronyc -c tracking` (chrony 4, client.c, process_cmd_tracking). */
const FIELDS = 14;
const REFERENCE_TIME = 3;
/** Above 0 if the clock is slow. */
const OFFSET = 4;
const LEAP_STATUS = 13;
/** Time servers are asked each 17 minutes at least: when none has answered for so long, chronyd may still say Normal. */
const OLD_SECONDS = 7200;

/** What it says of the clock; undefined if it says nothing. */
export function clockIn(text: string, nowMs = Date.now()): ClockState | undefined {
  const fields = text.trim().split(',');
  const offset = Number(fields[OFFSET]);
  if (fields.length !== FIELDS || fields[OFFSET] === '' || !Number.isFinite(offset)) return undefined;
  const isOld = nowMs / 1000 - Number(fields[REFERENCE_TIME]) > OLD_SECONDS;
  return { offsetSeconds: -offset, isSynchronised: fields[LEAP_STATUS] !== 'Not synchronised' && !isOld };
}

/** The number in what a program of Octez says of its version: `… (Octez v25.2)`. */
export function versionIn(text: string): string {
  const [, version] = /(\d+\.\d+[\w.~+-]*)\)?\s*$/.exec(text) ?? [];
  return version ?? text.trim().slice(0, 80);
}

import { writeSync } from 'node:fs';
import type { Release } from './release';

/** What a program is told: its own name, the version it imitates, the words after its name. */
export interface Call {
  readonly name: string;
  readonly release: Release;
  readonly words: readonly string[];
}

/** Answers with the exit code; a program that serves never answers, and leaves by `process.exit`. */
export type Program = (call: Call) => Promise<number>;

/** An error that ends the program with a message and an exit code of its own. */
export class Exit extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** A line that is dated as the real programs do. */
function dated(text: string): string {
  const date = new Date();
  const day = date.toISOString();
  return `${months[date.getUTCMonth()]} ${day.slice(8, 10)} ${day.slice(11, 23)}: ${text}\n`;
}

export function say(text: string): void {
  process.stdout.write(dated(text));
}

/**
 * Says it and blocks the event loop for ever: sockets stay open and nothing answers, TERM included. For a SIGKILL at a
 * chosen moment, which must come from outside: a container's process 1 cannot send it to itself.
 */
export function stopForGood(text: string): void {
  writeSync(1, dated(text)); // standard output may be written to later, and there is no later
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** An exception that nobody catches: 126 (octez.md 3.4). */
export function endUncaught(error: Error): never {
  writeSync(2, `${error.stack}\n`);
  process.exit(126);
}

/**
 * TERM and INT end a program with 127 after `close`; a second signal, after a second's grace, with 255 at once (octez.md
 * 3.4, docs/user/exits.rst).
 */
export function endOnSignals(close: () => Promise<void>): void {
  let first = 0;
  const onSignal = (signal: string) => {
    if (first > 0) {
      if (Date.now() - first >= 1000) process.exit(255);
      return;
    }
    first = Date.now();
    say(`triggering the shutdown of the program: ${signal}`);
    close().then(
      () => process.exit(127),
      () => process.exit(127),
    );
  };
  process.on('SIGTERM', () => onSignal('SIGTERM'));
  process.on('SIGINT', () => onSignal('SIGINT'));
}

export const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Never answers: for programs that serve until a signal comes. */
export const forever = () => new Promise<number>(() => {});

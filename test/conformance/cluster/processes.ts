import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { RunState } from '../run-state';

/** A server program of this run. */
export interface Started {
  readonly name: string;
  /** Its last words. */
  log(lines?: number): string;
  running(): boolean;
  /** Ends it and waits for its end. */
  stop(): Promise<void>;
}

/** Starts a server program whose output goes to a file. Its words must name the state folder: it is known by that. */
export function start(state: RunState, program: string, words: readonly string[], name: string): Started {
  const file = join(state.subfolder('logs'), `${name}.log`);
  const out = openSync(file, 'a');
  // A process group of its own: Ctrl-C reaches this process alone, which then ends the others in order.
  const child = spawn(program, words, {
    cwd: state.folder,
    env: environmentOf(name),
    stdio: ['ignore', out, out],
    detached: true,
  });
  closeSync(out);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  if (child.pid) state.add(child.pid);
  const running = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  return {
    name,
    running,
    log: (lines = 15) => readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n'),
    stop: () => (running() ? stop(child, ended) : Promise.resolve()),
  };
}

/** Without what a person tells another program of that name: ETCD_NAME would rename ours. */
function environmentOf(name: string): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([key]) => !key.startsWith(`${name.toUpperCase()}_`));
  return Object.fromEntries(others);
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  const impatient = setTimeout(() => child.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(impatient);
}

/**
 * Above what services have, below what Kubernetes gives to Services (30000) and the kernel to connections that go out
 * (32768): of those it would give one away before its program listens.
 */
const portRange = { first: 20_000, count: 10_000 };
const given = new Set<number>();

/** TCP ports that nobody listens on, and that no other caller in this process gets. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = portRange.first + Math.floor(Math.random() * portRange.count);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) ports.push(port);
  }
  return ports;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '0.0.0.0', () => server.close(() => resolve(true)));
  });
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Waits until `check` answers something; the error after `seconds` says what was waited for. */
export async function until<T>(
  what: string,
  seconds: number,
  check: () => Promise<T | undefined | false>,
): Promise<NonNullable<T>> {
  const end = Date.now() + seconds * 1000;
  let lastError = '';
  for (;;) {
    try {
      const answer = await check();
      if (answer) return answer;
      lastError = '';
    } catch (error) {
      lastError = `: ${(error as Error).message}`;
    }
    if (Date.now() > end) throw new Error(`waited ${seconds} s in vain: ${what}${lastError}`);
    await sleep(200);
  }
}

import { mkdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { makeFolders, mustBePlain, Refusal, shownPath, using } from './refusal';

/** A synthesis of a few bakeries takes a second: whoever waits longer than this shall know why. */
const LONGEST_WAIT_MS = 10_000;

/** Making and filling a lock, or taking over one, is a matter of microseconds. */
const LONGEST_STEP_MS = 10_000;

/** Name of the file that stands in a folder while a process of ours works in it. */
const LOCK_FILE = '.lock';

/** Who holds a lock. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process was started, as the system counts (Linux only): another one may get its pid. */
  readonly born?: string;
  readonly since: string;
}

/**
 * Does the work while no other process does any in this folder: it compares with what it finds there before it writes.
 * The work is told whether it had to wait: the world may be another one by then.
 */
export function withLock<T>(folder: string, work: (hasWaited: boolean) => T): T {
  const isNew = using(folder, 'written', () => makeFolders(folder)) !== undefined;
  const path = join(folder, LOCK_FILE);
  mustBePlain(path);
  const hasWaited = take(path);
  try {
    return work(hasWaited);
  } finally {
    using(path, 'removed', () => rmSync(path, { force: true }));
    if (isNew) removeIfEmpty(folder);
  }
}

function take(path: string): boolean {
  const started = Date.now();
  const own: Holder = {
    pid: process.pid,
    host: hostname(),
    born: birthOf(process.pid),
    since: new Date().toISOString(),
  };
  for (let hasWaited = false; ; hasWaited = true) {
    if (created(path, `${JSON.stringify(own)}\n`)) return hasWaited;
    if (isAbandoned(path)) takeAway(path);
    else if (isFolder(path) || Date.now() - started > LONGEST_WAIT_MS) throw new Refusal(heldMessage(path));
    else sleep(50);
  }
}

function created(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    if ((error as NodeJS.ErrnoException).syscall === 'write') rmSync(path, { force: true }); // ours, and not filled
    return using(path, 'written', () => {
      throw error;
    });
  }
}

/** Removes an abandoned lock. One process at a time, and only what is abandoned still: another one may hold it by now. */
function takeAway(path: string): void {
  const turn = `${path}.taking`;
  try {
    mkdirSync(turn);
  } catch {
    if (ageOf(turn) > LONGEST_STEP_MS) removeIfEmpty(turn);
    sleep(50);
    return;
  }
  try {
    if (isAbandoned(path)) rmSync(path, { force: true });
  } finally {
    removeIfEmpty(turn);
  }
}

/** Its process was killed. Of a process on another machine nobody here can tell. */
function isAbandoned(path: string): boolean {
  const text = contentOf(path);
  if (text === undefined) return false; // gone by now, or not for us to read
  const holder = holderIn(text);
  if (holder === undefined) return ageOf(path) > LONGEST_STEP_MS; // killed before it had written its name
  if (holder.host !== hostname()) return false;
  const born = birthOf(holder.pid);
  if (born !== undefined && holder.born !== undefined) return born !== holder.born;
  return holder.pid === process.pid || !isAlive(holder.pid);
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function holderIn(text: string): Holder | undefined {
  try {
    const holder = JSON.parse(text) as Holder;
    return Number.isInteger(holder.pid) && holder.pid > 0 ? holder : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // somebody else's
  }
}

function birthOf(pid: number): string | undefined {
  const stat = contentOf(`/proc/${pid}/stat`);
  // The 22nd field; the second one, a name in parentheses, may hold anything.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

/** 0 if there is none. */
function ageOf(path: string): number {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function heldMessage(path: string): string {
  if (isFolder(path)) {
    return `${shownPath(path)} is a folder, and the name is needed for a file of ours: move it elsewhere`;
  }
  const holder = holderIn(contentOf(path) ?? '');
  const who = holder ? `process ${holder.pid} on ${holder.host}, since ${holder.since}` : 'it does not say who';
  return `${shownPath(path)}: another synthesis is at work here (${who}). Run this again when it has ended; if there is none, remove ${shownPath(path)}`;
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Somebody has put something there.
  }
}

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

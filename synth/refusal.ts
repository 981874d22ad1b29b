import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, isAbsolute, relative } from 'node:path';
import { printable } from '../model/messages/shown';

/** What the machine refuses (no permission, a full disk, ...) is for whoever runs this to mend, and no defect of ours. */
export class Refusal extends Error {
  constructor(message: string) {
    super(printable(message)); // it names files, whose names may hold anything
  }
}

/** Why, and what to do, by the system's code. */
const reasons: Readonly<Record<string, readonly [why: string, advice: string]>> = {
  EACCES: ['no permission', 'give the user who runs this the right to it'],
  EPERM: ['no permission', 'give the user who runs this the right to it'],
  EROFS: ['the file system is read-only', 'run this where files can be written'],
  ENOSPC: ['the disk is full', 'make room on it'],
  EDQUOT: ['your share of the disk is used up', 'make room'],
  EFBIG: ['files may not become as large', 'raise the limit (ulimit -f)'],
  ENOENT: ['there is no such file, or the link leads nowhere', 'make it, or remove the link'],
  ELOOP: ['the link leads to itself', 'remove the link'],
  EISDIR: ['a folder stands where a file belongs', 'move it elsewhere'],
  ENOTDIR: ['a file stands where a folder belongs', 'move it elsewhere'],
  EEXIST: ['a file stands where a folder belongs', 'move it elsewhere'],
  ENOTEMPTY: ['a folder is not empty', 'look at what lies in it'],
  EBUSY: ['another program holds it', 'end that program'],
  EMFILE: ['too many files are open', 'raise the limit (ulimit -n)'],
  ENFILE: ['too many files are open on this machine', 'end a program'],
  ENAMETOOLONG: ['the name is too long', 'use a shorter one'],
  EIO: ['the disk answers with an error', 'look at the disk'],
};

/** A pipe would never be read to its end, a device perhaps never begun. Nothing, a file or a folder pass. */
export function mustBePlain(path: string): void {
  const kind = existsSync(path) ? using(path, 'read', () => statSync(path)) : undefined;
  if (kind === undefined || kind.isFile() || kind.isDirectory()) return;
  throw new Refusal(`${shownPath(path)} is a pipe, a socket or a device where a file belongs; move it elsewhere`);
}

/** Makes a folder, and those above it; the first one that was not there, if any. Node's own does not end below /proc. */
export function makeFolders(path: string): string | undefined {
  if (existsSync(path) && statSync(path).isDirectory()) return undefined;
  const above = dirname(path);
  const first = above === path ? undefined : makeFolders(above);
  try {
    mkdirSync(path);
  } catch (error) {
    if (!existsSync(path) || !statSync(path).isDirectory()) throw error; // else another process has made it
  }
  return first ?? path;
}

type Verb = 'read' | 'written' | 'removed' | 'used';

/** Completes the sentence `<file> ...`; undefined if the error is not the machine's. */
export function refusalOf(error: unknown, verb: Verb): string | undefined {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  if (!code || !syscall) return undefined;
  const [why, advice] = reasons[code] ?? [`the system says ${code}`, 'look up what it means for this file'];
  return `cannot be ${verb}: ${why} (${code}); ${advice}`;
}

/** Does something with a file or folder; if the machine refuses, the answer is a Refusal that names it. */
export function using<T>(path: string, verb: Verb, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const refusal = refusalOf(error, verb);
    throw refusal ? new Refusal(`${shownPath(path)} ${refusal}`) : error;
  }
}

/** A path as a person knows it: from the folder they are in. */
export function shownPath(path: string): string {
  const from = relative(process.cwd(), path);
  return from === '' || from.startsWith('..') || isAbsolute(from) ? path : from.replaceAll('\\', '/');
}

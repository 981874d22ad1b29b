import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A file that is there, and not as it was written. Nobody may go on as if there was none. */
export class DamagedFile extends Error {
  constructor(path: string) {
    super(`${path} is damaged`);
    this.name = 'DamagedFile';
  }
}

/**
 * Replaces a small file; it has one writer. When this returns, a cut of the power leaves the new text; before, the old
 * one or the new one, and nothing in between. Throws what the system throws: then either may be there.
 */
export function writeDurably(path: string, text: string): void {
  const next = `${path}.next`;
  const file = openSync(next, 'w', 0o600);
  try {
    writeFileSync(file, sealed(text)); // all of it, or it throws: a full card may take a part
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(next, path);
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder); // the name is in the folder
  } finally {
    closeSync(folder);
  }
}

/** The text that was written last; undefined if there is no file. Throws DamagedFile. */
export function readDurable(path: string): string | undefined {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const text = content.slice(content.indexOf('\n') + 1);
  if (content !== sealed(text)) throw new DamagedFile(path);
  return text;
}

/** The text behind a line with its digest. */
function sealed(text: string): string {
  return `${createHash('sha256').update(text).digest('hex')}\n${text}`;
}

import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** The file of a journal; it has one writer. Each throws what the system throws. */
export interface JournalDisk {
  /** All that is there. */
  read(): Buffer;
  /** Behind what is there: all of it, or it throws, and a part may be there. */
  append(bytes: Uint8Array): void;
  /** Durable: so many bytes, and nothing behind them. */
  truncate(length: number): void;
  /** What was appended is durable when this returns. */
  sync(): void;
}

/** The file is there, and its name durable, when this returns. */
export function journalFile(path: string): JournalDisk {
  const file = openSync(path, 'a+', 0o600);
  syncFolder(dirname(path));
  return {
    read: () => readFileSync(path),
    append: (bytes) => {
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
    },
    truncate: (length) => {
      ftruncateSync(file, length);
      fsyncSync(file);
    },
    sync: () => fsyncSync(file),
  };
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

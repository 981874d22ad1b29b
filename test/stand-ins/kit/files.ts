import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';

/** Temporary file and rename; the real programs do not fsync (octez.md 7.4), `durable` is for our own state. */
export function replaceFile(path: string, text: string, durable = false): void {
  const temporary = `${path}.tmp`;
  if (!durable) writeFileSync(temporary, text);
  else {
    const file = openSync(temporary, 'w');
    writeSync(file, text);
    fsyncSync(file);
    closeSync(file);
  }
  renameSync(temporary, path);
}

/** Undefined where there is no file. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export function readJson<T>(path: string): T | undefined {
  const text = readText(path);
  return text === undefined ? undefined : (JSON.parse(text) as T);
}

export const toJson = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

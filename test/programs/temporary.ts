import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders: string[] = [];
const endings: (() => unknown)[] = [];

/** A new folder with a short name: a Unix socket's path has at most 107 letters. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'p-'));
  folders.push(folder);
  return folder;
}

/** Something to end after the test, the last one first. */
export function afterwards(end: () => unknown): void {
  endings.push(end);
}

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Waits until it is so; fails after ten seconds, or after what is given. */
export async function until(what: string, isSo: () => unknown, atMostMs = 10_000): Promise<void> {
  const endMs = performance.now() + atMostMs;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`has not come to be: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

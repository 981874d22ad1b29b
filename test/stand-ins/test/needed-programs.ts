import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NEEDED = ['flock', 'wget'];

function isThere(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** On a machine with Node alone these tests are skipped, and say so; where all changes are judged they run. */
const missing = NEEDED.filter((program) => !isThere(program));
if (missing.length > 0) {
  if (process.env.CI) throw new Error(`the stand-ins need ${missing.join(' and ')}`);
  console.warn(`skipped: the stand-ins need ${missing.join(' and ')}`);
  Object.assign(globalThis, { test: test.skip, it: it.skip });
}

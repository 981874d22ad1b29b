import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/** A rule of a program, and an edit of its text that breaks it. */
export interface Broken {
  /** Below programs/. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Paths of what runs as a process of its own. */
export interface Programs {
  readonly guard: string;
  readonly agent: string;
  /** Loaded before a program: shifts its clock by the milliseconds that a file holds. */
  readonly shiftedClock: string;
}

/** Programs read the time through Date.now alone; a clock that jumps is one whose file is written anew. */
const SHIFTED_CLOCK = `
const { readFileSync } = require('node:fs');
const now = Date.now;
let offset = 0;
let readAt = 0;
Date.now = () => {
  if (now() - readAt > 50) {
    readAt = now();
    try { offset = Number(readFileSync(process.env.SHIFTED_CLOCK_FILE, 'utf8')) || 0; } catch {}
  }
  return now() + offset;
};
`;

/** Guard and agent as they run in a pod and at home: one file of Node's each; with rules broken on purpose, or none. */
export async function ownPrograms(root: string, folder: string, broken: readonly Broken[] = []): Promise<Programs> {
  const shiftedClock = join(folder, 'shifted-clock.cjs');
  writeFileSync(shiftedClock, SHIFTED_CLOCK);
  const [guard, agent] = await Promise.all(
    ['guard', 'agent'].map((name) => bundled({ root, outfile: join(folder, `${name}.mjs`), name }, broken)),
  );
  return { guard: guard!, agent: agent!, shiftedClock };
}

async function bundled(
  { root, outfile, name }: { root: string; outfile: string; name: string },
  broken: readonly Broken[],
): Promise<string> {
  await build({
    entryPoints: [join(root, `programs/${name}/${name}.program.ts`)],
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'error',
    plugins: [
      {
        name: 'break',
        setup: ({ onLoad }) =>
          onLoad({ filter: /\/programs\/.*\.ts$/ }, ({ path }) => ({
            contents: edited(
              path,
              broken.filter(({ file }) => path === join(root, 'programs', file)),
            ),
            loader: 'ts',
          })),
      },
    ],
  });
  return outfile;
}

function edited(path: string, broken: readonly Broken[]): string {
  return broken.reduce(
    (text, { from, to }) => {
      if (text.split(from).length !== 2) throw new Error(`${path}: what is to be broken is not once in it: ${from}`);
      return text.replace(from, () => to);
    },
    readFileSync(path, 'utf8'),
  );
}

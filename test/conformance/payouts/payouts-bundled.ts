import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { standInBundle } from '../../stand-ins/build';
import type { Broken } from '../signing/own-programs';

/** Paths of what runs as processes. */
export interface PayoutPrograms {
  readonly guard: string;
  readonly preflight: string;
  readonly standIn: string;
  /** tezpay alone: hundreds of runs need not read all stand-ins. */
  readonly engine: string;
}

const ENGINE = `
import { tezpayProgram } from './tezpay/tezpay.program';
tezpayProgram({ name: 'tezpay', release: undefined, words: process.argv.slice(2) }).then(process.exit, (error) => {
  process.stderr.write(error.message + '\\n');
  process.exit(error.code ?? 126);
});
`;

/** The guard as it runs in the pod, with rules broken on purpose or none, and the stand-ins. */
export async function bundledPayouts(
  root: string,
  folder: string,
  broken: readonly Broken[] = [],
): Promise<PayoutPrograms> {
  const guard = await bundled({ root, folder, name: 'payout-guard' }, broken);
  const preflight = await bundled({ root, folder, name: 'preflight' }, []);
  const standIn = join(folder, 'stand-in.cjs');
  writeFileSync(standIn, standInBundle(join(root, 'test/stand-ins')));
  const engine = join(folder, 'tezpay.cjs');
  await build({
    stdin: { contents: ENGINE, resolveDir: join(root, 'test/stand-ins'), loader: 'ts' },
    ...{ bundle: true, platform: 'node', format: 'cjs', outfile: engine, logLevel: 'error' },
  });
  return { guard, preflight, standIn, engine };
}

export async function bundled(
  { root, folder, name }: { root: string; folder: string; name: string },
  broken: readonly Broken[],
): Promise<string> {
  const outfile = join(folder, `${name}.mjs`);
  await build({
    entryPoints: [join(root, `programs/${name}/${name}.program.ts`)],
    absWorkingDir: root,
    ...{ bundle: true, platform: 'node', format: 'esm', outfile, logLevel: 'error' },
    plugins: [
      {
        name: 'break',
        setup: ({ onLoad }) =>
          onLoad({ filter: /\/programs\/.*\.ts$/ }, ({ path }) => {
            const edits = broken.filter(({ file }) => path === join(root, 'programs', file));
            return { contents: edits.reduce(edited, readFileSync(path, 'utf8')), loader: 'ts' };
          }),
      },
    ],
  });
  return outfile;
}

function edited(text: string, { file, from, to }: Broken): string {
  if (text.split(from).length !== 2) throw new Error(`${file}: what is to be broken is not once in it: ${from}`);
  return text.replace(from, () => to);
}

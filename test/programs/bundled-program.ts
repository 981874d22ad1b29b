import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../kit/root';
import { temporaryFolder } from './temporary';

/** Path of a program as it runs in its pod or at home: one ESM file, and Node. Nothing but what a bundle may hold is in it. */
export async function bundledProgram(name: 'agent' | 'guard'): Promise<string> {
  const outfile = join(temporaryFolder(), `${name}.mjs`);
  const { metafile } = await build({
    entryPoints: [join(ROOT, `programs/${name}/${name}.program.ts`)],
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    metafile: true,
  });
  const outside = Object.keys(metafile.inputs).filter((path) => !path.startsWith('programs/'));
  expect(outside.filter((path) => !/^node_modules\/(@noble\/hashes|@scure\/base)\//.test(path))).toEqual([]);
  return outfile;
}

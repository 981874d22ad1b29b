import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './temporary';

const { program } = require('../../bin/bundle.cjs') as { program(name: string): string };

/** Path of a program as it runs in its pod or at home: one ESM file, and Node. */
export async function bundledProgram(
  name: 'guard' | 'agent' | 'chain-exporter' | 'heartbeat' | 'payout-guard' | 'preflight' | 'site-builder',
): Promise<string> {
  const outfile = join(temporaryFolder(), `${name}.mjs`);
  writeFileSync(outfile, program(name));
  return outfile;
}

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { standInBundle } from '../../stand-ins/build';

/** A program as a person fetches it: one file, and its checksum. */
export interface Download {
  readonly name: string;
  readonly text: string;
  readonly sha256: string;
}

/**
 * The stand-in of octez-signer as one executable file. It makes no code while it runs, as the real one does not: a unit may
 * forbid that. Its name is set, since the file may lie under any.
 */
export function octezSignerFile(root: string): Download {
  const text = `#!/usr/bin/node --jitless\nprocess.argv[1] = '/usr/local/bin/octez-signer';\n${standInBundle(join(root, 'test', 'stand-ins'))}`;
  return { name: 'octez-signer', text, sha256: createHash('sha256').update(text).digest('hex') };
}

import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { markFiles } from './octez-marks';

/**
 * Waits until the card has what octez-signer has noted. octez-signer itself does not wait (src/bin_signer/handler.ml writes
 * the file and goes on): a power cut would take back the mark of a signature that is in a block already. Rejects if the card
 * does not take it.
 */
export async function keepMarks(folder: string): Promise<void> {
  // The folder too: a file may have come.
  await Promise.all([...markFiles.map(([name]) => join(folder, name)), folder].map(keep));
}

async function keep(path: string): Promise<void> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  try {
    await file?.sync();
  } finally {
    await file?.close();
  }
}

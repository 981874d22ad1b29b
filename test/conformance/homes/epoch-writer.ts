import { writeSync } from 'node:fs';
import { AgentFiles } from '../../../programs/agent/agent-store';

/**
 * Keeps one epoch after the other, as the agent does, and says each number once it is kept: epoch-writer FOLDER [first].
 * With `read` for the first: says which one is there.
 */
const [folder = '', first = '0'] = process.argv.slice(2);
const files = new AgentFiles({ stateFolder: folder, runFolder: folder });
if (first === 'read') writeSync(1, `${files.epoch()?.number ?? 'none'}\n`);
else {
  for (let number = Number(first); ; number++) {
    files.keepEpoch({ number, bits: 'a'.repeat(32) });
    writeSync(1, `${number}\n`);
  }
}

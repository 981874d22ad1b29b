import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clearMachine } from './leftovers';
import { machine } from './machine';

const ownerFile = join(machine.folder, 'owner.json');

/** Makes the machine this run's, after clearing what a killed one left. Another run that goes on is left alone. */
export function takeMachine(): void {
  const owner = readOwner();
  if (owner && owner.pid !== process.pid && commandOf(owner.pid) === owner.command) {
    throw new Error(`another run of this part goes on (process ${owner.pid}): links and tables have fixed names`);
  }
  clearMachine();
  mkdirSync(machine.folder, { recursive: true });
  writeFileSync(ownerFile, JSON.stringify({ pid: process.pid, command: commandOf(process.pid) }));
}

function readOwner(): { pid: number; command: string } | undefined {
  try {
    return JSON.parse(readFileSync(ownerFile, 'utf8'));
  } catch {
    return undefined;
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

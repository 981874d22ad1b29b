import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clearMachine, foundRecord } from './leftovers';
import { machine } from './machine';
import { deadSockets, kubeletSockets, proxyTables } from './traces';

const ownerFile = join(machine.folder, 'owner.json');

/** Makes the machine this run's, after clearing what a killed one left. Another run that goes on is left alone. */
export function takeMachine(): void {
  const owner = readOwner();
  if (owner && owner.pid !== process.pid && commandOf(owner.pid) === owner.command) {
    throw new Error(`another run of this part goes on (process ${owner.pid}): links and tables have fixed names`);
  }
  clearMachine();
  const others = [...proxyTables().map((table) => `nft table ${table}`), ...kubeletSockets()];
  if (others.length > 0)
    throw new Error(`another Kubernetes runs on this machine, or has left this: ${others.join(', ')}`);
  mkdirSync(machine.folder, { recursive: true });
  writeFileSync(foundRecord, JSON.stringify(deadSockets()));
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

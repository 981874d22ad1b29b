import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prefix = 'tezos-bakery-conformance-';

/**
 * What a run leaves on the machine while it lasts: one folder, named on the command line of every program it
 * starts, and the pids of those programs. The next run cleans up after one that was killed.
 */
export class RunState {
  /** Data, keys and logs of this run. */
  readonly folder = mkdtempSync(join(tmpdir(), prefix));
  private readonly pids = new Set<number>();

  constructor() {
    this.write();
  }

  /** A folder below the state folder. */
  subfolder(name: string): string {
    const path = join(this.folder, name);
    mkdirSync(path, { recursive: true });
    return path;
  }

  add(pid: number): void {
    this.pids.add(pid);
    this.write();
  }

  /** Ends everything at once and leaves nothing behind; synchronous, for the last moment of a process. */
  destroy(): void {
    for (const pid of this.pids) killIfOurs(pid, this.folder);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  private write(): void {
    const owner = { pid: process.pid, command: commandOf(process.pid) };
    // By a rename: the next run must be able to read it, whenever this one is killed.
    writeFileSync(join(this.folder, 'state.new'), JSON.stringify({ owner, pids: [...this.pids] }));
    renameSync(join(this.folder, 'state.new'), join(this.folder, 'state.json'));
  }
}

/** Cleans up after runs that were killed; answers their folders. Runs that still go on are left alone. */
export function cleanUpAfterCrashes(): string[] {
  const folders = readdirSync(tmpdir())
    .filter((name) => name.startsWith(prefix))
    .map((name) => join(tmpdir(), name));
  return folders.filter((folder) => {
    const state = readState(folder);
    // Without one, a run is just making it, or was killed before: that shows with time.
    if (!state && Date.now() - statSync(folder).mtimeMs > 600_000) {
      rmSync(folder, { recursive: true, force: true });
      return true;
    }
    if (!state || commandOf(state.owner.pid) === state.owner.command) return false;
    for (const pid of state.pids) killIfOurs(pid, folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    return true;
  });
}

function readState(folder: string): { owner: { pid: number; command: string }; pids: number[] } | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8'));
  } catch {
    return undefined; // another run is just making it
  }
}

/** A pid may belong to another program by now: ours names its state folder on its command line. */
function killIfOurs(pid: number, folder: string): void {
  if (!commandOf(pid).includes(folder)) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone in between
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

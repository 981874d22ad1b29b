import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

export interface ChildWords {
  readonly program: string;
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Each line that it writes, to either side. */
  readonly onLine?: (line: string) => void;
  /** Whose it is: of an ordinary user, where this process is root. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

const living = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

/** A program of a world that is ended, stopped and started again. It ends with this process, however that ends. */
export class Child {
  readonly pid: number;
  readonly startedMs = performance.now();
  readonly lastLines: string[] = [];
  private readonly child: ChildProcess;
  private readonly ended: Promise<void>;
  /**
   * It has ended, and every line of it was told. Where several end at once, an end is seen before the last lines of it are
   * (libuv looks at all children when one has ended); but a program that this one leaves behind may hold its lines open.
   */
  readonly heard: Promise<void>;

  constructor({ program, words, env, onLine, user }: ChildWords) {
    const as =
      user && process.getuid?.() === 0
        ? [
            '--reuid',
            `${user.uid}`,
            '--regid',
            `${user.gid}`,
            '--clear-groups',
            '--inh-caps=-all',
            '--bounding-set=-all',
            '--no-new-privs',
          ]
        : [];
    this.child = spawn('setpriv', [...as, '--pdeathsig', 'KILL', program, ...words], {
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // Ctrl-C reaches this process alone, which then ends the others
    });
    living.add(this.child);
    this.pid = this.child.pid ?? 0;
    this.ended = new Promise((resolve) => {
      this.child.once('exit', () => resolve());
      this.child.once('error', () => resolve());
    });
    this.heard = new Promise((resolve) => {
      this.child.once('close', () => resolve());
    });
    this.ended.then(() => living.delete(this.child));
    for (const stream of [this.child.stdout, this.child.stderr]) {
      let rest = '';
      stream?.on('data', (data) => {
        const lines = `${rest}${data}`.split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          this.lastLines.push(line);
          if (this.lastLines.length > 30) this.lastLines.shift();
          onLine?.(line);
        }
      });
    }
  }

  onEnd(what: () => void): void {
    this.ended.then(what);
  }

  get isRunning(): boolean {
    return living.has(this.child);
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async kill(): Promise<void> {
    this.child.kill('SIGCONT');
    this.child.kill('SIGKILL');
    await this.ended;
  }
}

/** A new folder, for the owner alone. */
export function ownFolder(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}

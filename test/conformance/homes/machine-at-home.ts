import { mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Child } from '../signing/child-program';
import { type Answer, mustRun, run } from '../tools/run';
import { type Internet, type Line, started } from './homes-internet';

export interface HomeParts {
  /** Of the signer, and so of the machine. */
  readonly name: string;
  /** A file system of its own. */
  readonly card: string;
  /** The preferred uplink first. */
  readonly lines: readonly Line[];
  readonly internet: Internet;
  /** The folder of this file. */
  readonly scripts: string;
}

/** Where cgroups of version 2 are mounted: alone, or beside the older ones. */
const CGROUPS = readdirSync('/sys/fs/cgroup').includes('unified') ? '/sys/fs/cgroup/unified' : '/sys/fs/cgroup';
const GROUP = 'tezos-bakery-home-';

/** A machine at home: Debian with systemd as its first process, on a card of its own. */
export class Home {
  private machine: Child | undefined;
  private first = 0;
  bootedMs = 0;

  constructor(readonly parts: HomeParts) {}

  get name(): string {
    return this.parts.name;
  }

  get isOn(): boolean {
    return this.machine?.isRunning ?? false;
  }

  /** Switches it on; resolves when people may log in. */
  async boot(): Promise<void> {
    await this.switchOn();
    const units = ['ssh.service', 'systemd-user-sessions.service'];
    for (let i = 0; i < 600; i++) {
      if ((await this.exec(['systemctl', 'is-active', ...units])).status === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${this.name} lets nobody in: ${(await this.exec(['systemctl', 'list-jobs'])).stdout}`);
  }

  /** Power is there; resolves when its systemd answers. */
  async switchOn(): Promise<void> {
    const { name, card, lines, internet, scripts } = this.parts;
    const startMs = performance.now();
    const group = join(CGROUPS, `${GROUP}${process.pid}-${name}`);
    removeGroup(group);
    mkdirSync(group);
    const interfaces = lines.map((line) => line.interface);
    const init = [join(scripts, 'home-init.sh'), card, name, ...interfaces];
    const apart = ['--mount', '--pid', '--uts', '--ipc', '--net', '--cgroup', '--fork', '--kill-child'];
    const words = ['-ec', 'echo $$ >"$0/cgroup.procs"; exec unshare "$@"', group, ...apart, 'sh', ...init];
    this.machine = await started({ program: 'sh', words }, /waits for its uplinks/);
    const { pid } = this.machine;
    this.first = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'));
    try {
      for (const line of lines) await internet.lay(line, this.first);
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${this.machine.lastLines.join('\n')}`);
    }
    // Before it is there, another systemd answers, or none: "offline".
    while (
      !/initializing|starting|running|degraded/.test((await this.exec(['systemctl', 'is-system-running'], 10)).stdout)
    ) {
      if (!this.isOn) throw new Error(`${name} does not start: ${this.machine.lastLines.join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    this.bootedMs = performance.now() - startMs;
  }

  /** The first process of the machine, as this one sees it. */
  get pid(): number {
    return this.first;
  }

  /** Runs a program in it, as its root. */
  exec(words: readonly string[], timeoutSeconds = 60): Promise<Answer> {
    const environment = [
      'env',
      '-i',
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'HOME=/root',
    ];
    return run('nsenter', ['--target', `${this.first}`, '--all', '--wd=/', ...environment, ...words], {
      timeoutSeconds,
    });
  }

  /** The same, which must succeed; what it wrote. */
  async mustExec(words: readonly string[], timeoutSeconds = 60): Promise<string> {
    const { status, stdout, stderr } = await this.exec(words, timeoutSeconds);
    if (status === 0) return stdout;
    throw new Error(
      `${this.name}: ${words.slice(0, 6).join(' ')}: exit code ${status}\n${`${stderr}${stdout}`.trim().split('\n').slice(-15).join('\n')}`,
    );
  }

  /** A shell's lines in it. */
  shell(lines: string, timeoutSeconds = 60): Promise<string> {
    return this.mustExec(['sh', '-ec', lines], timeoutSeconds);
  }

  /** From one moment to the next there is no power: what its card has not got yet, it never gets. `others`: what goes off with it. */
  async cutPower(others: () => Promise<void> = async () => {}): Promise<void> {
    // The script is not on the card: Python reads it from its input.
    const input = readFileSync(join(this.parts.scripts, 'power-cut.py'), 'utf8');
    await mustRun('nsenter', ['--target', `${this.first}`, '--mount', 'python3', '-', '/'], { input });
    await this.machine?.kill();
    await others();
    await this.gone();
  }

  /** Resolves when it has ended by itself; whether it did in so many seconds. */
  async ends(seconds: number, others: () => Promise<void> = async () => {}): Promise<boolean> {
    const end = performance.now() + seconds * 1000;
    while (this.isOn && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
    if (this.isOn) return false;
    await others();
    await this.gone();
    return true;
  }

  async stop(): Promise<void> {
    await this.machine?.kill();
    await this.gone();
    removeGroup(join(CGROUPS, `${GROUP}${process.pid}-${this.name}`));
  }

  /** Its file system is not in use any more. */
  private async gone(): Promise<void> {
    for (let i = 0; i < 100; i++) {
      const { stdout } = await run('losetup', ['-j', this.parts.card]);
      if (stdout.trim() === '') return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function removeGroup(folder: string): void {
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) removeGroup(join(folder, entry.name));
    }
    rmdirSync(folder);
  } catch {
    // it is not there, or a process is just ending: the next run tries again
  }
}

/** Cgroups of homes whose run was killed. */
export function removeStaleGroups(): void {
  for (const name of readdirSync(CGROUPS).filter((each) => each.startsWith(GROUP))) {
    const [pid] = name.slice(GROUP.length).split('-');
    if (!readdirSync('/proc').includes(pid!)) removeGroup(join(CGROUPS, name));
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ledger } from '../../stand-ins/ledger/ledger-device';
import type { Home } from './machine-at-home';

/** What udev calls it, and whose it is, by the roles' rules; no udev runs in a home of this part. */
const LINK = '/dev/ledger0';
const GROUP = 'ledger';

/** The USB plug of a Ledger: in, bytes go to and fro; out, whoever has it open finds it gone. */
export class LedgerPlug {
  private bridge: ChildProcess | undefined;

  constructor(
    private readonly home: Home,
    readonly ledger: Ledger,
    private readonly scripts: string,
  ) {
    process.once('exit', () => this.bridge?.kill('SIGKILL'));
  }

  /** The machine must be on. It comes up locked, as a real one does; `open`: a person is there, who unlocks it. */
  async plugIn({ open }: { open: boolean }): Promise<void> {
    const script = readFileSync(join(this.scripts, 'pty-bridge.py'), 'utf8');
    const enter = ['--pdeathsig', 'KILL', 'nsenter', '--target', `${this.home.pid}`, '--mount'];
    const bridge = spawn('setpriv', [...enter, 'python3', '-c', script, LINK, GROUP], { stdio: 'pipe' });
    this.bridge = bridge;
    await new Promise<void>((resolve, reject) => {
      let said = '';
      bridge.stderr.on('data', (data) => {
        said += data;
        if (/plugged in/.test(said)) resolve();
      });
      bridge.once('close', () => reject(new Error(`the plug of ${this.home.name} does not hold: ${said}`)));
    });
    bridge.stdin.on('error', () => {}); // it was pulled out in mid-answer
    bridge.stdout.on('data', (data) => {
      this.ledger.feed(data, (packet) => {
        if (this.bridge === bridge) bridge.stdin.write(packet);
      });
    });
    if (open) this.ledger.open();
  }

  async pullOut(): Promise<void> {
    const { bridge } = this;
    this.bridge = undefined;
    this.ledger.unplug();
    if (!bridge || bridge.exitCode !== null || bridge.signalCode !== null) return;
    const ended = new Promise((resolve) => bridge.once('exit', resolve));
    bridge.stdin?.end(); // the link goes first, as udev takes it away
    setTimeout(() => bridge.kill('SIGKILL'), 500).unref();
    await ended;
  }
}

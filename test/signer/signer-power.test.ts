import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../kit/root';
import { afterwards, temporaryFolder, until } from '../programs/temporary';

const PROGRAM = join(ROOT, 'signer/roles/power/files/signer-power');

/** What the HAT says: a line of the GPIO, and two words of the gauge as i2cget prints them (low byte first). */
interface Hat {
  readonly mainsLost?: 0 | 1;
  /** Charge: 0x0040 is 64 %, 0x000a is 10 %. */
  readonly charge?: string;
  /** Voltage: 0x00d0 is 4.16 V, 0x00a0 is 3.2 V. */
  readonly volts?: string;
}

const full = { charge: '0x0040', volts: '0x00d0' };
const empty = { charge: '0x000a', volts: '0x00d0' };

/** The program beside stand-ins for the three that reach the hardware, and for systemctl; each notes how it was called. */
class Machine {
  readonly folder = temporaryFolder();
  private readonly process: ChildProcess;

  constructor(hat: Hat) {
    this.says(hat);
    this.program('gpioget', '[ "$*" = "--numeric GPIO6" ] || exit 9; exec cat mains');
    this.program('i2cget', '[ "$1 $2 $3 $5" = "-y 1 0x36 w" ] || exit 9; exec cat "word-$4"');
    this.program('gpioset', 'echo "gpioset $*" >>calls');
    this.program('systemctl', 'echo "systemctl $*" >>calls');
    this.process = spawn('/bin/sh', [PROGRAM], {
      cwd: this.folder,
      env: {
        PATH: `${this.folder}:/usr/bin:/bin`,
        ...{ RUN_DIR: this.folder, MAINS_LOST_LINE: 'GPIO6', RUNNING_LINE: 'GPIO12', OFF_LINE: 'GPIO26' },
        ...{ I2C_BUS: '1', GAUGE: '0x36', LOW_PERCENT: '15', LOW_VOLTS: '3.4', EVERY: '0.02', LOOKS: '5' },
      },
    });
    afterwards(() => this.process.kill('SIGKILL'));
  }

  says({ mainsLost, charge, volts }: Hat): void {
    const words = { mains: mainsLost, 'word-0x04': charge, 'word-0x02': volts };
    for (const [file, word] of Object.entries(words)) writeFileSync(join(this.folder, file), `${word ?? ''}\n`);
  }

  get report(): { mains: number | null; percent: number | null; volts: number | null; atMs: number } | undefined {
    const file = join(this.folder, 'ups.json');
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  }

  get calls(): string {
    const file = join(this.folder, 'calls');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  /** It has looked this many times from now on. */
  async looks(times: number): Promise<void> {
    for (let i = 0; i < times; i++) {
      const before = this.report?.atMs;
      await until('another look', () => this.report?.atMs !== before);
    }
  }

  private program(name: string, body: string): void {
    writeFileSync(join(this.folder, name), `#!/bin/sh\ncd '${this.folder}'\n${body}\n`, { mode: 0o755 });
  }
}

const END = 'systemctl start --no-block --job-mode=replace-irreversibly poweroff.target';

test('the UPS HAT says what the agent reports: mains, charge, voltage, and when', async () => {
  const machine = new Machine({ mainsLost: 0, ...full });
  await until('a report', () => machine.report?.percent);
  expect(machine.report).toMatchObject({ mains: 1, percent: 64, volts: 4.16 });
  expect(Math.abs((machine.report?.atMs ?? 0) - Date.now())).toBeLessThan(5000);
  expect(machine.calls).toContain('gpioset --daemonize GPIO12=1');
});

test('without mains and with a low battery the machine ends, after it has told the HAT to start it again with mains', async () => {
  const machine = new Machine({ mainsLost: 1, ...empty });
  await until('the end', () => machine.calls.includes('systemctl'));
  expect(machine.calls.split('\n').slice(-3)).toEqual(['gpioset --toggle 4s,0 GPIO26=1', END, '']);
});

test('a low voltage ends it too, whatever the gauge says of the charge', async () => {
  const machine = new Machine({ mainsLost: 1, charge: full.charge, volts: '0x00a0' });
  await until('the end', () => machine.calls.includes(END));
  expect(machine.report).toMatchObject({ percent: 64, volts: 3.2 });
});

test('it goes on while there are mains, whatever the battery, and on a battery that is not low', async () => {
  const machine = new Machine({ mainsLost: 0, ...empty });
  await machine.looks(12);
  machine.says({ mainsLost: 1, ...full });
  await machine.looks(12);
  expect(machine.calls).not.toContain('systemctl');
});

test('a HAT that is not there is reported as unknown, and ends nothing', async () => {
  const machine = new Machine({});
  await machine.looks(12);
  expect(machine.report).toMatchObject({ mains: null, percent: null, volts: null });
  expect(machine.calls).not.toContain('systemctl');
});

test('a battery that is low once, or mains that come back, end nothing', async () => {
  const machine = new Machine({ mainsLost: 1, ...empty });
  await machine.looks(2);
  machine.says({ mainsLost: 1, ...full });
  await machine.looks(6);
  machine.says({ mainsLost: 1, ...empty });
  await machine.looks(2);
  machine.says({ mainsLost: 0, ...empty });
  await machine.looks(12);
  expect(machine.calls).not.toContain('systemctl');
});

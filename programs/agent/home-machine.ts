import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';
import type { AgentConfig, HardwareConfig } from './agent.contract';
import { type DiskState, diskOf } from './card-space';
import type { DeviceLook } from './device-look';
import { type ClockState, clockIn, printed, versionIn } from './other-programs';
import { type Power, powerIn } from './power';
import { repeated } from './repeated';
import { Uplinks } from './uplinks';

const OFTEN_MS = 3000;
/** What needs another program. */
const SELDOM_MS = 30_000;
/** What changes with an upgrade. */
const RARELY_MS = 600_000;
export const SYS = '/sys';

/**
 * What is seen of the machine. What is not found is undefined. It is looked at apart from the device, each part by
 * itself: one that hangs keeps nobody from signing, and no other part from being seen.
 */
export class Machine {
  readonly uplinks: Uplinks;
  power: Power = {};
  temperature: number | undefined;
  clock: ClockState | undefined;
  readonly disks = new Map<string, DiskState>();
  private readonly found = new Map<string, string>();

  constructor(
    private readonly config: AgentConfig,
    private readonly hardware: HardwareConfig,
    private readonly device: DeviceLook | undefined,
  ) {
    this.uplinks = new Uplinks(hardware.uplinks, hardware.sys ?? SYS);
    this.found.set('node', process.versions.node).set('kernel', release());
  }

  /** By program. */
  get versions(): ReadonlyMap<string, string> {
    const app = this.device?.appVersion;
    return app === undefined ? this.found : new Map([...this.found, ['ledger-app', app]]);
  }

  /** Whether the Ledger can be looked at; undefined if there should be none. */
  get isLedgerSeen(): boolean | undefined {
    return this.device?.isLedgerSeen;
  }

  get hasUps(): boolean {
    return this.hardware.ups !== undefined;
  }

  /** Looks at everything, again and again. Answers how to end that. */
  start(): () => void {
    const { stateFolder, runFolder, octezSignerFolder } = this.config;
    const ends = [
      repeated(OFTEN_MS, () => this.uplinks.look()),
      repeated(OFTEN_MS, () => this.lookAtPower()),
      repeated(OFTEN_MS, () => this.lookAtTemperature()),
      repeated(OFTEN_MS, () => this.lookAtDisk('state', stateFolder)),
      repeated(OFTEN_MS, () => this.lookAtDisk('run', runFolder)),
      repeated(OFTEN_MS, () => this.lookAtDisk('octez-signer', octezSignerFolder)),
      repeated(SELDOM_MS, () => this.lookAtClock()),
      repeated(RARELY_MS, () => this.lookAtVersions()),
    ];
    return () => {
      for (const end of ends) end();
    };
  }

  private async lookAtPower(): Promise<void> {
    const { ups } = this.hardware;
    if (ups) this.power = await powerIn(ups.file);
  }

  private async lookAtTemperature(): Promise<void> {
    const file = join(this.hardware.sys ?? SYS, 'class/thermal/thermal_zone0/temp');
    const text = await readFile(file, 'utf8').catch(() => '');
    this.temperature = /^-?\d+\s*$/.test(text) ? Number(text) / 1000 : undefined;
  }

  private async lookAtDisk(name: string, folder: string | undefined): Promise<void> {
    const state = folder && (await diskOf(folder, name !== 'octez-signer').catch(() => undefined));
    if (state) this.disks.set(name, state);
    else this.disks.delete(name);
  }

  private async lookAtClock(): Promise<void> {
    const text = await printed('chronyc', ['-c', 'tracking']);
    this.clock = text === undefined ? undefined : clockIn(text);
  }

  private async lookAtVersions(): Promise<void> {
    const own = await readFile(process.argv[1] ?? '').catch(() => undefined);
    if (own) this.found.set('agent', createHash('sha256').update(own).digest('hex').slice(0, 12));
    const octez = await printed('octez-signer', ['--version']);
    if (octez === undefined) this.found.delete('octez-signer');
    else this.found.set('octez-signer', versionIn(octez));
  }
}

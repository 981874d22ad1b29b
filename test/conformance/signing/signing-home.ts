import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Child, ownFolder } from './child-program';
import type { DoubleChecker } from './double-checker';
import { BLOCK_MS } from './made-chain';
import { CHAIN } from './made-requests';
import type { Programs } from './own-programs';
import { RandomDevice, type Rules } from './random-device';
import { HomeTunnel, homeKey, type Ssh, type TunnelEnd } from './ssh-tunnel';
import { type Passing, WayTap } from './way-tap';

export interface HomeParts {
  /** Of the signer, as the guard knows it. */
  readonly name: string;
  readonly folder: string;
  /** For what is forgotten at a reboot: no disk has it. */
  readonly runFolder: string;
  readonly programs: Programs;
  readonly ssh: Ssh;
  readonly checker: DoubleChecker;
  readonly rules: Readonly<Record<string, Rules>>;
  readonly signingMs: number;
  /** Ways on which it dials in beside each other. */
  readonly uplinks: readonly string[];
  /** Public half of the guard's key. */
  readonly guardKey: string;
}

/** A machine at home: device, octez-signer, agent, the tunnel that it dials, and somebody who listens behind the tunnel. */
export class SigningHome {
  readonly device: RandomDevice;
  readonly tap: WayTap;
  /** Ways to gateways: one of each uplink for each that it was told of. */
  private readonly tunnels = new Map<TunnelEnd, readonly HomeTunnel[]>();
  agent: Child | undefined;
  /** When its agent was last heard behind the tunnel, by performance.now(). */
  heardMs = 0;
  clientKey = '';
  /** Its agent starts again when it has ended, as systemd would do it. */
  private isOn = false;
  readonly log: string[] = [];

  constructor(readonly parts: HomeParts) {
    const { name, folder, checker, rules, signingMs } = parts;
    for (const each of ['', 'signer', 'state']) ownFolder(join(folder, each));
    this.device = new RandomDevice({ name, checker, rules, folder: join(folder, 'signer'), signingMs });
    this.tap = new WayTap({ socket: join(folder, 'tap'), target: this.agentSocket });
  }

  get agentSocket(): string {
    return join(this.parts.folder, 'agent');
  }

  /** It dials in there from now on, beside wherever else it does. */
  dial(end: TunnelEnd): void {
    const { ssh, folder, uplinks } = this.parts;
    const parts = { keyFile: join(folder, 'ssh-key'), socket: join(folder, 'tap') };
    const tunnels = this.tunnels.get(end) ?? uplinks.map((uplink) => new HomeTunnel(ssh, end, { ...parts, uplink }));
    this.tunnels.set(end, tunnels);
    for (const tunnel of tunnels) tunnel.start();
  }

  async hangUp(end: TunnelEnd): Promise<void> {
    await Promise.all((this.tunnels.get(end) ?? []).map((tunnel) => tunnel.stop()));
  }

  get ways(): HomeTunnel[] {
    return [...this.tunnels.values()].flat();
  }

  async start(): Promise<void> {
    await this.device.start();
    await this.tap.start();
    this.tap.onAnswer = (passing) => {
      this.heardMs = performance.now();
      this.seeSignature(passing);
    };
    this.clientKey = await homeKey(this.parts.ssh, join(this.parts.folder, 'ssh-key'));
    this.writeConfig();
    this.setClock(0);
    this.switchOn();
  }

  switchOn(): void {
    if (this.isOn) return;
    this.isOn = true;
    this.startAgent();
  }

  /** Its agent is killed, and started anew at once. */
  killAgent(): void {
    this.agent?.signal('SIGKILL');
  }

  /** The machine is off: with its uptime goes what no disk has. */
  async switchOff(): Promise<void> {
    this.isOn = false;
    await this.agent?.kill();
    rmSync(this.parts.runFolder, { recursive: true, force: true });
  }

  async reboot(): Promise<void> {
    await this.switchOff();
    this.switchOn();
  }

  setClock(shiftMs: number): void {
    writeFileSync(join(this.parts.folder, 'clock'), `${shiftMs}`);
  }

  /** This home has the other one's card, and a device with the same keys and marks. */
  cloneOf(other: SigningHome): void {
    for (const each of ['state', 'signer']) {
      cpSync(join(other.parts.folder, each), join(this.parts.folder, each), { recursive: true });
    }
    other.device.cloneTo(this.device);
  }

  async stop(): Promise<void> {
    await Promise.all(this.ways.map((way) => way.stop()));
    await this.switchOff();
    this.tap.stop();
    this.device.stop();
  }

  private startAgent(): void {
    const { programs, folder } = this.parts;
    const agent = new Child({
      program: process.execPath,
      words: ['--require', programs.shiftedClock, programs.agent, join(folder, 'agent.json')],
      env: { SHIFTED_CLOCK_FILE: join(folder, 'clock') },
      onLine: (line) => {
        this.log.push(line);
        if (this.log.length > 200) this.log.shift();
      },
    });
    this.agent = agent;
    agent.onEnd(() => {
      if (this.isOn && this.agent === agent) this.startAgent();
    });
  }

  private seeSignature({ path, body, answer, isSigning }: Passing): void {
    const signature = isSigning ? /"signature":"(\w+)"/.exec(answer)?.[1] : undefined;
    const key = /^\/keys\/(\w+)/.exec(path)?.[1];
    if (signature && key) this.parts.checker.see({ where: 'way', key, hex: JSON.parse(body), signature });
  }

  private writeConfig(): void {
    const { name, folder, runFolder, rules, guardKey } = this.parts;
    const config = {
      signer: name,
      guardKey,
      listen: { socket: this.agentSocket },
      octezSigner: `http://127.0.0.1:${this.device.port}`,
      octezSignerFolder: join(folder, 'signer'),
      chainId: CHAIN,
      keys: Object.keys(rules),
      stateFolder: join(folder, 'state'),
      runFolder,
      budgetMs: BLOCK_MS / 3,
      deviceLimitMs: 2 * BLOCK_MS,
    };
    writeFileSync(join(folder, 'agent.json'), JSON.stringify(config));
  }
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GuardConfig } from '../../../programs/guard/guard.contract';
import { askSigner, type Heard } from './ask-signer';
import { Child, ownFolder } from './child-program';
import type { MadeChain } from './made-chain';
import { CHAIN } from './made-requests';
import type { Programs } from './own-programs';
import { type Ssh, TunnelEnd } from './ssh-tunnel';
import { type Passing, WayTap } from './way-tap';

export interface PodParts {
  readonly name: string;
  readonly folder: string;
  /** For the sshds and their sockets. */
  readonly memory: string;
  readonly programs: Programs;
  readonly ssh: Ssh;
  readonly chain: MadeChain;
  readonly nodes: readonly string[];
  /** By name: the keys that each signer holds, the preferred one first. */
  readonly signers: Readonly<Record<string, readonly string[]>>;
  /** Of each signer, the preferred one first. */
  readonly uplinks: readonly string[];
  /** PEM of the guard's private key. */
  readonly key: string;
  /** For the guard, its metrics, and one for each signer. */
  readonly ports: readonly number[];
}

/** What `guard status` says; the parts that are read here. */
export interface Said {
  readonly phase: string;
  /** None until it has heard the signers, or waited for them. */
  readonly epoch?: { readonly number: number };
  readonly floor: number;
  readonly waitsFor?: readonly string[];
  readonly signers: readonly {
    readonly name: string;
    readonly isUsable: boolean;
    readonly keys?: object;
    readonly problem?: string;
    readonly uplinks?: Readonly<Record<string, string>>;
  }[];
}

/** A gateway's pod: a guard, and an sshd for each signer. Between them somebody looks at what has left the guard. */
export class GuardPod {
  readonly ends = new Map<string, TunnelEnd>();
  /** What has left the guard, by signer and uplink: `left.cable`. */
  readonly fronts = new Map<string, WayTap>();
  readonly port: number;
  guard: Child | undefined;
  /** Since its start: signers that have answered its announcement. */
  readonly answered = new Set<string>();
  isOpen = false;
  openedMs = 0;
  starts = 0;
  readonly lines: string[] = [];
  /** Called when a signer has answered an announcement. */
  onAnswered: (signer: string) => void = () => {};
  private readonly configFile: string;
  private readonly clockFile: string;

  constructor(readonly parts: PodParts) {
    const [port, , ...tunnelPorts] = parts.ports;
    this.port = port!;
    ownFolder(parts.folder);
    this.configFile = join(parts.folder, 'guard.json');
    this.clockFile = join(parts.folder, 'clock');
    for (const [i, name] of Object.keys(parts.signers).entries()) {
      const end = new TunnelEnd(parts.ssh, `${parts.memory}-${parts.name}-${name}`, tunnelPorts[i]!);
      this.ends.set(name, end);
      for (const uplink of parts.uplinks) {
        const front = `${name}.${uplink}`;
        this.fronts.set(front, new WayTap({ socket: join(parts.folder, front), target: end.socketOf(uplink) }));
      }
    }
  }

  async start(clientKeys: ReadonlyMap<string, string>): Promise<void> {
    for (const [name, end] of this.ends) await end.start(clientKeys.get(name) ?? '');
    for (const [name, front] of this.fronts) {
      await front.start();
      front.onAnswer = (passing) => this.heard(name.split('.')[0]!, passing);
    }
    this.writeConfig();
    this.setClock(0);
  }

  startGuard(): void {
    const { programs, name } = this.parts;
    this.answered.clear();
    this.isOpen = false;
    this.starts++;
    this.guard = new Child({
      program: process.execPath,
      words: ['--require', programs.shiftedClock, programs.guard, '--config', this.configFile],
      env: { SHIFTED_CLOCK_FILE: this.clockFile },
      onLine: (line) => {
        this.lines.push(`${name} ${line}`);
        if (this.lines.length > 400) this.lines.shift();
        if (/"the guard is open"/.test(line)) {
          this.isOpen = true;
          this.openedMs = performance.now();
        } else if (/"the guard is (opening|outbid)"/.test(line)) this.isOpen = false;
      },
    });
  }

  async killGuard(): Promise<void> {
    this.isOpen = false;
    await this.guard?.kill();
  }

  setClock(shiftMs: number): void {
    writeFileSync(this.clockFile, `${shiftMs}`);
  }

  /** What `guard status` shows; undefined: nobody answers. By its socket: the verb is a program that takes its time. */
  async said(): Promise<Said | undefined> {
    const { status, text } = await askSigner({
      socket: join(this.parts.folder, 'control'),
      path: '/status',
      timeoutMs: 1000,
    });
    return status === 200 ? (JSON.parse(text) as Said) : undefined;
  }

  /** What a person in the pod writes: `fence left`. Answers what the guard says. */
  async verb(...words: readonly string[]): Promise<string> {
    let text = '';
    const child = new Child({
      program: process.execPath,
      words: [this.parts.programs.guard, '--config', this.configFile, ...words],
      onLine: (line) => (text += `${line}\n`),
    });
    await child.heard;
    return text;
  }

  ask(key: string, hex: string, onWritten?: () => void): Promise<Heard> {
    return askSigner({ port: this.port, path: `/keys/${key}?version=3`, body: JSON.stringify(hex), onWritten });
  }

  async stop(): Promise<void> {
    await this.killGuard();
    for (const front of this.fronts.values()) front.stop();
    await Promise.all([...this.ends.values()].map((end) => end.stop()));
  }

  private heard(signer: string, { path, answer }: Passing): void {
    if (path !== '/epoch' || !answer.startsWith('HTTP/1.1 200')) return;
    this.answered.add(signer);
    this.onAnswered(signer);
  }

  private writeConfig(): void {
    const { folder, chain, nodes, signers, uplinks, key, ports } = this.parts;
    const privateKeyFile = join(folder, 'key.pem');
    writeFileSync(privateKeyFile, key, { mode: 0o600 });
    const keys = [...new Set(Object.values(signers).flat())];
    const tags = {
      firstBytes: [0x11, 0x12, 0x13],
      preattestation: { slot: [20], slotless: [40] },
      attestation: { slot: [21], slotWithDal: [23], slotless: [41] },
      endorsement: [],
    };
    const config: GuardConfig = {
      chain: { id: CHAIN, blockMs: chain.blockMs, startMs: chain.startMs, roundGrowthMs: 0, tags },
      keys: keys.map((address) => ({ address, publicKey: address, role: 'delegate' })),
      signers: Object.entries(signers).map(([name, held]) => ({
        name,
        keys: held,
        uplinks: uplinks.map((uplink) => ({ name: uplink, socket: join(folder, `${name}.${uplink}`) })),
      })),
      nodes,
      privateKeyFile,
      listen: { port: ports[0], host: '127.0.0.1' },
      metrics: { port: ports[1], host: '127.0.0.1' },
      control: join(folder, 'control'),
    };
    writeFileSync(this.configFile, JSON.stringify(config));
  }
}

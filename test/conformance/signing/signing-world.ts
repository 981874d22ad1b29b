import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { freePorts } from '../cluster/processes';
import { ownFolder } from './child-program';
import { DoubleChecker } from './double-checker';
import { GuardPod, type Said } from './guard-pod';
import { MadeChain, MadeNode } from './made-chain';
import type { Programs } from './own-programs';
import type { Rules } from './random-device';
import { SigningHome } from './signing-home';
import type { Ssh } from './ssh-tunnel';

export interface WorldParts {
  readonly name: string;
  readonly folder: string;
  /** A folder that other users may pass through. */
  readonly memory: string;
  readonly programs: Programs;
  readonly ssh: Ssh;
  /** What the devices refuse by themselves, by key. */
  readonly rules: Readonly<Record<string, Rules>>;
  /** What a device takes for a signature. */
  readonly signingMs: number;
  /** Ways on which each home dials in; absent: one. */
  readonly uplinks?: readonly string[];
  /** Gateways that may run at once. */
  readonly pods: number;
  /** Between blocks; absent: as short as in all worlds in which something goes wrong. */
  readonly blockMs?: number;
}

/** Two homes with the same keys, gateways, nodes and a chain: all in processes of their own but chain, devices and taps. */
export class SigningWorld {
  readonly checker = new DoubleChecker();
  readonly chain: MadeChain;
  readonly nodes: readonly MadeNode[];
  readonly homes: SigningHome[] = [];
  readonly pods: GuardPod[] = [];
  /** Its guard has opened since it was started last. */
  isReady = true;
  private readonly privateKey = generateKeyPairSync('ed25519').privateKey;

  constructor(readonly parts: WorldParts) {
    this.chain = new MadeChain(parts.blockMs);
    this.nodes = [new MadeNode(this.chain), new MadeNode(this.chain)];
  }

  get name(): string {
    return this.parts.name;
  }

  get keys(): string[] {
    return Object.keys(this.parts.rules);
  }

  get uplinks(): readonly string[] {
    return this.parts.uplinks ?? ['cable'];
  }

  get left(): SigningHome {
    return this.homes[0]!;
  }

  get right(): SigningHome {
    return this.homes[1]!;
  }

  get pod(): GuardPod {
    return this.pods[0]!;
  }

  /** All runs, and the first gateway is open with both homes. */
  async start(): Promise<void> {
    ownFolder(this.parts.folder);
    for (const node of this.nodes) await node.start();
    for (const name of ['left', 'right']) {
      const home = this.madeHome(name, name);
      this.homes.push(home);
      await home.start();
    }
    for (let i = 0; i < this.parts.pods; i++) await this.startPod(i);
    this.attach(this.pod);
    this.pod.startGuard();
    await this.opens(this.pod);
  }

  /** A home of that signer's name whose files are in a folder of its own. */
  madeHome(name: string, folderName: string): SigningHome {
    const { programs, ssh, folder, rules, signingMs } = this.parts;
    const x = this.privateKey.export({ format: 'jwk' }).x as string;
    const guardKey = Buffer.from(x, 'base64url').toString('base64');
    const own = join(folder, folderName);
    const runFolder = join(this.parts.memory, `${this.name}-${folderName}-run`);
    return new SigningHome({
      name,
      folder: own,
      runFolder,
      programs,
      ssh,
      rules,
      signingMs,
      guardKey,
      uplinks: this.uplinks,
      checker: this.checker,
    });
  }

  /** Homes dial in there, beside wherever else they do. */
  attach(pod: GuardPod, homes: readonly SigningHome[] = this.homes): void {
    for (const home of homes) home.dial(pod.ends.get(home.parts.name)!);
  }

  async detach(pod: GuardPod, homes: readonly SigningHome[] = this.homes): Promise<void> {
    await Promise.all(homes.map((home) => home.hangUp(pod.ends.get(home.parts.name)!)));
  }

  /** It is open, and so many signers are usable and healthy. */
  async opens(pod: GuardPod, usable = 2, seconds = 40): Promise<Said> {
    const endMs = performance.now() + seconds * 1000;
    let said: Said | undefined;
    while (performance.now() < endMs) {
      said = (await pod.said()) ?? said;
      const isHealthy = ({ isUsable, keys }: Said['signers'][number]) =>
        isUsable && Object.values(keys ?? {}).every((problem) => problem === '');
      if (said?.phase === 'open' && said.signers.filter(isHealthy).length >= usable) return said;
      await pause(40);
    }
    const ends = [...pod.ends.values()].map(({ log }) => log.split('\n').slice(-3).join('\n')).join('\n');
    throw new Error(
      `${this.name}: ${pod.parts.name} does not open: ${JSON.stringify(said)}\n${pod.lines
        .filter((line) => !/not signed/.test(line))
        .slice(-8)
        .join('\n')}\n${ends}`,
    );
  }

  /** As above, and the head is at the floor: the next level is signed. */
  async signs(pod: GuardPod, usable = 2, seconds = 40): Promise<void> {
    const { floor } = await this.opens(pod, usable, seconds);
    while (this.chain.head.level < floor) await pause(20);
  }

  async stop(): Promise<void> {
    await Promise.all(this.pods.map((pod) => pod.stop()));
    await Promise.all(this.homes.map((home) => home.stop()));
    for (const node of this.nodes) node.stop();
    this.chain.stop();
  }

  private async startPod(i: number): Promise<void> {
    const { programs, ssh, folder, rules } = this.parts;
    const keys = Object.keys(rules);
    const pod = new GuardPod({
      name: `pod-${i}`,
      folder: join(folder, `pod-${i}`),
      memory: join(this.parts.memory, this.name),
      programs,
      ssh,
      chain: this.chain,
      nodes: this.nodes.map(({ url }) => url),
      signers: { left: keys, right: keys },
      uplinks: this.uplinks,
      key: this.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
      ports: await freePorts(4),
    });
    this.pods.push(pod);
    await pod.start(new Map(this.homes.map(({ parts, clientKey }) => [parts.name, clientKey])));
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

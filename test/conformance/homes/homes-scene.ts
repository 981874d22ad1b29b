import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bakery } from '../../../model/bakery';
import { hostKeySecret, messageKeySecret } from '../../../model/google/needed-secrets';
import { decode, encode, PREFIX } from '../../stand-ins/kit/base58';
import { pseudoKey, signatureBytes } from '../../stand-ins/kit/secret-keys';
import { Ledger } from '../../stand-ins/ledger/ledger-device';
import { freePorts } from '../cluster/processes';
import type { Context } from '../part';
import { DoubleChecker } from '../signing/double-checker';
import type { MadeChain, MadeNode } from '../signing/made-chain';
import { memoryFolder } from '../signing/memory-folder';
import { Gateway } from './gateway';
import { type HomesOf, homesBakery } from './homes-bakery';
import type { Internet } from './homes-internet';
import { LedgerPlug } from './ledger-plug';
import type { Home } from './machine-at-home';

/** A Nano S Plus with a tz2 key. */
const LEDGER_MS = 229;
const HARD = 0x80000000;

interface SceneParts {
  readonly context: Context;
  /** Ansible's own program. */
  readonly ansible: string;
  readonly folder: string;
  readonly scripts: string;
  readonly of: HomesOf;
  readonly adminKey: string;
  readonly internet: Internet;
  readonly homes: readonly Home[];
  readonly chain: MadeChain;
  readonly node: MadeNode;
}

/** Two homes, the internet that they dial through, and the gateway. */
export class HomesScene {
  readonly checker = new DoubleChecker();
  readonly plugs: ReadonlyMap<string, LedgerPlug>;
  /** The one that both Ledgers hold. */
  readonly key: string;
  /** By signer, once the machines have printed them. */
  readonly sshKeys: Record<string, string> = {};
  gateway: Gateway | undefined;

  constructor(readonly parts: SceneParts) {
    const bakery = this.bakery();
    this.key = bakery.machines[0]!.keys[0]!.address;
    this.plugs = new Map(
      parts.homes.map((home) => [home.name, new LedgerPlug(home, this.ledger(bakery), parts.scripts)]),
    );
  }

  get context(): Context {
    return this.parts.context;
  }

  get folder(): string {
    return this.parts.folder;
  }

  get scripts(): string {
    return this.parts.scripts;
  }

  get internet(): Internet {
    return this.parts.internet;
  }

  get chain(): MadeChain {
    return this.parts.chain;
  }

  get homes(): readonly Home[] {
    return this.parts.homes;
  }

  get attic(): Home {
    return this.homes[0]!;
  }

  get cellar(): Home {
    return this.homes[1]!;
  }

  /** As its file says it now. */
  bakery(): Bakery {
    return homesBakery({ ...this.parts.of, sshKeys: this.sshKeys });
  }

  /** The gateway that knows the machines, from now on. */
  async startGateway(): Promise<void> {
    const { folder, internet, scripts, node, chain, of, context } = this.parts;
    const guard = join(folder, 'guard.mjs');
    writeFileSync(guard, require(join(context.root, 'bin', 'bundle.cjs')).program('guard'));
    const [host, metrics] = await freePorts(2);
    this.gateway = new Gateway({
      folder: join(memoryFolder(), 'gateway'),
      internet,
      bakery: this.bakery(),
      hostKey: of.made.secrets.get(hostKeySecret.name)!,
      messageKey: of.made.secrets.get(messageKeySecret.name)!,
      guard,
      nodes: [node.url],
      startMs: chain.startMs,
      ports: [host!, metrics!],
      scripts,
    });
    await this.gateway.start();
  }

  /** From one moment to the next, for the machine and the device at it. */
  powerCut(home: Home): Promise<void> {
    return home.cutPower(() => this.plugs.get(home.name)!.pullOut());
  }

  /** A person is there, who enters the PIN and opens the app. */
  async powerBack(home: Home): Promise<void> {
    await home.switchOn();
    await this.plugs.get(home.name)!.plugIn({ open: true });
  }

  /** Whatever went wrong: all machines are on, and their Ledgers open. */
  async recover(): Promise<void> {
    for (const home of this.homes.filter(({ isOn }) => !isOn)) await this.powerBack(home);
    for (const { ledger } of this.plugs.values()) ledger.open();
  }

  async stop(): Promise<void> {
    for (const plug of this.plugs.values()) await plug.pullOut().catch(() => {});
    await Promise.all(this.homes.map((home) => home.stop()));
    await this.gateway?.stop();
    await this.internet.stop();
    this.parts.node.stop();
    this.chain.stop();
  }

  private ledger(bakery: Bakery): Ledger {
    const { sign } = pseudoKey('tz2', this.key);
    return new Ledger({
      curve: 1,
      path: [HARD + 44, HARD + 1729, HARD, HARD], // of LEDGER_URL
      chain: Buffer.from(decode(PREFIX.chainId, bakery.network.chainId)),
      signingMs: LEDGER_MS,
      sign: (data) => {
        const bytes = signatureBytes(sign(data));
        const signature = encode(PREFIX.spsig, bytes);
        this.checker.see({ where: 'device', key: this.key, hex: data.toString('hex'), signature });
        return bytes;
      },
    });
  }
}

import { writeFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { join } from 'node:path';
import type { KubeObject } from '../../../charts/objects/kube-object';
import type { Bakery } from '../../../model/bakery';
import { freePorts, type Started, start, until } from '../cluster/processes';
import type { RunState } from '../run-state';
import { BLOCK_TIME_MS, CYCLE_BLOCKS, START_LEVEL } from './chain-pace';
import { machine } from './machine';
import type { Internet } from './made-up-internet';
import { addOutside } from './network';
import { accountsOf, type Payer } from './payday/paying-bakery';
import { flagValues } from './pod-templates';
import { type SpareProvider, sitesOf, spareUrl } from './sites';
import { textAt } from './text-at';

export interface OutsideOf {
  readonly bakery: Bakery;
  /** Its place among those that run: addresses of the internet follow from it. */
  readonly index: number;
  readonly objects: readonly KubeObject[];
  readonly internet: Internet;
  readonly state: RunState;
  /** The stand-in program, one file. */
  readonly program: string;
  /** Who pays on the chain, and so has accounts there. */
  readonly payer?: Payer;
}

/** A signature of the bakery's that reached the network. */
export interface Signature {
  readonly kind: string;
  readonly level: number;
  readonly delegate: string;
  readonly hash: string;
}

/** What a bakery finds on the internet: its chain's peers, and the sites that it downloads from, under their names. */
export class Outside {
  private readonly programs: Started[] = [];
  /** The chain's control endpoint. */
  chain = '';

  constructor(private readonly of: OutsideOf) {}

  async start(): Promise<void> {
    const { objects, internet, index } = this.of;
    const peers = publicPeers(objects, index);
    for (const address of peers.values()) await addOutside(address);
    internet.addNames([...peers].filter(([name]) => !isIPv4(name) && !name.startsWith('another')));
    await this.startChain([...peers.values()]);
    await this.startSites();
  }

  /** A spare provider as `bringUp.snapshots` names it. */
  snapshotAt(operator: SpareProvider): { readonly url: string; readonly operator: string } {
    return { url: spareUrl(operator, this.of.bakery), operator };
  }

  /** What the chain knows: heads, connections, signatures (test/stand-ins/README.md). */
  async state(): Promise<any> {
    return JSON.parse(await textAt(`${this.chain}/control/state`));
  }

  /** A block, by level or hash, or the head. */
  async block(which: string): Promise<any> {
    return JSON.parse(await textAt(`${this.chain}/control/block/${which}`));
  }

  /** The network's head, the signatures of the bakery's keys that reached it, and what the protocol would punish. */
  async evidence(): Promise<{
    readonly head: number;
    readonly own: readonly Signature[];
    readonly doubles: readonly unknown[];
  }> {
    const { head, signatures, doubles } = await this.state();
    const ours = this.of.bakery.settings.bakers.map(({ address }) => address);
    return { head: head.level, own: signatures.filter((each: any) => ours.includes(each.delegate)), doubles };
  }

  /**
   * From now on the bakery bakes three of four levels in their first round, or others make all blocks. A guard that starts
   * signs nothing for some levels: a chain that has to wait for this bakery's blocks would not pass them.
   */
  async bakes(does: boolean): Promise<void> {
    const own = this.of.bakery.settings.bakers;
    const { head } = await this.evidence();
    // Bakers know already who bakes the next ones.
    const levels = Array.from({ length: does ? MANY_LEVELS : 0 }, (_, i) => head + 3 + i).filter((level) => level % 4);
    const rights = own.map(({ address }, i) => [
      address,
      { levels: levels.filter((level) => level % own.length === i) },
    ]);
    await this.control({ rights: Object.fromEntries(rights) });
  }

  /** Changes the chain or its peers: halts, faults, rights. */
  async control(change: object): Promise<void> {
    const response = await fetch(`${this.chain}/control`, { method: 'POST', body: JSON.stringify(change) });
    if (!response.ok) throw new Error(`${JSON.stringify(change)}: ${await response.text()}`);
  }

  lastWords(): string {
    return this.programs.map((program) => `${program.name}:\n${program.log()}`).join('\n');
  }

  private async startChain(addresses: readonly string[]): Promise<void> {
    const { bakery, payer } = this.of;
    const [port] = await freePorts(1);
    const file = this.write('chain', {
      seed: bakery.name,
      chainName: bakery.network.chainName,
      chainId: bakery.network.chainId,
      startLevel: START_LEVEL,
      blocksPerCycle: CYCLE_BLOCKS,
      accounts: payer ? accountsOf(payer) : {},
      blockTimeMs: BLOCK_TIME_MS,
      dalSlots: [0, 3],
      dalBootstrapPeers: addresses.slice(0, 1).map((address) => `${address}:9732`), // any open port is a peer to it
      protocols: [{ fromLevel: 0, hash: bakery.protocol.hash }],
      rights: Object.fromEntries(
        bakery.settings.bakers.map(({ address }, _, all) => [address, { share: share / all.length }]),
      ),
    });
    const p2p = addresses.flatMap((address) => ['--p2p-addr', `${address}:9732`]);
    await this.run('stand-in-chain', ['--config', file, '--control-addr', `127.0.0.1:${port}`, ...p2p]);
    this.chain = `http://127.0.0.1:${port}`;
  }

  /** Plain sites on loopback; the internet has them behind TLS. */
  private async startSites(): Promise<void> {
    const sites = sitesOf(this.of.bakery, this.of.objects);
    const ports = await freePorts(sites.length);
    const settings = sites.map(({ snapshot, fault }, index) => ({
      listen: `127.0.0.1:${ports[index]}`,
      snapshots: snapshot ? { [snapshot.path]: { mode: snapshot.mode } } : undefined,
      rpc: true,
      fault,
    }));
    const web = { chain: this.chain, sites: settings };
    await this.run('stand-in-web', ['--config', this.write('web', web)]);
    this.of.internet.addSites(sites.map(({ host, path }, index) => ({ host, path, port: ports[index]! })));
  }

  /** A file for a program; answers where it lies. */
  write(name: string, content: object): string {
    const file = join(this.of.state.folder, `${this.of.bakery.name}-${name}.json`);
    writeFileSync(file, JSON.stringify(content));
    return file;
  }

  /** Starts one of the stand-ins beside the chain; resolves when it listens. */
  async run(name: string, words: readonly string[]): Promise<void> {
    const { state, program, bakery } = this.of;
    const started = start(state, process.execPath, [program, name, ...words], `${bakery.name}-${name}`);
    this.programs.push(started);
    await until(
      `${name} says that it is ready`,
      20,
      async () => /: (control|sites)/.test(started.log()) || !started.running(),
    );
    if (!started.running()) throw new Error(`${name} has ended: ${started.log()}`);
  }
}

/** Of all blocks, the bakery's: after every fault its next one is waited for. */
const share = 0.75;

/** More than two hours of blocks. */
const MANY_LEVELS = 4000;

/** Enough for a node that wants four peers before it calls itself synced. */
const fewestPeers = 5;

/** By name or address, where the public peers of the command lines are; some more, of whom peers tell each other. */
function publicPeers(objects: readonly KubeObject[], index: number): Map<string, string> {
  const services = new Set(
    objects.filter(({ manifest }) => manifest.kind === 'Service').map((each) => each.manifest.metadata.name),
  );
  const points = flagValues(objects, '--peer').map((point) => point.split(':')[0]!);
  const names = points.filter((host) => !services.has(host));
  const more = Array.from({ length: Math.max(0, fewestPeers - names.length) }, (_, each) => `another-${each}`);
  const addressOf = (name: string, each: number) => (isIPv4(name) ? name : machine.peerAddress(index, each));
  return new Map([...names, ...more].map((name, each) => [name, addressOf(name, each)]));
}

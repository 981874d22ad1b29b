import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer, type Server } from 'node:https';
import { isIPv4 } from 'node:net';
import { join } from 'node:path';
import type { KubeObject } from '../../../charts/kube-object';
import type { Bakery } from '../../../model/bakery';
import { freePorts, type Started, start, until } from '../cluster/processes';
import type { RunState } from '../run-state';
import { siteCertificate } from './certificates';
import { writeHosts } from './dns';
import { machine } from './machine';
import { addOutside } from './network';
import { flagValues, variables } from './pods';
import { textAt } from './text-at';

export interface OutsideOf {
  readonly bakery: Bakery;
  readonly objects: readonly KubeObject[];
  readonly state: RunState;
  /** The stand-in program, one file. */
  readonly program: string;
}

/** What a bakery finds on the internet: its chain's peers, and the sites that it downloads from, under their names. */
export class Outside {
  private readonly programs: Started[] = [];
  private server: Server | undefined;
  /** The chain's control endpoint. */
  chain = '';

  constructor(private readonly of: OutsideOf) {}

  async start(): Promise<void> {
    const peers = publicPeers(this.of.objects);
    const sites = sitesOf(this.of.objects);
    for (const address of peers.values()) await addOutside(address);
    const named = [...peers].filter(([name]) => !isIPv4(name) && !name.startsWith('another'));
    writeHosts(new Map([...named, ...sites.map(({ host }): [string, string] => [host, machine.webAddress])]));
    await this.startChain([...peers.values()]);
    if (sites.length > 0) await this.startSites(sites);
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    this.server?.close();
    for (const program of this.programs) await program.stop();
  }

  /** Kinds of signatures of the bakery's keys that reached the network, and what the protocol would punish. */
  async evidence(): Promise<{ readonly kinds: ReadonlySet<string>; readonly doubles: readonly unknown[] }> {
    const { signatures, doubles } = JSON.parse(await textAt(`${this.chain}/control/state`));
    const ours = this.of.bakery.settings.bakers.map(({ address }) => address);
    const own = signatures.filter(({ delegate }: { delegate: string }) => ours.includes(delegate));
    return { kinds: new Set<string>(own.map(({ kind }: { kind: string }) => kind)), doubles };
  }

  lastWords(): string {
    return this.programs.map((program) => `${program.name}:\n${program.log()}`).join('\n');
  }

  private async startChain(addresses: readonly string[]): Promise<void> {
    const { bakery } = this.of;
    const [port] = await freePorts(1);
    const file = this.write('chain', {
      chainName: bakery.network.chainName,
      chainId: bakery.network.chainId,
      startLevel: 50,
      blockTimeMs: 4000,
      protocols: [{ fromLevel: 0, hash: bakery.protocol.hash }],
      rights: Object.fromEntries(bakery.settings.bakers.map(({ address }) => [address, { share: 0.3 }])),
    });
    const p2p = addresses.flatMap((address) => ['--p2p-addr', `${address}:9732`]);
    await this.run('stand-in-chain', ['--config', file, '--control-addr', `127.0.0.1:${port}`, ...p2p]);
    this.chain = `http://127.0.0.1:${port}`;
  }

  /** Plain sites on loopback, and TLS before them at the address that their names lead to. */
  private async startSites(sites: readonly SiteOf[]): Promise<void> {
    const [control, ...ports] = await freePorts(sites.length + 1);
    const settings = sites.map(({ snapshots }, index) => ({
      listen: `127.0.0.1:${ports[index]}`,
      snapshots,
      rpc: true,
    }));
    const web = { chain: this.chain, control: `127.0.0.1:${control}`, sites: settings };
    await this.run('stand-in-web', ['--config', this.write('web', web)]);
    const names = sites.map(({ host }) => host);
    const pair = await siteCertificate(this.of.state.subfolder(`tls-${this.of.bakery.name}`), names);
    const tls = { key: readFileSync(pair.key), cert: readFileSync(pair.certificate) };
    const server = createServer(tls, (incoming, outgoing) => {
      const port = ports[names.indexOf(incoming.headers.host ?? '')];
      const { url: path, method } = incoming;
      const forwarded = request({ host: '127.0.0.1', port, path, method }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      forwarded.on('error', () => outgoing.destroy());
      forwarded.end();
    });
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(443, machine.webAddress, resolve);
    });
  }

  private write(name: string, content: object): string {
    const file = join(this.of.state.folder, `${this.of.bakery.name}-${name}.json`);
    writeFileSync(file, JSON.stringify(content));
    return file;
  }

  private async run(name: string, words: readonly string[]): Promise<void> {
    const { state, program, bakery } = this.of;
    const started = start(state, process.execPath, [program, name, ...words], `${bakery.name}-${name}`);
    this.programs.push(started);
    await until(`${name} says that it is ready`, 20, async () => /: control/.test(started.log()) || !started.running());
    if (!started.running()) throw new Error(`${name} has ended: ${started.log()}`);
  }
}

/** Enough for a node that wants four peers before it calls itself synced. */
const fewestPeers = 5;

/** By name or address, where the public peers of the command lines are; some more, of whom peers tell each other. */
function publicPeers(objects: readonly KubeObject[]): Map<string, string> {
  const services = new Set(
    objects.filter(({ manifest }) => manifest.kind === 'Service').map((each) => each.manifest.metadata.name),
  );
  const points = flagValues(objects, '--peer').map((point) => point.split(':')[0]!);
  const names = points.filter((host) => !services.has(host));
  const more = Array.from({ length: Math.max(0, fewestPeers - names.length) }, (_, index) => `another-${index}`);
  return new Map([...names, ...more].map((name, index) => [name, isIPv4(name) ? name : machine.peerAddress(index)]));
}

interface SiteOf {
  readonly host: string;
  readonly snapshots: Readonly<Record<string, { readonly mode: 'rolling' | 'full' }>>;
}

/** The hosts that imports download from or ask. */
function sitesOf(objects: readonly KubeObject[]): SiteOf[] {
  const lines = (name: string) => variables(objects, name).flatMap((list) => list.split('\n'));
  const urls = (name: string) =>
    lines(name)
      .filter(Boolean)
      .map((line) => new URL(line.split(' ')[0]!));
  const providers = urls('PROVIDERS');
  const hosts = new Set([...providers, ...urls('PUBLIC_RPCS')].map(({ host }) => host));
  return [...hosts].map((host) => {
    const own = providers.filter((url) => url.host === host).map(({ pathname }) => pathname);
    const modeOf = (path: string) => (path.includes('full') ? 'full' : 'rolling');
    return { host, snapshots: Object.fromEntries(own.map((path) => [path, { mode: modeOf(path) }])) };
  });
}

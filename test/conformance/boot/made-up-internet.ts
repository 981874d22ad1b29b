import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer, type Server } from 'node:https';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { RunState } from '../run-state';
import { siteCertificate } from './certificates';
import { writeHosts } from './dns';
import { machine } from './machine';

/** Where requests for a host go, by the beginning of their path: the longest one that fits. */
export interface Route {
  readonly host: string;
  readonly path: string;
  /** Of loopback; plain HTTP. */
  readonly port: number;
}

/** Headers that a site may look at. */
const PASSED = ['content-type', 'authorization'];

/** The internet as pods see it: names, and one address where every site answers behind TLS under its own name. */
export class Internet {
  private readonly names = new Map<string, string>();
  private readonly routes: Route[] = [];
  private readonly certificates = new Map<string, Promise<SecureContext>>();
  private server: Server | undefined;

  constructor(private readonly state: RunState) {}

  async start(): Promise<void> {
    const SNICallback = (name: string, answer: (error: Error | null, context?: SecureContext) => void) => {
      const known = this.certificates.get(name) ?? this.certificateOf(name);
      this.certificates.set(name, known);
      known.then((context) => answer(null, context), answer);
    };
    const server = createServer({ SNICallback }, (incoming, outgoing) => {
      const { url: path = '/', method, headers } = incoming;
      const port = this.portOf(headers.host ?? '', path);
      if (port === undefined) return void outgoing.writeHead(404).end();
      const passed = Object.fromEntries(PASSED.flatMap((name) => (headers[name] ? [[name, headers[name]]] : [])));
      const forwarded = request({ host: '127.0.0.1', port, path, method, headers: passed }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
        answer.on('aborted', () => outgoing.socket?.destroySoon()); // what it sent arrives first
      });
      forwarded.on('error', () => outgoing.destroy());
      incoming.pipe(forwarded);
    });
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(443, machine.webAddress, resolve);
    });
  }

  stop(): void {
    this.server?.closeAllConnections();
    this.server?.close();
  }

  /** Names of the internet mean these addresses from now on, within a second. One name cannot mean two. */
  addNames(addresses: Iterable<readonly [name: string, address: string]>): void {
    for (const [name, address] of addresses) {
      if ((this.names.get(name) ?? address) !== address) throw takenBy(`the name ${name}`);
      this.names.set(name, address);
    }
    writeHosts(this.names);
  }

  addSites(routes: readonly Route[]): void {
    const taken = routes.find(({ host, path }) => this.routes.some((each) => each.host === host && each.path === path));
    if (taken) throw takenBy(`the site ${taken.host}${taken.path}`);
    this.routes.push(...routes);
    this.addNames(routes.map(({ host }) => [host, machine.webAddress]));
  }

  private portOf(host: string, path: string): number | undefined {
    const fitting = this.routes.filter((route) => route.host === host && path.startsWith(route.path));
    return fitting.sort((a, b) => b.path.length - a.path.length)[0]?.port;
  }

  private async certificateOf(name: string): Promise<SecureContext> {
    const { key, certificate } = await siteCertificate(this.state.subfolder(`tls-${name}`), [name]);
    return createSecureContext({ key: readFileSync(key), cert: readFileSync(certificate) });
  }
}

/** Each bakery has a chain of its own, which its peers and sites belong to. */
const takenBy = (what: string) =>
  new Error(
    `${what} belongs to another bakery of this run: boot bakeries of one network one by one (BAKERY_BOOT=<name>)`,
  );

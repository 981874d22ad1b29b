import { lookup } from 'node:dns/promises';
import { type AddressInfo, createServer, isIP, type Server } from 'node:net';
import { join } from 'node:path';
import { replaceFile, toJson } from '../kit/files';
import { parseAddress } from '../kit/http-server';
import { pause, say } from '../kit/program';
import type { Gossip } from '../p2p/gossip';
import { type Hello, Wire } from '../p2p/wire';
import type { NodeConfig } from './config-file';

/** host and port as an address: trusted points are those that names had when the node started (octez.md 3.7, 1). */
interface Point {
  readonly host: string;
  readonly port: number;
  readonly trusted: boolean;
  failures: number;
  notBefore: number;
}

/** The peers of a node: limits, private mode, maintenance (octez.md 3.7; p2p_connect_handler.ml, p2p_maintenance.ml). */
export class Connections {
  readonly points = new Map<string, Point>();
  port = 0;
  private readonly pending = new Set<Wire>();
  private readonly dialling = new Set<string>();
  private server: Server | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly bounds: { minThreshold: number; maxTarget: number; maxThreshold: number };
  totalSent = 0;
  totalReceived = 0;

  constructor(
    private readonly gossip: Gossip,
    private readonly config: NodeConfig,
    readonly peerId: string,
  ) {
    const { min, expected, max } = config.limits;
    const [low, high] = [Math.floor((expected - min) / 3), Math.floor((max - expected) / 3)];
    this.bounds = { minThreshold: min + low, maxTarget: expected + high, maxThreshold: max - high };
  }

  get active(): Wire[] {
    return [...this.gossip.wires];
  }

  get disconnectedPoints(): number {
    const running = new Set(this.active.map(({ point }) => point));
    return [...this.points.keys()].filter((point) => !running.has(point)).length;
  }

  async start(): Promise<void> {
    await this.resolve();
    const { host, port } = parseAddress(this.config.netAddr, 9732);
    const server = createServer((socket) => this.meet(new Wire(socket, true)));
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host === '::' ? undefined : host || undefined, resolve);
    });
    this.port = (server.address() as AddressInfo).port;
    this.maintain();
    // The real one sleeps up to 120 s and wakes on events; asking often is the same, seen from outside.
    this.timer = setInterval(() => this.maintain(), 300);
  }

  /** Names are resolved once. One without an address only warns. */
  private async resolve(): Promise<void> {
    for (const text of new Set(this.config.peers)) {
      const { host, port } = parseAddress(text.split('#')[0], 9732);
      try {
        const addresses = isIP(host) ? [{ address: host }] : await lookup(host, { all: true });
        for (const { address } of addresses) this.learn(address, port, true);
      } catch {
        say(`failed to resolve ${text}: no address is known for it, the peer is ignored`);
      }
    }
  }

  private learn(host: string, port: number, trusted: boolean): void {
    const key = `${host}:${port}`;
    if (!this.points.has(key)) this.points.set(key, { host, port, trusted, failures: 0, notBefore: 0 });
  }

  /** With fewer than the lower bound it dials, up to the upper target; in private mode trusted points only. */
  private maintain(): void {
    const { minThreshold, maxTarget } = this.bounds;
    const running = this.active.length;
    if (running >= minThreshold) return;
    const connected = new Set(this.active.map((wire) => wire.point));
    const candidates = [...this.points].filter(
      ([key, point]) =>
        !connected.has(key) &&
        !this.dialling.has(key) &&
        point.notBefore <= Date.now() &&
        (point.trusted || !this.config.isPrivate),
    );
    for (const [key, point] of candidates.slice(0, Math.max(0, maxTarget - running))) void this.dial(key, point);
  }

  private async dial(key: string, point: Point): Promise<void> {
    this.dialling.add(key);
    try {
      const wire = await Wire.dial(point.host, point.port, key);
      wire.socket.once('close', () => {
        if (!wire.isKnownGood) this.delay(point);
      });
      this.meet(wire);
      await pause(300);
    } catch {
      this.delay(point);
    } finally {
      this.dialling.delete(key);
    }
  }

  /** After a failure: by default a second, then 1.2 times as long each time, up to two days (set_reconnection_delay). */
  private delay(point: Point): void {
    const { factor, initialDelay, increaseCap } = this.config.redialling;
    const seconds = initialDelay * factor ** point.failures;
    point.notBefore = Date.now() + 1000 * (point.failures > 0 ? Math.min(increaseCap, seconds) : seconds);
    point.failures++;
  }

  /** After a connection that was there: its disconnection-delay. */
  private restAfterLoss(point: Point): void {
    point.failures = 0;
    point.notBefore = Date.now() + 1000 * this.config.redialling.disconnectionDelay;
  }

  private meet(wire: Wire): void {
    this.pending.add(wire);
    wire.socket.once('close', () => {
      this.pending.delete(wire);
      this.totalSent += wire.sent;
      this.totalReceived += wire.received;
    });
    const { network, isPrivate, advertisedPort } = this.config;
    const port = advertisedPort ?? this.port;
    wire.send({ t: 'hello', network: network.chainName, peerId: this.peerId, port, isPrivate });
    wire.onMessages((message) => {
      if (message.t === 'hello') this.answer(wire, message);
      else if (message.t === 'nack') wire.close();
      else if (message.t === 'points') this.learnPoints(wire, message.points);
      else if (message.t === 'ack' && wire.isRunning) this.begin(wire);
      else if (wire.isRunning) this.gossip.receive(wire, message);
    });
  }

  private answer(wire: Wire, hello: Hello): void {
    const reason = this.refusal(wire, hello);
    if (!reason) {
      wire.send({ t: 'ack' });
      if (wire.isRunning) this.begin(wire);
      return;
    }
    wire.send({ t: 'nack', reason });
    wire.close();
  }

  /** A full node refuses everyone, trusted or not; a private one all whose point it does not trust. */
  private refusal(wire: Wire, hello: Hello): string | undefined {
    if (hello.network !== this.config.network.chainName) return 'Incompatible network';
    if (hello.peerId === this.peerId) return 'Myself';
    if (this.active.some((each) => each.remote?.peerId === hello.peerId)) return 'Already connected';
    const accepted = [...this.pending].filter((each) => each.isAccepted).length;
    if (this.active.length + accepted >= this.bounds.maxThreshold) return 'Too many connections';
    if (wire.isIncoming && this.config.isPrivate && !this.points.get(wire.point)?.trusted) return 'Private mode';
    return undefined;
  }

  private begin(wire: Wire): void {
    if (this.gossip.wires.has(wire)) return;
    this.pending.delete(wire);
    wire.isKnownGood = true;
    const point = this.points.get(wire.point);
    if (point) wire.socket.once('close', () => this.restAfterLoss(point));
    this.gossip.join(wire);
    // The address of a private peer is nobody's business.
    const others = this.active.filter((each) => each !== wire && !each.remote?.isPrivate && !each.isIncoming);
    if (!wire.remote?.isPrivate) wire.send({ t: 'points', points: others.map(({ point }) => point) });
  }

  private learnPoints(wire: Wire, points: readonly string[]): void {
    if (this.config.isPrivate) return;
    for (const text of points) {
      const { host, port } = parseAddress(text, 9732);
      this.learn(host === '*' ? parseAddress(wire.point, 0).host : host, port, false);
    }
    this.maintain();
  }

  /** `peers.json`: whom it knew, for the next start. */
  save(dataDir: string): void {
    const peers = this.active.map(({ remote }) => ({ peer_id: remote?.peerId, trusted: false, score: 0 }));
    replaceFile(join(dataDir, 'peers.json'), toJson(peers));
  }

  stop(): void {
    clearInterval(this.timer);
    this.server?.close();
    for (const wire of [...this.active, ...this.pending]) wire.socket.destroy();
  }
}

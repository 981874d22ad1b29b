import { createHash } from 'node:crypto';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { encode, PREFIX } from '../kit/base58';
import { type Address, parseAddress } from '../kit/http-server';
import type { Gossip } from '../p2p/gossip';
import { type Hello, Wire } from '../p2p/wire';

export interface PeerFaults {
  /** Indices of peers that do not answer. */
  readonly down?: readonly number[];
  /** Every peer refuses, as one at its limit does. */
  readonly full?: boolean;
  /** Peer ids of nodes that every peer has banned. */
  readonly banned?: readonly string[];
}

interface Peer {
  readonly index: number;
  readonly peerId: string;
  readonly address: Address;
  readonly server: Server;
  port: number;
  readonly wires: Set<Wire>;
}

/** The peers that the world has without the bakery: each listens at an address of its own, all know the same blocks. */
export class PublicPeers {
  readonly peers: Peer[] = [];
  private faults: PeerFaults = {};

  constructor(
    private readonly gossip: Gossip,
    private readonly options: { seed: string; chainName: string; maxConnections: number },
  ) {}

  /** How others are told about a peer; a wildcard address is left to the listener: same host, another port. */
  private points(): string[] {
    return this.peers.map(
      ({ address, port }) => `${/^(0\.0\.0\.0|::|)$/.test(address.host) ? '*' : address.host}:${port}`,
    );
  }

  async listen(address: string): Promise<void> {
    const index = this.peers.length;
    const parsed = parseAddress(address, 9732);
    const server = createServer((socket) => this.meet(peer, new Wire(socket, true)));
    const peer: Peer = {
      index,
      peerId: this.peerId(index),
      address: parsed,
      server,
      port: parsed.port,
      wires: new Set(),
    };
    this.peers.push(peer);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(parsed.port, parsed.host || undefined, resolve);
    });
    peer.port = (server.address() as AddressInfo).port;
  }

  private peerId(index: number): string {
    const { seed, chainName } = this.options;
    return encode(PREFIX.peerId, createHash('md5').update(`${seed} ${chainName} peer ${index}`).digest());
  }

  private meet(peer: Peer, wire: Wire): void {
    if (this.faults.down?.includes(peer.index)) return void wire.socket.destroy();
    const { chainName, maxConnections } = this.options;
    wire.send({ t: 'hello', network: chainName, peerId: peer.peerId, port: peer.port, isPrivate: false });
    wire.onMessages((message) => {
      if (message.t === 'hello') {
        const refusal = this.refusal(peer, message, chainName, maxConnections);
        if (!refusal) return wire.send({ t: 'ack' });
        wire.send({ t: 'nack', reason: refusal });
        wire.close();
      } else if (message.t === 'ack') this.start(peer, wire);
      else if (wire.isRunning) this.gossip.receive(wire, message);
    });
  }

  private refusal(peer: Peer, { network, peerId }: Hello, ours: string, max: number): string | undefined {
    if (network !== ours) return 'Incompatible network';
    if (this.faults.banned?.includes(peerId)) return 'Banned';
    return this.faults.full || peer.wires.size >= max ? 'Too many connections' : undefined;
  }

  private start(peer: Peer, wire: Wire): void {
    if (!wire.isRunning) return;
    peer.wires.add(wire);
    wire.socket.once('close', () => peer.wires.delete(wire));
    this.gossip.join(wire);
    wire.send({ t: 'points', points: this.points().filter((_, index) => index !== peer.index) });
  }

  setFaults(faults: PeerFaults): void {
    this.faults = faults;
    for (const { index, wires } of this.peers) {
      const ends = (wire: Wire) => faults.down?.includes(index) || faults.banned?.includes(wire.remote?.peerId ?? '');
      for (const wire of wires) if (ends(wire)) wire.socket.destroy();
    }
  }

  /** Someone outside dials the bakery's sentry, `count` times, with identities of their own. */
  async dialOut(point: string, count: number): Promise<string[]> {
    const { host, port } = parseAddress(point, 9732);
    const answers = Array.from({ length: count }, async (_, i) => {
      try {
        return await this.stranger(host, port, i);
      } catch (error) {
        return (error as Error).message;
      }
    });
    return Promise.all(answers);
  }

  private async stranger(host: string, port: number, i: number): Promise<string> {
    const wire = await Wire.dial(host, port, `${host}:${port}`);
    const { chainName, seed } = this.options;
    const peerId = encode(PREFIX.peerId, createHash('md5').update(`${seed} stranger ${i}`).digest());
    wire.send({ t: 'hello', network: chainName, peerId, port: 20000 + i, isPrivate: false });
    return new Promise((resolve) => {
      wire.socket.once('close', () => resolve('closed'));
      wire.onMessages((message) => {
        if (message.t === 'hello') wire.send({ t: 'ack' });
        if (message.t === 'nack') resolve(message.reason);
        if (message.t === 'ack') {
          this.gossip.join(wire);
          resolve('connected');
        } else if (wire.isRunning) this.gossip.receive(wire, message);
      });
    });
  }

  close(): void {
    for (const { server, wires } of this.peers) {
      server.close();
      for (const wire of wires) wire.socket.destroy();
    }
  }
}

import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { parseAddress } from '../kit/http-server';

/** What a DAL node knows: the head of its node, its peers, what was attested. */
export class DalState {
  level = 0;
  round = 0;
  hash = '';
  nodeAnswers = false;
  attested = 0;
  /** Slots that came complete, as the simulated chain says (`dalSlots`). */
  slots: readonly number[] = [];
  /** Whom it has accused, once each. */
  readonly accused = new Set<string>();
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  port = 0;

  get connections(): number {
    return this.sockets.size;
  }

  async listen(netAddr: string): Promise<void> {
    const { host, port } = parseAddress(netAddr, 11732);
    const server = createServer((socket) => this.keep(socket));
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host || undefined, resolve);
    });
    const bound = server.address();
    this.port = typeof bound === 'object' && bound ? bound.port : port;
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.sockets.delete(socket));
    socket.resume();
  }

  /** A peer that does not answer is tried again with the next list from the node. */
  dial(peers: readonly string[]): void {
    for (const peer of peers) {
      const { host, port } = parseAddress(peer, 11732);
      const known = [...this.sockets].some((socket) => (socket as Socket & { peer?: string }).peer === peer);
      if (known) continue;
      const socket = createConnection({ host, port });
      socket.on('error', () => socket.destroy());
      socket.on('connect', () => {
        Object.assign(socket, { peer });
        this.keep(socket);
      });
    }
  }

  get isUp(): boolean {
    return this.nodeAnswers && this.connections > 0;
  }

  close(): void {
    this.server?.close();
    for (const socket of this.sockets) socket.destroy();
  }
}

import { createConnection, type Socket } from 'node:net';
import type { Block, Operation } from '../chain/block';
import type { Locator } from '../chain/block-tree';
import type { ChainContext } from '../chain/chain-context';

/**
 * The stand-ins' own peer protocol: JSON lines over TCP. Only its shape is Octez' (octez.md 3.7): who you are, a refusal
 * or not, then heads, blocks, operations and addresses of other peers.
 */
export interface Hello {
  readonly t: 'hello';
  readonly network: string;
  readonly peerId: string;
  /** The port that the peer can be dialled at. */
  readonly port: number;
  readonly isPrivate: boolean;
}

export type Message =
  | Hello
  | { readonly t: 'ack' }
  | { readonly t: 'nack'; readonly reason: string }
  | {
      readonly t: 'head';
      readonly level: number;
      readonly round: number;
      readonly hash: string;
      readonly timeMs: number;
    }
  | { readonly t: 'block'; readonly block: Block }
  | { readonly t: 'get'; readonly locator: Locator }
  | { readonly t: 'blocks'; readonly blocks: readonly Block[] }
  | { readonly t: 'operation'; readonly operation: Operation }
  /** The other attesters have voted for that block. */
  | { readonly t: 'quorum'; readonly hash: string; readonly level: number }
  | { readonly t: 'context'; readonly context: ChainContext }
  | { readonly t: 'points'; readonly points: readonly string[] };

/** One connection to a peer, from the first byte on. */
export class Wire {
  remote: Hello | undefined;
  /** What it last said about its head. */
  head: { readonly level: number; readonly hash: string; readonly timeMs: number } | undefined;
  readonly since = Date.now();
  /** It was accepted once: a later end is no failure of the dialling. */
  isKnownGood = false;
  /** When it was last asked for blocks; 0: it has answered. */
  askedMs = 0;
  sent = 0;
  received = 0;
  private text = '';
  private sentAck = false;
  private gotAck = false;

  constructor(
    readonly socket: Socket,
    readonly isIncoming: boolean,
    /** host:port that was dialled; of an incoming one it is unknown until the hello. */
    readonly dialled?: string,
  ) {
    socket.setNoDelay(true);
    socket.setEncoding('utf8');
    socket.on('error', () => socket.destroy());
  }

  static dial(host: string, port: number, point: string): Promise<Wire> {
    return new Promise((resolve, reject) => {
      const socket = createConnection({ host, port });
      socket.setTimeout(10_000, () => socket.destroy(new Error('timeout'))); // connection-timeout, octez.md 3.1
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.setTimeout(0);
        resolve(new Wire(socket, false, point));
      });
    });
  }

  /** Source address and advertised port: how peers list each other (findings.md, Octez). */
  get point(): string {
    const address = (this.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    return this.dialled ?? `${address}:${this.remote?.port ?? this.socket.remotePort ?? 0}`;
  }
  get isRunning(): boolean {
    return this.sentAck && this.gotAck && !this.socket.destroyed;
  }

  /** We said yes; the other side may not have yet. */
  get isAccepted(): boolean {
    return this.sentAck && !this.socket.destroyed;
  }

  send(message: Message): void {
    if (this.socket.destroyed) return;
    if (message.t === 'ack') this.sentAck = true;
    const line = `${JSON.stringify(message)}\n`;
    this.sent += line.length;
    this.socket.write(line);
  }

  close(): void {
    this.socket.end();
    setTimeout(() => this.socket.destroy(), 200).unref();
  }

  onMessages(each: (message: Message) => void): void {
    this.socket.on('data', (part: string) => {
      this.received += part.length;
      const lines = (this.text + part).split('\n');
      this.text = lines.pop() ?? '';
      for (const line of lines) this.handle(line, each);
    });
  }

  private handle(line: string, each: (message: Message) => void): void {
    if (this.socket.destroyed) return;
    let message: Message;
    try {
      message = JSON.parse(line) as Message;
    } catch {
      this.socket.destroy();
      return;
    }
    if (message.t === 'hello') this.remote = message;
    if (message.t === 'ack') this.gotAck = true;
    each(message);
  }
}

import { connect, createServer, type Server, type Socket } from 'node:net';

/** A request on its way to an agent. */
export interface Passing {
  readonly path: string;
  /** It is about a signature. */
  readonly isSigning: boolean;
  readonly raw: Buffer;
  readonly body: string;
  readonly startMs: number;
  /** When its answer had passed; undefined until then. */
  endMs: number | undefined;
  answer: string;
}

export interface TapParts {
  /** Unix socket on which it listens. */
  readonly socket: string;
  /** Unix socket to which it leads. */
  readonly target: string;
}

/** What may go wrong on the way; undefined: pass it on. */
export interface Trouble {
  /** Before the request goes on. Milliseconds. */
  readonly requestMs?: number;
  /** Before the answer goes on. Milliseconds. */
  readonly answerMs?: number;
  /** Nobody hears the answer. */
  readonly isCut?: boolean;
}

const LONGEST_MEMORY = 300;

/** Listens on a Unix socket, passes everything on, and keeps what passed. One connection, one request. */
export class WayTap {
  /** Somebody has connected, and has said nothing yet. */
  onConnected: () => void = () => {};
  onRequest: (passing: Passing) => void = () => {};
  onAnswer: (passing: Passing) => void = () => {};
  trouble: (passing: Passing) => Trouble | undefined = () => undefined;
  /** Signing requests that passed last, as they were. */
  readonly memory: Passing[] = [];
  /** Connections whose request has not come yet, or was not answered. */
  readonly open = new Set<{ passing: Passing | undefined }>();
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;

  constructor(private readonly parts: TapParts) {}

  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server = createServer({ allowHalfOpen: true }, (near) => this.take(near));
      this.server.once('error', reject);
      this.server.listen(this.parts.socket, resolve);
    });
  }

  stop(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server?.close();
  }

  /** Whether a request for these bytes has passed. */
  hasPassed(hex: string): boolean {
    return this.memory.some(({ body }) => body.includes(hex));
  }

  private take(near: Socket): void {
    const line: { passing: Passing | undefined } = { passing: undefined };
    let got = Buffer.alloc(0);
    this.keep(near);
    this.open.add(line);
    near.on('close', () => this.open.delete(line));
    near.on('data', (part: Buffer) => {
      got = Buffer.concat([got, part]);
      if (line.passing) return;
      line.passing = requestIn(got);
      if (line.passing) this.pass(near, line.passing);
    });
    this.onConnected();
  }

  private pass(near: Socket, passing: Passing): void {
    if (passing.isSigning) {
      this.memory.push(passing);
      if (this.memory.length > LONGEST_MEMORY) this.memory.shift();
    }
    this.onRequest(passing);
    const { requestMs = 0, answerMs = 0, isCut } = this.trouble(passing) ?? {};
    later(requestMs, () => {
      const far = connect(this.parts.target);
      this.keep(far);
      const parts: Buffer[] = [];
      near.on('close', () => far.destroy()); // as sshd tells the other end
      far.on('connect', () => far.write(passing.raw));
      far.on('data', (part: Buffer) => parts.push(part));
      far.on('close', () => {
        passing.answer = Buffer.concat(parts).toString('utf8');
        if (parts.length > 0) this.onAnswer(passing);
        later(answerMs, () => {
          if (!isCut && parts.length > 0) near.end(Buffer.concat(parts));
          else near.destroy();
          passing.endMs = performance.now();
        });
      });
    });
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.sockets.delete(socket));
  }
}

function later(ms: number, what: () => void): void {
  if (ms === 0) what();
  else setTimeout(what, ms);
}

/** The request, if all of it is there. */
function requestIn(raw: Buffer): Passing | undefined {
  const end = raw.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = raw.subarray(0, end).toString('latin1');
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
  if (raw.length < end + 4 + length) return undefined;
  const path = head.split(' ')[1] ?? '';
  const isSigning = /^POST \/keys\//.test(head);
  const body = raw.subarray(end + 4, end + 4 + length).toString('utf8');
  return { path, isSigning, raw, body, startMs: performance.now(), endMs: undefined, answer: '' };
}

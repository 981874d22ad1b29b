import { rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline, type Readable } from 'node:stream';
import type { Place } from './place';

export interface Request {
  readonly method: string;
  /** With the query, as it came. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** When its head had come, by the monotonic clock in milliseconds. */
  readonly arrivedMs: number;
  /** Whether nobody waits for the reply any more. */
  readonly isGone: () => boolean;
}

/** `stream`: passed on as it comes, for as long as somebody listens; `type` is its content-type. */
export type Reply = { readonly status: number } & (
  | { readonly json: unknown }
  | { readonly text: string }
  | { readonly stream: Readable; readonly type: string }
);
export type Handler = (request: Request) => Reply | Promise<Reply>;

export interface ServeOptions {
  /** A longer body is answered with 413; MOST_BODY_BYTES if nothing is said. */
  readonly mostBodyBytes?: number;
  /** More are cut; MOST_CONNECTIONS if nothing is said. */
  readonly mostConnections?: number;
  /**
   * A connection on which nothing is asked is ended after so long; REQUEST_MS if nothing is said. Whoever keeps
   * connections must end them before we do: what it asks on one that we are just ending is lost.
   */
  readonly idleMs?: number;
}

export interface Listening {
  /** 0 of a Unix socket. */
  readonly port: number;
  /** Takes nothing more, and ends every connection; those on which something is asked after `graceMs`. */
  close(graceMs?: number): Promise<void>;
}

/** Most of what is asked of our programs is far shorter. */
const MOST_BODY_BYTES = 64 * 1024;
const MOST_CONNECTIONS = 200;
/** For a whole request to come in. */
const REQUEST_MS = 5000;

/**
 * Listens; rejects where the place is taken. `onError` is told of what the handler throws, and the client that something
 * failed, not what.
 */
export async function serve(
  place: Place,
  handler: Handler,
  onError: (error: Error) => void,
  { mostBodyBytes = MOST_BODY_BYTES, mostConnections = MOST_CONNECTIONS, idleMs = REQUEST_MS }: ServeOptions = {},
): Promise<Listening> {
  const server = createServer(
    {
      requestTimeout: REQUEST_MS,
      headersTimeout: REQUEST_MS,
      keepAliveTimeout: idleMs,
      connectionsCheckingInterval: REQUEST_MS / 5,
    },
    (incoming, outgoing) => {
      const arrivedMs = performance.now();
      read(incoming, mostBodyBytes)
        .then((body) => (body === undefined ? tooLong : handler(requestOf(incoming, outgoing, { body, arrivedMs }))))
        .then((reply) => answer(outgoing, reply))
        .catch((error: Error) => {
          if (outgoing.destroyed) return;
          onError(error);
          if (outgoing.headersSent) outgoing.destroy();
          else answer(outgoing, failed);
        });
    },
  );
  server.maxConnections = mostConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.on('listening', () => server.on('error', onError)); // a connection that could not be taken
    if ('socket' in place) {
      rmSync(place.socket, { force: true }); // of a process that was killed
      server.listen(place.socket, resolve);
    } else server.listen(place.port, place.host, resolve);
  });
  const address = server.address() as AddressInfo | string;
  return {
    port: typeof address === 'string' ? 0 : address.port,
    close: (graceMs = 0) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), graceMs);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

const tooLong: Reply = { status: 413, text: 'too long\n' };
const failed: Reply = { status: 500, text: 'failed\n' };

function requestOf(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  more: Pick<Request, 'body' | 'arrivedMs'>,
): Request {
  const { method = '', url = '', headers } = incoming;
  return { method, path: url, headers, ...more, isGone: () => outgoing.destroyed };
}

/** The body; undefined if it is too long. What is too much is read and dropped, so that the client hears why. */
function read(incoming: IncomingMessage, mostBytes: number): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  return new Promise((resolve, reject) => {
    incoming.on('data', (part: Buffer) => {
      length += part.length;
      if (length <= mostBytes) parts.push(part);
    });
    incoming.on('end', () => resolve(length > mostBytes ? undefined : Buffer.concat(parts).toString('utf8')));
    incoming.on('error', reject);
  });
}

/** Throws where the reply cannot be sent: then nothing of it was. */
function answer(outgoing: ServerResponse, reply: Reply): void {
  if ('stream' in reply) {
    outgoing.writeHead(reply.status, { 'content-type': reply.type });
    outgoing.flushHeaders();
    pipeline(reply.stream, outgoing, () => {}); // a cut of either is a cut of both
    return;
  }
  const isJson = 'json' in reply;
  const text = isJson ? `${JSON.stringify(reply.json)}\n` : reply.text;
  outgoing.writeHead(reply.status, {
    'content-type': isJson ? 'application/json' : 'text/plain; charset=utf-8',
    ...(reply.status === 413 ? { connection: 'close' } : {}),
  });
  outgoing.end(text);
}

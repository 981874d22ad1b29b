import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

/** Status and JSON, text, a stream that the handler feeds, or none: the connection is closed. */
export type Reply =
  | { readonly status: number; readonly json: unknown }
  | { readonly status: number; readonly text: string; readonly type?: string }
  | { readonly hangUp: true }
  | { readonly stream: (write: (value: unknown) => void, end: () => void) => () => void };

export type Handler = (request: Request) => Reply | Promise<Reply>;

export const ok = (json: unknown): Reply => ({ status: 200, json });
/** Octez answers errors as a list of objects. */
export const failure = (status: number, id: string, more: object = {}): Reply => ({
  status,
  json: [{ kind: 'temporary', id, ...more }],
});

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** `host:port`, `[v6]:port`, `:port`, `host`. */
export function parseAddress(text: string, defaultPort: number): Address {
  const match = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(text);
  if (!match) throw new Error(`not an address: ${text}`);
  return { host: match[1] ?? match[2] ?? '', port: Number(match[3] ?? defaultPort) };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

function send(response: ServerResponse, reply: Reply): void {
  if ('hangUp' in reply) return void response.destroy();
  if ('stream' in reply) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    const stop = reply.stream(
      (value) => response.write(`${JSON.stringify(value)}\n`),
      () => response.end(),
    );
    response.on('close', stop);
    return;
  }
  const isJson = 'json' in reply;
  response.writeHead(reply.status, {
    'content-type': isJson ? 'application/json' : (reply.type ?? 'text/plain'),
  });
  response.end(isJson ? `${JSON.stringify(reply.json)}\n` : reply.text);
}

/** Listens; the promise fails where the address is taken. */
export async function serve({ host, port }: Address, handler: Handler): Promise<{ server: Server; port: number }> {
  const server = createServer((incoming, response) => {
    const url = new URL(incoming.url ?? '/', 'http://localhost');
    bodyOf(incoming)
      .then((body) => handler({ method: incoming.method ?? 'GET', path: url.pathname, query: url.searchParams, body }))
      .catch((error: Error) => ({ status: 500, json: [{ kind: 'temporary', id: 'failure', msg: error.message }] }))
      .then((reply) => send(response, reply))
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host || '127.0.0.1', resolve);
  });
  return { server, port: (server.address() as AddressInfo).port };
}

/** Closes at once: streams never end by themselves. */
export function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

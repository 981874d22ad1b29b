import { type IncomingMessage, request } from 'node:http';
import { NotSent, TimedOut } from '../runtime/ask-http';

export interface Relayed {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly body: string;
  /** Until it begins to answer. Milliseconds. */
  readonly timeoutMs: number;
  /** Between two parts of its answer. Milliseconds. */
  readonly silentMs: number;
}

/**
 * Asks a node over a connection of its own; resolves when its answer begins, which the reader then takes as it comes.
 * Throws NotSent, TimedOut, or what else broke after the question had left.
 */
export function relay(node: string, { method, path, body, timeoutMs, silentMs }: Relayed): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    let isConnected = false;
    const headers = { accept: 'application/json', 'content-type': 'application/json', connection: 'close' };
    const outgoing = request(new URL(path, node), { method, agent: false, headers });
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(isConnected ? error : new NotSent(error.message));
      outgoing.destroy();
    };
    const timer = setTimeout(() => fail(new TimedOut(`no answer within ${timeoutMs} ms`)), timeoutMs);
    outgoing.on('socket', (socket) => socket.once('connect', () => (isConnected = true)));
    outgoing.on('error', fail);
    outgoing.on('response', (incoming) => {
      clearTimeout(timer);
      incoming.setTimeout(silentMs, () => incoming.destroy(new TimedOut(`silent for ${silentMs} ms`)));
      resolve(incoming);
    });
    outgoing.end(method === 'GET' ? undefined : body);
  });
}

import { request as overHttp, type RequestOptions } from 'node:http';
import { request as overHttps } from 'node:https';

/** Whom to ask: a Unix socket, or the start of a URL (`http://host:port`, `https://host/path`). */
export type Asked = { readonly socket: string } | { readonly url: string };

export interface Question {
  readonly method: 'GET' | 'POST';
  /** With the query; behind the URL's own path. */
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** For all of it, in milliseconds. */
  readonly timeoutMs: number;
  /** A longer answer is none; MOST_ANSWER_BYTES if nothing is said. */
  readonly mostBytes?: number;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Nobody was there: not a byte of the question has left. */
export class NotSent extends Error {}
/** It was asked, and no answer came in time. What comes later is lost. */
export class TimedOut extends Error {}

const MOST_ANSWER_BYTES = 1024 * 1024;

/**
 * One question over a connection of its own. Throws NotSent, TimedOut, or what else broke after the question had left:
 * then nobody knows what became of it.
 */
export function ask(whom: Asked, question: Question): Promise<Answer> {
  const { method, path, body, headers, timeoutMs, mostBytes = MOST_ANSWER_BYTES } = question;
  return new Promise((resolve, reject) => {
    let isConnected = false;
    const options = { method, agent: false, headers: { ...headers, connection: 'close' } };
    const outgoing =
      'socket' in whom
        ? overHttp({ ...options, socketPath: whom.socket, path })
        : requestTo(new URL(`${whom.url.replace(/\/$/, '')}${path}`), options);
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(isConnected ? error : new NotSent(error.message));
      outgoing.destroy();
    };
    const timer = setTimeout(() => fail(new TimedOut(`no answer within ${Math.round(timeoutMs)} ms`)), timeoutMs);
    outgoing.on('socket', (socket) => socket.once('connect', () => (isConnected = true)));
    outgoing.on('error', fail);
    outgoing.on('response', (incoming) => {
      const parts: Buffer[] = [];
      let length = 0;
      incoming.on('data', (part: Buffer) => {
        parts.push(part);
        length += part.length;
        if (length > mostBytes) fail(new Error('a very long answer'));
      });
      incoming.on('error', fail); // a cut too
      incoming.on('end', () => {
        clearTimeout(timer);
        resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') });
      });
    });
    outgoing.end(body);
  });
}

const requestTo = (url: URL, options: RequestOptions) =>
  url.protocol === 'https:' ? overHttps(url, options) : overHttp(url, options);

import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { StoredObjects } from './stored-objects';

/**
 * What goes wrong with a question. `error`: nothing is done, and 500, 503 or 429 is answered. `reset`: nothing is done, and
 * the connection ends. `lost`: it is done, and the connection ends. `broken`: another byte comes to Cloud Storage. `cut`:
 * half of the answer comes. `slow`: it waits first. `stale`: the answer is the one to the same question before.
 */
export type Fault = 'error' | 'reset' | 'lost' | 'broken' | 'cut' | 'slow' | 'stale';

export interface Question {
  readonly method: string;
  /** With the query. */
  readonly url: string;
  /** Counts the questions of this proxy, from 0. */
  readonly number: number;
  readonly isWrite: boolean;
}

/** What has changed the bucket: an object that was written or removed. */
export interface Change {
  readonly name: string;
  readonly isRemoval: boolean;
}

export interface ProxyHooks {
  readonly fault?: (question: Question) => Fault | undefined;
  /** Before something is written; it is, once the promise is kept. */
  readonly before?: (change: Change) => Promise<void> | undefined;
  /** After something was written, of which nobody has been told. Nothing else is written until the promise is kept. */
  readonly after?: (change: Change) => Promise<void> | undefined;
}

const SLOW_MS = 300;
const TOKEN = 'a-token-of-the-pod';
const errors = [500, 503, 429];

interface Passed {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Asked extends Question {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * Between one run of the site builder and Cloud Storage, and the metadata server in one. What is written goes one after the
 * other, of several that wait the one that came last: so the bucket is in a known state after each, and no order is taken
 * for granted. It asks for the token, and for what fake-gcs-server does not: `ifGenerationMatch` of what is to be removed.
 */
export class FaultProxy {
  readonly changes: Change[] = [];
  private questions = 0;
  private isClosed = false;
  private isWriting = false;
  private readonly waiting: (() => void)[] = [];
  private readonly answers: Map<string, Passed>;
  private readonly server = createServer((incoming, outgoing) => {
    this.take(incoming, outgoing).catch(() => outgoing.destroy());
  });

  /** `answers`: to questions of runs before, by method and URL. */
  constructor(
    private readonly stored: StoredObjects,
    private readonly hooks: ProxyHooks,
    answers = new Map<string, Passed>(),
  ) {
    this.answers = answers;
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** From now on nothing reaches Cloud Storage any more. */
  close(): void {
    this.isClosed = true;
    this.server.closeAllConnections();
    this.server.close();
  }

  private async take(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = incoming;
    const isWrite = method !== 'GET';
    const asked = { method, url, headers, isWrite, number: this.questions++, body: await buffer(incoming) };
    const fault = this.hooks.fault?.(asked);
    if (fault === 'error') return tell(outgoing, plain(errors[asked.number % errors.length]!));
    if (fault === 'reset') return void outgoing.destroy();
    if (fault === 'slow') await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
    if (url.startsWith('/computeMetadata/')) return tell(outgoing, plain(200, token()));
    if (headers.authorization !== `Bearer ${TOKEN}`) return tell(outgoing, plain(401));
    const passed = isWrite ? await this.inTurn(() => this.write(asked, fault)) : await this.read(asked, fault);
    if (passed === undefined || fault === 'lost' || this.isClosed) outgoing.destroy();
    else tell(outgoing, passed, fault === 'cut');
  }

  private async read(asked: Asked, fault: Fault | undefined): Promise<Passed> {
    const old = this.answers.get(asked.url);
    if (fault === 'stale' && old) return old;
    const passed = await this.passed(asked);
    this.answers.set(asked.url, passed);
    return passed;
  }

  /** Undefined if the run has ended meanwhile. */
  private async write(asked: Asked, fault: Fault | undefined): Promise<Passed | undefined> {
    if (this.isClosed) return undefined;
    const change = { name: nameIn(asked), isRemoval: asked.method === 'DELETE' };
    await this.hooks.before?.(change);
    if (this.isClosed) return undefined;
    if (change.isRemoval && (await this.isAnother(asked.url))) return plain(412);
    const passed = await this.passed(fault === 'broken' ? { ...asked, body: changed(asked.body) } : asked);
    if (passed.status >= 300) return passed;
    this.changes.push(change);
    await this.hooks.after?.(change);
    return passed;
  }

  private async isAnother(url: string): Promise<boolean> {
    const { pathname, searchParams } = new URL(url, 'http://storage');
    const wanted = searchParams.get('ifGenerationMatch');
    return wanted !== null && wanted !== (await this.stored.generation(pathname));
  }

  private async inTurn<T>(what: () => Promise<T>): Promise<T> {
    if (this.isWriting) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.isWriting = true;
    try {
      return await what();
    } finally {
      const next = this.waiting.pop();
      if (next) next();
      else this.isWriting = false;
    }
  }

  private passed({ method, url, headers, body }: Asked): Promise<Passed> {
    const host = `127.0.0.1:${this.stored.port}`;
    const { 'transfer-encoding': _, ...kept } = headers;
    const options = { port: this.stored.port, host: '127.0.0.1', method, path: url };
    return new Promise((resolve, reject) => {
      const passing = request({ ...options, headers: { ...kept, host, 'content-length': body.length } });
      passing.on('error', reject);
      passing.on('response', (answer) => {
        const { statusCode: status = 0, headers: said } = answer;
        buffer(answer).then((text) => resolve({ status, headers: said, body: text }), reject);
      });
      passing.end(body);
    });
  }
}

const plain = (status: number, text = ''): Passed => ({ status, headers: {}, body: Buffer.from(text) });
const token = () => JSON.stringify({ access_token: TOKEN, expires_in: 3600, token_type: 'Bearer' });

/** Name of the object that is written or removed. */
function nameIn({ method, url, body }: Asked): string {
  if (method === 'DELETE') return decodeURIComponent(/\/o\/([^/?]+)/.exec(url)?.[1] ?? '');
  const about = /\r\n\r\n(\{.*?\})\r\n/s.exec(body.subarray(0, 4096).toString('utf8'))?.[1] ?? '{}';
  return (JSON.parse(about) as { name?: string }).name ?? '';
}

/** The last byte of what is uploaded is another one; the form around it stays. */
function changed(body: Buffer): Buffer {
  const copy = Buffer.from(body);
  const end = copy.lastIndexOf('\r\n--');
  if (end > 0) copy[end - 1] ^= 1;
  return copy;
}

function tell(outgoing: ServerResponse, { status, headers, body }: Passed, isCut = false): void {
  const { 'content-type': type } = headers;
  outgoing.writeHead(status, { 'content-length': body.length, ...(type ? { 'content-type': type } : {}) });
  if (!isCut) return void outgoing.end(body);
  outgoing.write(body.subarray(0, body.length / 2), () => outgoing.destroy());
}

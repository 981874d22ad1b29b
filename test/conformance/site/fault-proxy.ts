import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/**
 * What goes wrong with a request. `error`: nothing is done, 503. `lost`: it is done, and no answer comes. `broken`: another
 * byte comes. `slow`: it waits. `stale`: the answer is that of the same question before.
 */
export type Fault = 'error' | 'lost' | 'broken' | 'slow' | 'stale';

const SLOW_MS = 1500;
const TOKEN = 'a-token-of-the-pod';

interface Passed {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Between the site builder and Cloud Storage, and the metadata server in one. */
export class FaultProxy {
  /** How many uploads Cloud Storage has taken. */
  uploads = 0;
  /** Is called when so many have been taken; the one that asked for the last of them hears nothing more. */
  after: { readonly uploads: number; readonly kill: () => void } | undefined;
  /** Of the request of this number, from 0. */
  fault: (number: number, isUpload: boolean) => Fault | undefined = () => undefined;
  private requests = 0;
  private readonly answers = new Map<string, Passed>();
  private readonly server = createServer((incoming, outgoing) => {
    this.take(incoming, outgoing).catch(() => outgoing.destroy());
  });

  /** `target`: port of Cloud Storage on the loopback. */
  constructor(private readonly target: number) {}

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async take(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = incoming;
    const body = Buffer.from(await text(incoming.setEncoding('latin1')), 'latin1');
    if (url.startsWith('/computeMetadata/')) return tell(outgoing, { status: 200, body: token(), headers: {} });
    if (headers.authorization !== `Bearer ${TOKEN}`)
      return tell(outgoing, { status: 401, body: Buffer.alloc(0), headers: {} });
    const isUpload = url.startsWith('/upload/');
    const fault = this.fault(this.requests++, isUpload);
    if (fault === 'error') return tell(outgoing, { status: 503, body: Buffer.alloc(0), headers: {} });
    if (fault === 'slow') await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
    const old = this.answers.get(`${method} ${url}`);
    if (fault === 'stale' && method === 'GET' && old) return tell(outgoing, old);
    const passed = await this.passed({ method, url, headers, body: fault === 'broken' ? changed(body) : body });
    if (method === 'GET') this.answers.set(`${method} ${url}`, passed);
    if (isUpload && passed.status === 200) this.uploads++;
    if (isUpload && this.uploads === this.after?.uploads) {
      this.after.kill();
      outgoing.destroy();
    } else if (fault === 'lost') outgoing.destroy();
    else tell(outgoing, passed);
  }

  private passed(asked: { method: string; url: string; headers: IncomingHttpHeaders; body: Buffer }): Promise<Passed> {
    const { method, url, body } = asked;
    const headers = { ...asked.headers, host: `127.0.0.1:${this.target}`, 'content-length': body.length };
    return new Promise((resolve, reject) => {
      const outgoing = request({ port: this.target, host: '127.0.0.1', method, path: url, headers, agent: false });
      outgoing.on('error', reject);
      outgoing.on('response', (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('error', reject);
        answer.on('end', () => {
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts) });
        });
      });
      outgoing.end(body);
    });
  }
}

const token = () => Buffer.from(JSON.stringify({ access_token: TOKEN, expires_in: 3600, token_type: 'Bearer' }));

/** The last byte of what is uploaded is another one; that of the form around it stays. */
function changed(body: Buffer): Buffer {
  const copy = Buffer.from(body);
  const end = copy.lastIndexOf('\r\n--');
  if (end > 0) copy[end - 1] ^= 1;
  return copy;
}

function tell(outgoing: ServerResponse, { status, headers, body }: Passed): void {
  const { 'content-type': type, 'x-goog-generation': generation } = headers;
  outgoing.writeHead(status, {
    'content-length': body.length,
    ...(type ? { 'content-type': type } : {}),
    ...(generation ? { 'x-goog-generation': generation } : {}),
  });
  outgoing.end(body);
}

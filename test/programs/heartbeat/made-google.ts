import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { googleAt } from '../../kit/google-at';
import { afterwards } from '../temporary';

/** What Google was asked to write. */
export interface Written {
  readonly bucket: string;
  readonly name: string;
  readonly text: string;
  readonly type: string;
}

/**
 * GKE's metadata server and Cloud Storage's simple uploads, as strict as these: without the header no token, without a
 * token of now no object, and into no bucket that is not there.
 */
export class MadeGoogle {
  at = googleAt(0);
  readonly written: Written[] = [];
  readonly buckets = new Set(['mainnet-heartbeat-example-bakery']);
  /** Who may write. */
  isAllowed = true;
  /** The metadata server is not ready yet, as in the first seconds of a pod. */
  isLate = false;
  /** Cloud Storage takes nothing. */
  fault: number | 'hangs' | undefined;
  private tokens = 0;

  async listen(): Promise<this> {
    const server = createServer((request, response) => this.take(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    afterwards(() => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    });
    this.at = googleAt((server.address() as AddressInfo).port);
    return this;
  }

  /** The token of the last answer; those before it are over. */
  get token(): string {
    return `ya29.token-${this.tokens}`;
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      if (this.fault === 'hangs' && request.url?.startsWith('/upload/')) return;
      const [status, json] = this.answer(request, Buffer.concat(parts).toString('utf8'));
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(typeof json === 'string' ? json : JSON.stringify(json));
    });
  }

  private answer(request: IncomingMessage, text: string): [number, object | string] {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://google');
    if (pathname.startsWith('/computeMetadata/')) return this.metadata(request, pathname);
    const [, bucket] = /^\/upload\/storage\/v1\/b\/([^/]+)\/o$/.exec(pathname) ?? [];
    if (request.method !== 'POST' || bucket === undefined) return refusal(404, 'Not Found');
    if (request.headers.authorization !== `Bearer ${this.token}`) return refusal(401, 'Invalid Credentials');
    if (typeof this.fault === 'number')
      return refusal(this.fault, 'We encountered an internal error. Please try again.');
    if (!this.buckets.has(bucket)) return refusal(404, 'The specified bucket does not exist.');
    if (!this.isAllowed) {
      return refusal(403, 'mainnet-heartbeat@x.iam.gserviceaccount.com does not have storage.objects.create access');
    }
    const name = searchParams.get('name');
    if (searchParams.get('uploadType') !== 'media' || !name) return refusal(400, 'Required parameter: name');
    this.written.push({ bucket, name, text, type: request.headers['content-type'] ?? '' });
    return [
      200,
      { kind: 'storage#object', bucket, name, generation: `${this.written.length}`, size: `${text.length}` },
    ];
  }

  private metadata({ method, headers }: IncomingMessage, path: string): [number, object | string] {
    if (headers['metadata-flavor'] !== 'Google') return [403, 'Missing required header "Metadata-Flavor": "Google"'];
    if (method !== 'GET' || path !== '/computeMetadata/v1/instance/service-accounts/default/token')
      return [404, 'not found'];
    if (this.isLate) return [503, 'the metadata server is not ready'];
    this.tokens += 1;
    return [200, { access_token: this.token, expires_in: 3599, token_type: 'Bearer' }];
  }
}

function refusal(code: number, message: string): [number, object] {
  return [code, { error: { code, message, errors: [{ message, domain: 'global', reason: 'invalid' }] } }];
}

import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const INDEX = 'application/vnd.oci.image.index.v1+json';
const SERVICE = 'registry.stand-in';

export const sha256 = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/**
 * A registry as Docker Hub and ghcr are to somebody without a password: nothing without a token, a token for one
 * repository and one action, an index only for whoever accepts one, the same refusal for what is private or not there.
 */
export class RegistryStandIn {
  /** Content of an index, by `repository:tag`. */
  readonly tags = new Map<string, string>();
  /** What goes wrong from now on. */
  fault?: 'busy' | 'other content' | 'token for nobody' | 'password';
  private readonly tokens = new Map<string, string>();
  private readonly server: Server = createServer((request, response) => this.answer(request, response));

  async start(): Promise<string> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    return this.home;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private get home(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.home);
    const [, repository, tag] = /^\/v2\/(.+)\/manifests\/([\w.-]+)$/.exec(url.pathname) ?? [];
    if (request.method !== 'GET') send(response, 405, { errors: [{ code: 'UNSUPPORTED' }] });
    else if (url.pathname === '/token') this.giveToken(url, response);
    else if (tag === undefined) send(response, 404, { errors: [{ code: 'NAME_UNKNOWN' }] });
    else this.giveManifest({ repository, tag, request, response });
  }

  private giveToken({ searchParams }: URL, response: ServerResponse): ServerResponse {
    const [service, scope] = [searchParams.get('service'), searchParams.get('scope') ?? ''];
    if (this.fault === 'token for nobody') return send(response, 403, { details: 'denied' });
    if (service !== SERVICE || !/^repository:[a-z0-9/._-]+:pull$/.test(scope)) return send(response, 400, {});
    const token = randomUUID();
    this.tokens.set(token, scope);
    return send(response, 200, { token, expires_in: 300 });
  }

  private giveManifest({ repository, tag, request, response }: Asked): ServerResponse {
    const scope = `repository:${repository}:pull`;
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (this.tokens.get(token) !== scope) {
      const bearer = `Bearer realm="${this.home}/token",service="${SERVICE}",scope="${scope}"`;
      const challenge = this.fault === 'password' ? 'Basic realm="private"' : bearer;
      return send(response, 401, { errors: [{ code: 'UNAUTHORIZED' }] }, { 'www-authenticate': challenge });
    }
    if (this.fault === 'busy') return send(response, 429, { errors: [{ code: 'TOOMANYREQUESTS' }] });
    const content = this.tags.get(`${repository}:${tag}`);
    const accepts = (request.headers.accept ?? '').split(/, */).includes(INDEX);
    if (content === undefined || !accepts) return send(response, 404, { errors: [{ code: 'MANIFEST_UNKNOWN' }] });
    const headers = { 'content-type': INDEX, 'docker-content-digest': sha256(content) };
    return send(response, 200, this.fault === 'other content' ? `${content} ` : content, headers);
  }
}

interface Asked {
  readonly repository: string;
  readonly tag: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

function send(response: ServerResponse, status: number, body: object | string, headers: Record<string, string> = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  return response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { googleAt } from '../../kit/google-at';

/** What the metadata server gives, and the bucket asks for. */
export const GOOGLE_TOKEN = 'made-up-for-a-pod';

/** Cloud Storage and the metadata server, as much as a guard asks: objects of one bucket, made once each and read. */
export class RecordsStore {
  readonly objects = new Map<string, string>();
  isDown = false;
  port = 0;
  private server: Server | undefined;

  async start(host = '127.0.0.1', fixedPort = 0): Promise<void> {
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        if (this.isDown) return response.destroy();
        const body = Buffer.concat(parts).toString();
        const refused = refusalOf(request);
        const { status, json } = refused ?? this.answer(request.method ?? '', request.url ?? '', body);
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(typeof json === 'string' ? json : JSON.stringify(json));
      });
    });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(fixedPort, host, resolve));
    this.server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  get env(): Record<string, string> {
    return googleAt(this.port).env;
  }

  private answer(method: string, path: string, body: string): { status: number; json: unknown } {
    const { pathname, searchParams } = new URL(path, 'http://store');
    if (pathname.startsWith(METADATA)) return { status: 200, json: { access_token: GOOGLE_TOKEN, expires_in: 3600 } };
    if (method === 'POST' && pathname.startsWith('/upload/')) return this.create(searchParams, body);
    const [, name] = /\/o\/([^/]+)$/.exec(pathname) ?? [];
    if (name === undefined)
      return { status: 200, json: { items: this.list(searchParams).map((each) => ({ name: each })) } };
    const found = this.objects.get(decodeURIComponent(name));
    return found === undefined ? { status: 404, json: {} } : { status: 200, json: found };
  }

  private create(query: URLSearchParams, body: string): { status: number; json: unknown } {
    const name = query.get('name') ?? '';
    if (query.get('ifGenerationMatch') !== '0') return { status: 403, json: {} };
    if (this.objects.has(name)) return { status: 412, json: {} };
    this.objects.set(name, body);
    return { status: 200, json: { name } };
  }

  private list(query: URLSearchParams): string[] {
    const [prefix, from] = [query.get('prefix') ?? '', query.get('startOffset') ?? ''];
    return [...this.objects.keys()].filter((name) => name.startsWith(prefix) && name >= from).sort();
  }

  stop(): void {
    this.server?.closeAllConnections();
    this.server?.close();
  }
}

const METADATA = '/computeMetadata/v1/instance/service-accounts/default/token';

/** Google's headers: without them neither answers. */
function refusalOf({ url = '', headers }: IncomingMessage): { status: number; json: unknown } | undefined {
  if (url.startsWith(METADATA)) return headers['metadata-flavor'] === 'Google' ? undefined : { status: 403, json: {} };
  return headers.authorization === `Bearer ${GOOGLE_TOKEN}` ? undefined : { status: 401, json: {} };
}

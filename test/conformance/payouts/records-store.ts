import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { googleAt } from '../../kit/google-at';

/** Cloud Storage and the metadata server, as much as a guard asks: objects of one bucket, made once each and read. */
export class RecordsStore {
  readonly objects = new Map<string, string>();
  isDown = false;
  port = 0;
  private server: Server | undefined;

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        if (this.isDown) return response.destroy();
        const { status, json } = this.answer(request.method ?? '', request.url ?? '', Buffer.concat(parts).toString());
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(typeof json === 'string' ? json : JSON.stringify(json));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  get env(): Record<string, string> {
    return googleAt(this.port).env;
  }

  private answer(method: string, path: string, body: string): { status: number; json: unknown } {
    const { pathname, searchParams } = new URL(path, 'http://store');
    if (pathname.startsWith('/computeMetadata/'))
      return { status: 200, json: { access_token: 'token', expires_in: 3600 } };
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

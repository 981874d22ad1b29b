import { createHash } from 'node:crypto';
import { type Reply, type Request, serve } from '../../../programs/runtime/serve-http';
import { googleAt } from '../../kit/google-at';
import { afterwards } from '../temporary';

/**
 * What goes wrong with a request. `error`: nothing is done, 503. `lost`: it is done, and the answer is 503. `broken`: other
 * bytes come. `short`: bytes are missing in the answer.
 */
export type Fault = 'error' | 'lost' | 'broken' | 'short' | undefined;

interface Kept {
  readonly text: string;
  readonly generation: number;
  readonly type: string;
  readonly cacheControl: string;
}

/** Cloud Storage's JSON API for one bucket of texts, and the metadata server, as strict as these. */
export class MadeStorage {
  readonly objects = new Map<string, Kept>();
  readonly asked: string[] = [];
  fault: (method: string, path: string) => Fault = () => undefined;
  /** Whether bytes are held against the MD5 that was named; Google does. */
  isStrict = true;
  at = googleAt(0);
  private readonly inParts = new Set<string>();
  private generations = 0;

  async start(): Promise<this> {
    const options = { mostBodyBytes: 1024 * 1024 };
    const handler = (request: Request) => this.answer(request);
    const { port, close } = await serve({ port: 0, host: '127.0.0.1' }, handler, () => {}, options);
    afterwards(close);
    this.at = googleAt(port);
    return this;
  }

  put(name: string, text: string): void {
    const generation = ++this.generations;
    this.objects.set(name, { text, generation, type: 'application/json', cacheControl: 'no-cache' });
  }

  /** As if it had come in parts, as gcloud sends large files: then there is no MD5. */
  putInParts(name: string, text: string): void {
    this.put(name, text);
    this.inParts.add(name);
  }

  private answer({ method, path, headers, body }: Request): Reply {
    this.asked.push(`${method} ${path}`);
    if (path.startsWith('/computeMetadata/')) {
      return headers['metadata-flavor'] === 'Google'
        ? { status: 200, json: { access_token: 'a-token' } }
        : refused(403);
    }
    if (headers.authorization !== 'Bearer a-token') return refused(401);
    const fault = this.fault(method, path);
    if (fault === 'error') return refused(503);
    const reply = this.done(method, new URL(path, 'http://storage'), { body, headers, fault });
    return fault === 'lost' ? refused(503) : reply;
  }

  private done(method: string, { pathname, searchParams }: URL, more: Sent): Reply {
    const [, upload, bucket, object] = /^(\/upload)?\/storage\/v1\/b\/([^/]+)\/o(?:\/([^/]+))?$/.exec(pathname) ?? [];
    if (bucket !== 'site') return refused(404);
    if (upload && method === 'POST') return this.written(searchParams, more);
    if (object === undefined) return method === 'GET' ? this.list(searchParams) : refused(405);
    const name = decodeURIComponent(object);
    const kept = this.objects.get(name);
    if (!kept) return refused(404);
    if (method === 'DELETE') {
      if (searchParams.get('ifGenerationMatch') !== String(kept.generation)) return refused(412);
      this.objects.delete(name);
      return { status: 204, text: '' };
    }
    if (searchParams.get('alt') !== 'media') return { status: 200, json: this.told(name, kept) };
    if (searchParams.get('generation') !== String(kept.generation)) return refused(404);
    return { status: 200, text: more.fault === 'short' ? kept.text.slice(0, -1) : kept.text };
  }

  private list(query: URLSearchParams): Reply {
    const names = [...this.objects.keys()].filter((name) => name.startsWith(query.get('prefix') ?? '')).sort();
    const from = Number(query.get('pageToken') ?? 0);
    const until = from + 2; // pages are small here
    const items = names.slice(from, until).map((name) => this.told(name, this.objects.get(name) as Kept));
    return {
      status: 200,
      json: { ...(items.length > 0 && { items }), ...(until < names.length && { nextPageToken: `${until}` }) },
    };
  }

  private written(query: URLSearchParams, { body, headers, fault }: Sent): Reply {
    const [, boundary] = /^multipart\/related; boundary=(\S+)$/.exec(String(headers['content-type'])) ?? [];
    if (query.get('uploadType') !== 'multipart' || boundary === undefined) return refused(400);
    const [start, about, media, end] = body.split(`--${boundary}`);
    if (start !== '' || end !== '--\r\n') return refused(400);
    const [, json] = about.split('\r\n\r\n');
    const { name, md5Hash, contentType: type, cacheControl } = JSON.parse(json) as Record<string, string>;
    const sent = media.slice(media.indexOf('\r\n\r\n') + 4, -2);
    const text = fault === 'broken' ? `${sent}!` : sent;
    if (this.isStrict && md5Hash !== md5(text)) return refused(400);
    if (query.get('ifGenerationMatch') !== String(this.objects.get(name)?.generation ?? 0)) return refused(412);
    const kept = { text, generation: ++this.generations, type, cacheControl };
    this.objects.set(name, kept);
    return { status: 200, json: this.told(name, kept) };
  }

  private told(name: string, { text, generation, type, cacheControl }: Kept) {
    const size = String(Buffer.byteLength(text));
    const hash = this.inParts.has(name) ? {} : { md5Hash: md5(text) };
    return { name, generation: String(generation), ...hash, size, contentType: type, cacheControl };
  }
}

interface Sent extends Pick<Request, 'body' | 'headers'> {
  readonly fault: Fault;
}

const refused = (status: number): Reply => ({ status, json: { error: { code: status } } });
const md5 = (text: string) => createHash('md5').update(text).digest('base64');

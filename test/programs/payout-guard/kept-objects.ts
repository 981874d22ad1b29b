import { type Request, serve } from '../../../programs/runtime/serve-http';
import { googleAt } from '../../kit/google-at';
import { afterwards } from '../temporary';

export const BUCKET = 'of-these-tests';
const TOKEN = 'ya29.of-these-tests';

/** Cloud Storage and the metadata server, as a pod that may only make and read objects of one bucket sees them. */
export class KeptObjects {
  readonly objects = new Map<string, string>();
  google = googleAt(0);
  /** Every question is answered so. */
  fault: number | undefined;
  /** Objects on a page of a list. */
  pageSize = 1000;
  /** What it says where an object would be replaced: it looks at the condition first, or at rights, or gives all rights. */
  replacing: 'checked' | 'forbidden' | 'allowed' = 'checked';
  /** Nothing can be made. */
  isReadOnly = false;
  /** The metadata server answers so, and no token. */
  tokenFault: number | undefined;
  readonly asked: string[] = [];

  async listen(): Promise<this> {
    const { port, close } = await serve(
      { port: 0, host: '127.0.0.1' },
      (request) => this.answer(request),
      () => {},
    );
    afterwards(close);
    this.google = googleAt(port);
    return this;
  }

  private answer({ method, path, headers, body }: Request) {
    const { pathname, searchParams } = new URL(path, 'http://a');
    if (pathname === '/computeMetadata/v1/instance/service-accounts/default/token') {
      if (headers['metadata-flavor'] !== 'Google') return { status: 403, text: 'no flavor' };
      if (this.tokenFault) return { status: this.tokenFault, text: 'ya29.secret' };
      return { status: 200, json: { access_token: TOKEN, expires_in: 3599, token_type: 'Bearer' } };
    }
    this.asked.push(`${method} ${pathname}`);
    if (this.fault) return { status: this.fault, text: 'scripted' };
    if (headers.authorization !== `Bearer ${TOKEN}`) return { status: 401, text: 'no token' };
    if (method === 'POST' && pathname === `/upload/storage/v1/b/${BUCKET}/o`) return this.made(searchParams, body);
    if (method === 'GET' && pathname === `/storage/v1/b/${BUCKET}/o`) return this.listed(searchParams);
    const [, name] = new RegExp(`^/storage/v1/b/${BUCKET}/o/([^/]+)$`).exec(pathname) ?? [];
    const text = this.objects.get(decodeURIComponent(name ?? ''));
    if (method !== 'GET' || text === undefined) return { status: 404, text: 'Not Found' };
    return searchParams.get('alt') === 'media' ? { status: 200, text } : { status: 200, json: { name } };
  }

  private made(query: URLSearchParams, body: string) {
    const name = query.get('name');
    if (query.get('uploadType') !== 'media' || !name) return { status: 400, text: 'required' };
    if (this.isReadOnly) return { status: 503, text: 'scripted' };
    const isConditional = query.get('ifGenerationMatch') === '0';
    if (this.objects.has(name)) {
      if (this.replacing === 'forbidden') return { status: 403, text: 'storage.objects.delete' };
      if (isConditional) return { status: 412, text: 'conditionNotMet' };
      if (this.replacing === 'checked') return { status: 403, text: 'storage.objects.delete' };
    }
    this.objects.set(name, body);
    return { status: 200, json: { kind: 'storage#object', name, generation: '1' } };
  }

  private listed(query: URLSearchParams) {
    const from = query.get('pageToken') ?? query.get('startOffset') ?? '';
    const names = [...this.objects.keys()].filter((name) => name.startsWith(query.get('prefix') ?? ''));
    const found = names.filter((name) => name >= from).sort();
    const page = found.slice(0, this.pageSize).map((name) => ({ name }));
    const next = found[this.pageSize];
    // An empty list has no `items`.
    return { status: 200, json: { ...(page.length ? { items: page } : {}), ...(next ? { nextPageToken: next } : {}) } };
  }
}

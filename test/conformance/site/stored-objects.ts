import { until } from '../monitoring/process-yard';
import { Child } from '../signing/child-program';

/** The Go module that it is built of: a release that knows `ifGenerationMatch` and the hash of what is uploaded. */
export const storageServer = {
  module: 'github.com/fsouza/fake-gcs-server',
  version: 'v1.56.0',
  program: 'fake-gcs-server',
} as const;

/** An object as the bucket has it. */
export interface StoredObject {
  readonly body: Buffer;
  /** Changes with every write. */
  readonly generation: string;
  /** Of the body, in base64. */
  readonly md5: string;
  readonly type: string;
  readonly cacheControl: string;
}

export type Objects = ReadonlyMap<string, StoredObject>;

interface Listed {
  readonly name: string;
  readonly generation: string;
  readonly md5Hash: string;
  readonly contentType?: string;
  readonly cacheControl?: string;
}

/** fake-gcs-server, which is not of our making, in memory; asked without the proxy in front of it. */
export class StoredObjects {
  /** What was read before: an object of one generation has one content. */
  private readonly known = new Map<string, StoredObject>();

  private constructor(
    private readonly child: Child,
    readonly port: number,
  ) {}

  /** With these buckets; answers once it does. The port is its own on loopback. */
  static async start(program: string, port: number, buckets: readonly string[]): Promise<StoredObjects> {
    const words = ['-scheme', 'http', '-host', '127.0.0.1', '-port', `${port}`, '-backend', 'memory'];
    const child = new Child({ program, words: [...words, '-log-level', 'error'] });
    const stored = new StoredObjects(child, port);
    const answers = () =>
      stored.asked('/storage/v1/b').then(
        ({ ok }) => ok,
        () => false,
      );
    await until('fake-gcs-server answers', answers, () => child.lastLines.join('\n'), 120);
    for (const name of buckets) await stored.makeBucket(name);
    return stored;
  }

  /** With versions kept, as the site's bucket keeps them. */
  async makeBucket(name: string): Promise<void> {
    const body = JSON.stringify({ name, versioning: { enabled: true } });
    await this.sure('/storage/v1/b', { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  }

  /** Everything that is in a bucket. */
  async all(bucket: string): Promise<Map<string, StoredObject>> {
    const found = new Map<string, StoredObject>();
    for (let page = ''; ; ) {
      const answer = await this.sure(`/storage/v1/b/${bucket}/o?pageToken=${encodeURIComponent(page)}`);
      const { items = [], nextPageToken } = (await answer.json()) as { items?: Listed[]; nextPageToken?: string };
      for (const item of items) found.set(item.name, await this.read(bucket, item));
      if (!nextPageToken) return found;
      page = nextPageToken;
    }
  }

  private async read(bucket: string, { name, generation, md5Hash, contentType, cacheControl }: Listed) {
    const key = `${bucket} ${name} ${generation}`;
    const known = this.known.get(key);
    if (known) return known;
    const answer = await this.sure(`/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}?alt=media`);
    const object: StoredObject = {
      ...{ body: Buffer.from(await answer.arrayBuffer()), generation, md5: md5Hash },
      ...{ type: contentType ?? '', cacheControl: cacheControl ?? '' },
    };
    this.known.set(key, object);
    return object;
  }

  /** Generation of an object, '0' if there is none. */
  async generation(path: string): Promise<string> {
    const answer = await this.asked(path);
    if (answer.status === 404) return '0';
    return ((await answer.json()) as Listed).generation;
  }

  async put(bucket: string, name: string, body: string | Uint8Array<ArrayBuffer>): Promise<void> {
    const path = `/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${encodeURIComponent(name)}`;
    await this.sure(path, { method: 'POST', body });
  }

  /** Where it can be had without a token. */
  url(bucket: string, name: string): string {
    return `http://127.0.0.1:${this.port}/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}?alt=media`;
  }

  async stop(): Promise<void> {
    await this.child.kill();
  }

  private async sure(path: string, more: RequestInit = {}): Promise<Response> {
    const answer = await this.asked(path, more);
    if (!answer.ok) throw new Error(`fake-gcs-server answered ${answer.status} for ${path}: ${await answer.text()}`);
    return answer;
  }

  private asked(path: string, more: RequestInit = {}): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.port}${path}`, more);
  }
}

import { until } from '../monitoring/process-yard';
import { Child } from '../signing/child-program';

/** fake-gcs-server, which is not of our making, in memory; asked without the proxy in front of it. */
export class StoredObjects {
  private constructor(
    private readonly child: Child,
    readonly port: number,
  ) {}

  /** With these buckets in it. */
  static async start(program: string, port: number, buckets: readonly string[]): Promise<StoredObjects> {
    const words = ['-scheme', 'http', '-host', '127.0.0.1', '-port', `${port}`, '-backend', 'memory'];
    const stored = new StoredObjects(new Child({ program, words }), port);
    await until('fake-gcs-server answers', () =>
      stored.asked('/storage/v1/b').then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    for (const name of buckets) {
      const body = JSON.stringify({ name });
      await stored.asked('/storage/v1/b', { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    }
    return stored;
  }

  /** Everything that is in a bucket. */
  async all(bucket: string): Promise<Map<string, { readonly body: Buffer }>> {
    const found = new Map<string, { readonly body: Buffer }>();
    for (let page = ''; ; ) {
      const answer = await this.asked(`/storage/v1/b/${bucket}/o?pageToken=${encodeURIComponent(page)}`);
      const { items = [], nextPageToken } = (await answer.json()) as {
        items?: { name: string }[];
        nextPageToken?: string;
      };
      for (const { name } of items) {
        const object = await this.asked(`/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}?alt=media`);
        found.set(name, { body: Buffer.from(await object.arrayBuffer()) });
      }
      if (!nextPageToken) return found;
      page = nextPageToken;
    }
  }

  async put(bucket: string, name: string, body: string): Promise<void> {
    const path = `/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${encodeURIComponent(name)}`;
    const { ok, status } = await this.asked(path, { method: 'POST', body });
    if (!ok) throw new Error(`fake-gcs-server answered ${status} for ${name}`);
  }

  async clear(bucket: string): Promise<void> {
    for (const name of (await this.all(bucket)).keys()) {
      await this.asked(`/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`, { method: 'DELETE' });
    }
  }

  async stop(): Promise<void> {
    await this.child.kill();
  }

  private asked(path: string, more: RequestInit = {}): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.port}${path}`, more);
  }
}

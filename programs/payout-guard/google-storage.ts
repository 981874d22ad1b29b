import { ask } from '../runtime/ask-http';
import { type GoogleUrls, objectPath, objectsPath, uploadPath } from '../runtime/google-hosts';
import { accessToken } from '../runtime/google-token';
import { listIn, objectIn, textIn } from '../runtime/json';

const TIMEOUT_MS = 10_000;
const MOST_OBJECT_BYTES = 16 * 1024 * 1024;

/** Somebody has written an object of this name before. */
export class AlreadyThere extends Error {}

/**
 * Objects of one bucket of Cloud Storage (JSON API, v1), with the token that the metadata server gives to the pod. Objects
 * are made and read, never replaced and never deleted: the pod has no right to.
 */
export class GoogleStorage {
  constructor(
    private readonly bucket: string,
    private readonly urls: GoogleUrls,
  ) {}

  /** Makes an object. Throws AlreadyThere if there is one of this name, and else where it is not known to be there. */
  async create(name: string, text: string): Promise<void> {
    // 0: only if there is none.
    const path = uploadPath(this.bucket, 'media', { ifGenerationMatch: '0', name });
    const { status, text: said } = await this.asked('POST', path, text);
    // To replace one is forbidden, which may be what is looked at first.
    if (status === 412 || (status === 403 && (await this.exists(name)))) throw new AlreadyThere(name);
    if (status !== 200) throw new Error(`${name}: Cloud Storage answered ${status}: ${said.slice(0, 300)}`);
  }

  private async exists(name: string): Promise<boolean> {
    return (await this.asked('GET', objectPath(this.bucket, name))).status === 200;
  }

  /** Throws if there is none. */
  async read(name: string): Promise<string> {
    const { status, text } = await this.asked('GET', `${objectPath(this.bucket, name)}?alt=media`);
    if (status !== 200) throw new Error(`${name}: Cloud Storage answered ${status}`);
    return text;
  }

  /** Names of all objects that begin with `prefix`, rising; none below `from`. */
  async list(prefix: string, from = prefix): Promise<string[]> {
    const names: string[] = [];
    for (let page = ''; ; ) {
      const query = new URLSearchParams({ prefix, startOffset: from, fields: 'items/name,nextPageToken' });
      if (page) query.set('pageToken', page);
      const { status, text } = await this.asked('GET', `${objectsPath(this.bucket)}?${query}`);
      if (status !== 200) throw new Error(`${prefix}: Cloud Storage answered ${status}`);
      const said = objectIn(JSON.parse(text));
      names.push(...listIn(said.items ?? []).map((item) => textIn(objectIn(item), 'name')));
      if (said.nextPageToken === undefined) return names.sort();
      page = textIn(said, 'nextPageToken');
    }
  }

  private async asked(method: 'GET' | 'POST', path: string, body?: string) {
    const authorization = `Bearer ${await accessToken(this.urls.metadata)}`;
    const headers = { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const question = { method, path, headers, timeoutMs: TIMEOUT_MS, mostBytes: MOST_OBJECT_BYTES };
    return ask({ url: this.urls.storage }, body === undefined ? question : { ...question, body });
  }
}

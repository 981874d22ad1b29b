import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type GoogleUrls, objectPath, objectsPath, uploadPath } from '../runtime/google-hosts';
import { accessToken } from '../runtime/google-token';
import { type Json, listIn, objectIn, textIn } from '../runtime/json';
import { type Bucket, ChangedMeanwhile, type Stored, type Upload } from './site-bucket';

/** For one question; a document of 150 MB comes slower. */
const TIMEOUT_MS = 30_000;
const DOWNLOAD_MS = 600_000;
/** How long to wait before the next try; Cloud Storage asks for growing pauses. */
const usualPausesMs: readonly number[] = [500, 1000, 2000, 4000, 8000];
/** So often an upload is tried that came broken. */
const MOST_BROKEN = 3;
/** A token is good for minutes at least. */
const TOKEN_MS = 60_000;
const FIELDS = 'name,generation,md5Hash,size,contentType,cacheControl';
/** What may be over soon: too many questions, or Google's own faults. */
const isPassing = (status: number) => status === 408 || status === 429 || status >= 500;

interface Asked {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With the query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** TIMEOUT_MS if nothing is said. */
  readonly timeoutMs?: number;
}

/** A bucket by the JSON API (v1), with the token that the metadata server gives to the pod. */
export class GoogleBucket implements Bucket {
  private token: { readonly text: string; readonly untilMs: number } | undefined;

  constructor(
    private readonly bucket: string,
    private readonly urls: GoogleUrls,
    private readonly pausesMs = usualPausesMs,
  ) {}

  async list(prefix: string): Promise<Stored[]> {
    const found: Stored[] = [];
    for (let page = ''; ; ) {
      const query = new URLSearchParams({ prefix, maxResults: '1000', fields: `items(${FIELDS}),nextPageToken` });
      if (page) query.set('pageToken', page);
      const { status, text } = await this.asked({ method: 'GET', path: `${objectsPath(this.bucket)}?${query}` });
      if (status !== 200) throw this.error(prefix, status, text);
      const said = objectIn(JSON.parse(text));
      found.push(...listIn(said.items ?? []).map((item) => storedIn(objectIn(item))));
      if (!said.nextPageToken) return found;
      page = textIn(said, 'nextPageToken');
    }
  }

  async find(name: string): Promise<Stored | undefined> {
    const path = `${objectPath(this.bucket, name)}?fields=${FIELDS}`;
    const { status, text } = await this.asked({ method: 'GET', path });
    if (status === 404) return undefined;
    if (status !== 200) throw this.error(name, status, text);
    return storedIn(objectIn(JSON.parse(text)));
  }

  async *open({ name, generation, md5, bytes }: Stored): AsyncIterable<Uint8Array> {
    const path = `${objectPath(this.bucket, name)}?alt=media&generation=${generation}`;
    const answer = await this.tried({ method: 'GET', path, timeoutMs: DOWNLOAD_MS }, async (begun) => begun);
    if (answer.status !== 200 || !answer.body) throw this.error(name, answer.status, '');
    const hash = createHash('md5');
    let length = 0;
    for await (const part of answer.body as unknown as AsyncIterable<Uint8Array>) {
      hash.update(part);
      length += part.length;
      yield part;
    }
    if (length !== bytes) throw new Error(`${name}: ${length} bytes have come, and it has ${bytes}`);
    if (md5 !== '' && hash.digest('base64') !== md5)
      throw new Error(`${name}: what has come is not what Cloud Storage has`);
  }

  async write(upload: Upload): Promise<string> {
    const { name, md5, type, cacheControl } = upload;
    for (let { generation } = upload, tries = 1; ; tries++) {
      const { status, text } = await this.sent(upload, generation);
      // An answer that was lost may have been that it is written.
      const stored = status === 412 ? await this.find(name) : undefined;
      const isOurs = stored?.md5 === md5 && stored.type === type && stored.cacheControl === cacheControl;
      if (stored && isOurs) return stored.generation;
      if (status === 412) throw new ChangedMeanwhile(name);
      const written = status === 200 ? storedIn(objectIn(JSON.parse(text))) : undefined;
      if (written?.md5 === md5) return written.generation;
      // Bytes were changed on the way: Cloud Storage answers 400, and whoever does not look keeps what has come.
      if ((!written && status !== 400) || tries === MOST_BROKEN) throw this.error(name, status, text);
      generation = written?.generation ?? generation;
    }
  }

  private sent(upload: Upload, generation: string) {
    const path = uploadPath(this.bucket, 'multipart', { ifGenerationMatch: generation, fields: FIELDS });
    const { body, contentType } = multipart(upload);
    return this.asked({ method: 'POST', path, headers: { 'content-type': contentType }, body });
  }

  async remove({ name, generation }: Stored): Promise<void> {
    const path = `${objectPath(this.bucket, name)}?ifGenerationMatch=${generation}`;
    const { status, text } = await this.asked({ method: 'DELETE', path });
    if (status === 412) throw new ChangedMeanwhile(name);
    if (status !== 204 && status !== 200 && status !== 404) throw this.error(name, status, text);
  }

  private error(name: string, status: number, text: string): Error {
    return new Error(`${this.bucket}/${name}: Cloud Storage answered ${status}: ${text.slice(0, 300)}`);
  }

  private asked(question: Asked): Promise<{ status: number; text: string }> {
    return this.tried(question, async (answer) => ({ status: answer.status, text: await answer.text() }));
  }

  /** Asks until the answer is one that stays, or too often. `read` takes what it says. */
  private async tried<T extends { status: number }>(
    question: Asked,
    read: (answer: Response) => Promise<T>,
  ): Promise<T> {
    for (let tries = 0; ; tries++) {
      const isLast = tries === this.pausesMs.length;
      try {
        const answer = await read(await this.fetched(question));
        if (isLast || !isPassing(answer.status)) return answer;
      } catch (error) {
        const { message, cause } = error as Error;
        const why = cause instanceof Error ? cause.message : message; // fetch itself says only that it failed
        if (isLast) throw new Error(`${this.bucket}: Cloud Storage does not answer: ${why}`);
      }
      await pause(this.pausesMs[tries]);
    }
  }

  private async fetched({ method, path, headers, body, timeoutMs = TIMEOUT_MS }: Asked): Promise<Response> {
    return fetch(`${this.urls.storage}${path}`, {
      method,
      headers: { ...headers, authorization: `Bearer ${await this.freshToken()}` },
      signal: AbortSignal.timeout(timeoutMs),
      ...(body ? { body: new Uint8Array(body) } : {}),
    });
  }

  private async freshToken(): Promise<string> {
    if (this.token && performance.now() < this.token.untilMs) return this.token.text;
    const text = await accessToken(this.urls.metadata);
    this.token = { text, untilMs: performance.now() + TOKEN_MS };
    return text;
  }
}

function storedIn(json: Json): Stored {
  const { md5Hash, contentType, cacheControl } = json;
  return {
    name: textIn(json, 'name'),
    generation: textIn(json, 'generation'),
    md5: typeof md5Hash === 'string' ? md5Hash : '',
    bytes: Number(textIn(json, 'size')),
    ...(typeof contentType === 'string' ? { type: contentType } : {}),
    ...(typeof cacheControl === 'string' ? { cacheControl } : {}),
  };
}

/** What it is to be, and the bytes, in one request: Cloud Storage refuses bytes that do not have this MD5. */
function multipart({ name, body, md5, type, cacheControl }: Upload): { body: Buffer; contentType: string } {
  const about = JSON.stringify({ name, md5Hash: md5, contentType: type, cacheControl });
  // No content holds the hash of itself.
  const boundary = `part-${createHash('sha256').update(body).digest('hex')}`;
  const head = `--${boundary}\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${about}\r\n--${boundary}\r\ncontent-type: ${type}\r\n\r\n`;
  const whole = Buffer.concat([Buffer.from(head), body, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  return { body: whole, contentType: `multipart/related; boundary=${boundary}` };
}

import { ask } from '../runtime/ask-http';
import { integerIn, listIn, objectIn, textIn } from '../runtime/json';

/** Where Google's own libraries look, too. */
export interface GoogleHosts {
  readonly STORAGE_EMULATOR_HOST?: string;
  readonly GCE_METADATA_HOST?: string;
}

export const TOKEN_PATH = '/computeMetadata/v1/instance/service-accounts/default/token';
const TIMEOUT_MS = 10_000;
/** A token is not used in its last minutes. */
const TOKEN_SPARE_MS = 5 * 60_000;
const MOST_OBJECT_BYTES = 16 * 1024 * 1024;

/** Somebody has written an object of this name before. */
export class AlreadyThere extends Error {}

/**
 * Objects of one bucket of Cloud Storage (JSON API, v1), with the token that the metadata server gives to the pod. Objects
 * are made and read, never replaced and never deleted: the pod has no right to.
 */
export class GoogleStorage {
  private readonly api: string;
  private readonly tokens: string;
  private token: { readonly text: string; readonly untilMs: number } | undefined;

  constructor(
    private readonly bucket: string,
    hosts: GoogleHosts,
  ) {
    this.api = urlOf(hosts.STORAGE_EMULATOR_HOST) ?? 'https://storage.googleapis.com';
    this.tokens = urlOf(hosts.GCE_METADATA_HOST) ?? 'http://metadata.google.internal';
  }

  /** Makes an object. Throws AlreadyThere if there is one of this name, and else where it is not known to be there. */
  async create(name: string, text: string): Promise<void> {
    // 0: only if there is none.
    const query = `uploadType=media&ifGenerationMatch=0&name=${encodeURIComponent(name)}`;
    const path = `/upload/storage/v1/b/${this.bucket}/o?${query}`;
    const { status, text: said } = await this.asked('POST', path, text);
    // To replace one is forbidden, which may be what is looked at first.
    if (status === 412 || (status === 403 && (await this.exists(name)))) throw new AlreadyThere(name);
    if (status !== 200) throw new Error(`${name}: Cloud Storage answered ${status}: ${said.slice(0, 300)}`);
  }

  private async exists(name: string): Promise<boolean> {
    return (await this.asked('GET', `${this.objects}/${encodeURIComponent(name)}`)).status === 200;
  }

  /** Throws if there is none. */
  async read(name: string): Promise<string> {
    const { status, text } = await this.asked('GET', `${this.objects}/${encodeURIComponent(name)}?alt=media`);
    if (status !== 200) throw new Error(`${name}: Cloud Storage answered ${status}`);
    return text;
  }

  /** Names of all objects that begin with `prefix`, rising; none below `from`. */
  async list(prefix: string, from = prefix): Promise<string[]> {
    const names: string[] = [];
    for (let page = ''; ; ) {
      const query = new URLSearchParams({ prefix, startOffset: from, fields: 'items/name,nextPageToken' });
      if (page) query.set('pageToken', page);
      const { status, text } = await this.asked('GET', `${this.objects}?${query}`);
      if (status !== 200) throw new Error(`${prefix}: Cloud Storage answered ${status}`);
      const said = objectIn(JSON.parse(text));
      names.push(...listIn(said.items ?? []).map((item) => textIn(objectIn(item), 'name')));
      if (said.nextPageToken === undefined) return names.sort();
      page = textIn(said, 'nextPageToken');
    }
  }

  private get objects(): string {
    return `/storage/v1/b/${this.bucket}/o`;
  }

  private async asked(method: 'GET' | 'POST', path: string, body?: string) {
    const authorization = `Bearer ${await this.currentToken()}`;
    const headers = { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const question = { method, path, headers, timeoutMs: TIMEOUT_MS, mostBytes: MOST_OBJECT_BYTES };
    const answer = await ask({ url: this.api }, body === undefined ? question : { ...question, body });
    if (answer.status === 401) this.token = undefined; // the next question asks for a new one
    return answer;
  }

  private async currentToken(): Promise<string> {
    if (this.token && performance.now() < this.token.untilMs) return this.token.text;
    const headers = { 'metadata-flavor': 'Google' };
    const question = { method: 'GET', path: TOKEN_PATH, headers, timeoutMs: TIMEOUT_MS } as const;
    const { status, text } = await ask({ url: this.tokens }, question);
    if (status !== 200) throw new Error(`the metadata server answered ${status}`);
    const said = objectIn(JSON.parse(text));
    const untilMs = performance.now() + integerIn(said, 'expires_in') * 1000 - TOKEN_SPARE_MS;
    this.token = { text: textIn(said, 'access_token'), untilMs };
    return this.token.text;
  }
}

/** Both variables are `host:port`; the first one may also be a URL. */
function urlOf(host: string | undefined): string | undefined {
  if (!host) return undefined;
  return /^https?:\/\//.test(host) ? host : `http://${host}`;
}

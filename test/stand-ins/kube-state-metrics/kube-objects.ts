import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Agent, get, type RequestOptions } from 'node:https';

/** Where the kubelet puts what a pod needs to call the API, if its ServiceAccount's token is mounted. */
const FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';
/** Between two tries; client-go waits longer each time, up to 30 s. */
const PAUSE_MS = 1000;
const WATCH_SECONDS = 300;

export interface KubeApi {
  readonly host: string;
  readonly port: string;
  /** A folder with `token` and `ca.crt`. */
  readonly folder: string;
}

/** As client-go finds the API in a pod: by the variables of the Service `kubernetes` and the ServiceAccount's files. */
export function inCluster(env: NodeJS.ProcessEnv, folder = FOLDER): KubeApi {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  if (!host || !port)
    throw new Error(
      'unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be defined',
    );
  readFileSync(`${folder}/token`); // one that is not mounted ends it now
  return { host, port, folder };
}

type Lines = AsyncIterable<string>;

/** The lines of an answer as they come; an answer that grants nothing is an error in the server's own words. */
async function ask(api: KubeApi, agent: Agent, path: string): Promise<Lines> {
  const { host, port, folder } = api;
  // Read each time: the kubelet puts a new token there before the old one ends.
  const headers = { Authorization: `Bearer ${readFileSync(`${folder}/token`, 'utf8')}` };
  const options: RequestOptions = { host, port, path, agent, headers, ca: readFileSync(`${folder}/ca.crt`) };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(options, resolve).on('error', reject);
  });
  const lines = linesOf(response);
  if (response.statusCode === 200) return lines;
  throw new Error((await whole(lines)) || `status ${response.statusCode}`);
}

/** Throws where the connection ends before the answer does. */
async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of response.setEncoding('utf8')) {
    const parts = `${rest}${chunk}`.split('\n');
    rest = parts.pop()!;
    yield* parts.filter(Boolean);
  }
  if (rest) yield rest;
}

async function whole(lines: Lines): Promise<string> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  const text = all.join('\n');
  try {
    return JSON.parse(text).message ?? text;
  } catch {
    return text;
  }
}

/** What the server is; throws where it does not answer, which ends the real program at its start. */
export async function serverVersion(api: KubeApi): Promise<string> {
  const agent = new Agent();
  try {
    const lines: string[] = [];
    for await (const line of await ask(api, agent, '/version')) lines.push(line);
    return JSON.parse(lines.join('\n')).gitVersion;
  } finally {
    agent.destroy();
  }
}

/** What lies at one path of the API, kept up to date by list and watch: both verbs are needed. */
export class KubeObjects {
  private readonly byUid = new Map<string, any>();
  private readonly agent = new Agent({ keepAlive: true });
  private version = '';

  /** `complain`: where it says what it was refused. */
  constructor(
    private readonly api: KubeApi,
    private readonly path: string,
    private readonly complain: (text: string) => void,
  ) {}

  get all(): readonly any[] {
    return [...this.byUid.values()];
  }

  /** Never returns. Whatever fails is said and tried again; until then what is known stays. */
  async follow(): Promise<never> {
    for (;;) {
      try {
        if (this.version === '') await this.list();
        await this.watch();
      } catch (error) {
        this.version = '';
        this.complain(`failed to list or watch ${this.path}: ${(error as Error).message}`);
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  }

  private async list(): Promise<void> {
    const lines: string[] = [];
    for await (const line of await ask(this.api, this.agent, this.path)) lines.push(line);
    const { items, metadata } = JSON.parse(lines.join('\n'));
    this.byUid.clear();
    for (const item of items) this.byUid.set(item.metadata.uid, item);
    this.version = metadata.resourceVersion;
  }

  /** Until the server ends it, which it does after a while. */
  private async watch(): Promise<void> {
    const query = `watch=1&allowWatchBookmarks=true&timeoutSeconds=${WATCH_SECONDS}&resourceVersion=${this.version}`;
    for await (const line of await ask(this.api, this.agent, `${this.path}?${query}`)) {
      const { type, object } = JSON.parse(line);
      if (type === 'ERROR') throw new Error(object.message);
      this.version = object.metadata.resourceVersion;
      if (type === 'DELETED') this.byUid.delete(object.metadata.uid);
      else if (type !== 'BOOKMARK') this.byUid.set(object.metadata.uid, object);
    }
  }
}

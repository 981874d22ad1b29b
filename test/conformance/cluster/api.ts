import { Agent, request } from 'node:https';
import type { Manifest } from '../../../charts/objects/kube-object';
import type { Access } from './test-cluster';

/** The server's answer to a request it did not grant. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly body: any,
  ) {
    super(message);
  }
}

export const contentTypes = {
  merge: 'application/merge-patch+json',
  apply: 'application/apply-patch+yaml',
  json: 'application/json',
} as const;

interface Resource {
  readonly kind: string;
  readonly name: string;
  readonly namespaced: boolean;
}

export interface ApiAnswer {
  readonly body: any;
  /** What the server warned of, in its own words. */
  readonly warnings: readonly string[];
}

/** The Kubernetes API, plainly: paths in, parsed JSON out. */
export class Api {
  private readonly agent: Agent;
  private readonly resources = new Map<string, Resource[]>();

  constructor(private readonly access: Pick<Access, 'server' | 'token' | 'certificate'>) {
    // The server closes idle connections after 90 s: ours must have gone before.
    this.agent = new Agent({ keepAlive: true, ca: access.certificate, maxSockets: 20, timeout: 30_000 });
  }

  async get(path: string): Promise<any> {
    return (await this.send('GET', path)).body;
  }

  /** Items of a collection. */
  async list(path: string): Promise<any[]> {
    return (await this.get(path)).items;
  }

  async create(path: string, body: object): Promise<any> {
    return (await this.send('POST', path, body)).body;
  }

  async patch(path: string, body: object): Promise<any> {
    return (await this.send('PATCH', path, body, contentTypes.merge)).body;
  }

  async delete(path: string, body: object = {}): Promise<any> {
    return (await this.send('DELETE', path, body)).body;
  }

  send(method: string, path: string, body?: unknown, contentType: string = contentTypes.json): Promise<ApiAnswer> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      Authorization: `Bearer ${this.access.token}`,
      ...(text ? { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(text) } : {}),
    };
    return new Promise((resolve, reject) => {
      const call = request(`${this.access.server}${path}`, { method, headers, agent: this.agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const answer = parsed(Buffer.concat(chunks).toString());
          const status = response.statusCode ?? 0;
          if (status >= 300) return reject(new ApiError(status, answer?.message ?? String(answer), answer));
          resolve({ body: answer, warnings: warningsOf(response.headers.warning) });
        });
      });
      call.setTimeout(30_000, () => call.destroy(new Error(`${method} ${path}: no answer for 30 s`)));
      call.on('error', reject);
      call.end(text);
    });
  }

  /** Where an object lives; the server itself says what its kind is called in paths. */
  async pathOf({ apiVersion, kind, metadata: { name, namespace } }: Manifest): Promise<string> {
    const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    let resources = this.resources.get(group);
    if (!resources) {
      resources = (await this.get(group)).resources as Resource[];
      this.resources.set(group, resources);
    }
    const resource = resources.find((each) => each.kind === kind && !each.name.includes('/'));
    if (!resource) throw new ApiError(404, `the server knows no kind ${kind} in ${apiVersion}`, undefined);
    return `${group}${resource.namespaced ? `/namespaces/${namespace}` : ''}/${resource.name}/${name}`;
  }

  close(): void {
    this.agent.destroy();
  }
}

function parsed(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** `299 - "text"`, several joined by commas. */
function warningsOf(header: string | string[] | undefined): string[] {
  const text = Array.isArray(header) ? header.join(', ') : (header ?? '');
  return [...text.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]!);
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { artifactRegistry } from './artifact-registry';
import { cloudStorage } from './cloud-storage';
import { kubernetesEngine } from './gke-clusters';
import { compute } from './google-compute';
import { cloudDns } from './google-dns';
import { GoogleError, notFound } from './google-error';
import { kms } from './google-kms';
import { cloudBilling, resourceManager, serviceUsage } from './google-projects';
import { findRoute, type Routes } from './google-routes';
import { GoogleWorld } from './google-world';
import { serviceAccounts } from './service-accounts';
import { billingBudgets, binaryAuthorization, logging, pubsub, secretManager } from './small-services';

/** One of Google's APIs. */
interface Service {
  /** `compute.googleapis.com`, which a project must have turned on. */
  readonly api: string;
  /** What its URLs have before the resource: `v1`, `compute/v1`. */
  readonly version: string;
  readonly routes: (world: GoogleWorld) => Routes;
  /** As in GOOGLE_<name>_CUSTOM_ENDPOINT, the provider's variable. */
  readonly variables: readonly string[];
}

const services: readonly Service[] = [
  { api: 'artifactregistry.googleapis.com', version: 'v1', routes: artifactRegistry, variables: ['ARTIFACT_REGISTRY'] },
  {
    api: 'binaryauthorization.googleapis.com',
    version: 'v1',
    routes: binaryAuthorization,
    variables: ['BINARY_AUTHORIZATION'],
  },
  { api: 'billingbudgets.googleapis.com', version: 'v1', routes: billingBudgets, variables: ['BILLING_BUDGETS'] },
  { api: 'cloudbilling.googleapis.com', version: 'v1', routes: cloudBilling, variables: ['CLOUD_BILLING'] },
  { api: 'cloudkms.googleapis.com', version: 'v1', routes: kms, variables: ['KMS'] },
  {
    api: 'cloudresourcemanager.googleapis.com',
    version: 'v1',
    routes: resourceManager,
    variables: ['RESOURCE_MANAGER'],
  },
  { api: 'compute.googleapis.com', version: 'compute/v1', routes: compute, variables: ['COMPUTE'] },
  { api: 'container.googleapis.com', version: 'v1', routes: kubernetesEngine, variables: ['CONTAINER'] },
  // The provider has two clients for it, and makes the base of one by taking the end of the other's away.
  { api: 'dns.googleapis.com', version: 'api/dns/v1', routes: cloudDns, variables: ['DNS'] },
  { api: 'iam.googleapis.com', version: 'v1', routes: serviceAccounts, variables: ['IAM', 'IAM_BETA'] },
  { api: 'logging.googleapis.com', version: 'v2', routes: logging, variables: ['LOGGING'] },
  { api: 'pubsub.googleapis.com', version: 'v1', routes: pubsub, variables: ['PUBSUB'] },
  { api: 'secretmanager.googleapis.com', version: 'v1', routes: secretManager, variables: ['SECRET_MANAGER'] },
  { api: 'serviceusage.googleapis.com', version: 'v1', routes: serviceUsage, variables: ['SERVICE_USAGE'] },
  { api: 'storage.googleapis.com', version: 'storage/v1', routes: cloudStorage, variables: ['STORAGE'] },
];

/** Google, on loopback, in memory. */
export class GoogleStandIn {
  readonly world = new GoogleWorld();
  private readonly routes = new Map(services.map(({ api, routes }) => [api, routes(this.world)]));

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => this.take(request, response));
    // Whatever has no endpoint of its own would go to the real Google: here it goes to its proxy, which refuses.
    server.on('connect', (request, socket) => {
      // Whoever asks may hang up before it is refused.
      socket.on('error', () => {});
      if (!HARMLESS.includes(request.url ?? '')) this.world.strangers.add(`CONNECT ${request.url}`);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
  }

  static async start(): Promise<GoogleStandIn> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new GoogleStandIn(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What makes the real provider ask here, with a token that is none, and nobody else. */
  environment(): Record<string, string> {
    const endpoints = services.flatMap(({ api, version, variables }) =>
      variables.map((name) => [`GOOGLE_${name}_CUSTOM_ENDPOINT`, `${this.url}/${api}/${version}/`]),
    );
    const proxies = ['HTTPS_PROXY', 'HTTP_PROXY'].map((name) => [name, this.url]);
    return {
      ...Object.fromEntries([...endpoints, ...proxies]),
      GOOGLE_OAUTH_ACCESS_TOKEN: 'stand-in',
      NO_PROXY: '127.0.0.1',
    };
  }

  /** One request, as the server takes it. */
  answer(method: string, url: URL, body: unknown): object {
    const [, api = '', ...rest] = decodeURIComponent(url.pathname).split('/');
    const service = services.find((each) => each.api === api);
    // Older providers put the version after an endpoint that has it already.
    const path = rest.join('/').replace(/^(api\/)?((compute|storage|dns)\/)?(v\d(beta\d)?\/)+/, '');
    const found = service && findRoute(this.routes.get(api) as Routes, { method, path });
    if (!service || !found) {
      this.world.strangers.add(`${method} ${api}/${path}`);
      throw notFound(`${method} ${api}/${path} (unknown to the stand-in)`);
    }
    this.mustBeOn(path, service);
    return found.handler({ method, path, at: found.at, query: url.searchParams, body });
  }

  private mustBeOn(path: string, { api }: Service): void {
    const id = /^projects\/([^/:]+)/.exec(path)?.[1];
    if (!id || id === '-') return;
    const project = this.world.project(id);
    if (project.apis.has(api)) return;
    const message = `${api} has not been used in project ${project.number} before or it is disabled.`;
    const type = 'type.googleapis.com/google.rpc.ErrorInfo';
    const details = [
      { '@type': type, reason: 'SERVICE_DISABLED', domain: 'googleapis.com', metadata: { service: api } },
    ];
    throw new GoogleError(403, message, { reason: 'accessNotConfigured', details });
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    const parts: Buffer[] = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      const [status, body] = this.reply(request, Buffer.concat(parts).toString('utf8'));
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    });
  }

  private reply({ method = 'GET', url = '/' }: IncomingMessage, text: string): [number, object] {
    try {
      return [200, this.answer(method, new URL(url, this.url), text ? JSON.parse(text) : {})];
    } catch (error) {
      if (error instanceof GoogleError) return [error.code, error.body];
      this.world.strangers.add(`${method} ${url}: ${(error as Error).stack}`);
      return [501, { error: { code: 501, message: `the stand-in failed: ${(error as Error).message}` } }];
    }
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

/** The provider asks who its token belongs to, for its log, and goes on without an answer. */
const HARMLESS = ['openidconnect.googleapis.com:443'];

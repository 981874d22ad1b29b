import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, pagerDutyAnswer, slackAnswer } from './message-formats';

export const serviceNames = ['pagerduty', 'slack', 'heartbeat'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** What one of them was told. */
export interface Told {
  readonly service: ServiceName;
  /** The secret by which it knows whose message it is. */
  readonly secret: string;
  /** As it was sent; undefined of what has no body. */
  readonly body: any;
  /** Why it was refused, in the service's words. */
  readonly refused?: string;
  readonly at: number;
}

/** Where each answers on the internet: paths of one server here. */
const places: Readonly<Record<ServiceName, { readonly host: string; readonly path: string }>> = {
  pagerduty: { host: 'events.pagerduty.com', path: '/v2/enqueue' },
  slack: { host: 'hooks.slack.com', path: '/services/' },
  heartbeat: { host: 'hc-ping.com', path: '/' },
};

const hex = (bytes: number) => randomBytes(bytes).toString('hex');

/** New secrets, formed as each of them forms its own. */
const newSecret: Readonly<Record<ServiceName, () => string>> = {
  pagerduty: () => hex(16),
  slack: () => `https://${places.slack.host}/services/T${hex(5)}/B${hex(5)}/${hex(12)}`,
  heartbeat: () => `https://${places.heartbeat.host}/${hex(16)}`,
};

/**
 * Services that tell people: they take what the real ones take, answer as these do, and keep it. Plain HTTP on loopback;
 * `places` are for whoever puts TLS in front.
 */
export class MessageServices {
  readonly told: Told[] = [];
  private readonly secrets = new Map<string, ServiceName>();
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      this.answer(request).then(
        ({ status, type, text }) => response.writeHead(status, { 'Content-Type': type }).end(text),
        () => response.destroy(),
      );
    });
  }

  /** Answers where it listens, by host and path. */
  async start(): Promise<{ host: string; path: string; port: number }[]> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    const { port } = this.server.address() as AddressInfo;
    return Object.values(places).map((place) => ({ ...place, port }));
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** What a customer of that service gets: an integration key, or the URL to post to. */
  newSecret(service: ServiceName): string {
    const secret = newSecret[service]();
    this.secrets.set(secret, service);
    return secret;
  }

  private async answer(request: IncomingMessage): Promise<Answer> {
    const text = await textOf(request);
    const { method = '', url: path = '/', headers } = request;
    const asked = { method, text, type: headers['content-type'] ?? '' };
    if (path === places.pagerduty.path) {
      const answer = pagerDutyAnswer(asked, (key) => this.secrets.get(key) === 'pagerduty');
      return this.keep('pagerduty', answer, { text, secret: (body) => body?.routing_key });
    }
    const secret = (service: ServiceName) => `https://${places[service].host}${path}`;
    const isKnown = (service: ServiceName) => this.secrets.get(secret(service)) === service;
    if (path.startsWith(places.slack.path)) {
      return this.keep('slack', slackAnswer(asked, isKnown('slack')), { text, secret: () => secret('slack') });
    }
    const status = isKnown('heartbeat') ? 200 : 404;
    const answer = { status, type: 'text/plain', text: status === 200 ? 'OK' : 'not found' };
    return this.keep('heartbeat', answer, { text, secret: () => secret('heartbeat') });
  }

  private keep(
    service: ServiceName,
    answer: Answer,
    { text, secret }: { text: string; secret: (body: any) => string | undefined },
  ): Answer {
    const body = parsed(text);
    const refused = answer.status < 300 ? undefined : `${answer.status}: ${answer.text}`;
    this.told.push({ service, secret: secret(body) ?? '', body, refused, at: Date.now() });
    return answer;
  }
}

function parsed(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

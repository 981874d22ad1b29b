import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CONTENT_SECURITY_POLICY,
  NOT_FOUND,
  type SiteAddress,
} from '../../../programs/site-builder/site-builder.contract';
import type { BucketInMemory } from '../../programs/site-builder/bucket-in-memory';

/**
 * A bucket as visitors see it. Behind a domain a folder is its page, what is missing is 404.html, and each answer has our
 * policy. At its own address there are objects alone: what is missing is 403 for whoever may not list.
 */
export class SiteServer {
  /** Changes the text of what is served. */
  spoil: ((name: string, text: string) => string) | undefined;
  private readonly server = createServer((incoming, outgoing) => this.answer(incoming, outgoing));

  constructor(
    private readonly bucket: BucketInMemory,
    private readonly address: SiteAddress,
    private readonly name: string,
  ) {}

  /** Start of the URL of the site, without a slash at its end. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return 'domain' in this.address ? origin : `${origin}/${this.name}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private answer({ url = '' }: IncomingMessage, outgoing: ServerResponse): void {
    const path = decodeURIComponent(new URL(url, 'http://site').pathname).slice(1);
    if ('domain' in this.address) {
      const wanted = path === '' || path.endsWith('/') ? `${path}index.html` : path;
      const [status, object] = this.bucket.objects.has(wanted) ? [200, wanted] : [404, NOT_FOUND];
      this.send(outgoing, status, object);
    } else {
      const [first, ...more] = path.split('/');
      const object = more.join('/');
      if (first === this.name && this.bucket.objects.has(object)) this.send(outgoing, 200, object);
      else
        outgoing.writeHead(403, { 'content-type': 'application/xml' }).end('<Error><Code>AccessDenied</Code></Error>');
    }
  }

  private send(outgoing: ServerResponse, status: number, name: string): void {
    const { body, type = '', cacheControl = '' } = this.bucket.objects.get(name)!;
    const policy = 'domain' in this.address ? { 'content-security-policy': CONTENT_SECURITY_POLICY } : {};
    outgoing.writeHead(status, {
      ...{ 'content-type': type, 'cache-control': cacheControl, 'x-content-type-options': 'nosniff' },
      ...policy,
    });
    outgoing.end(this.spoil ? this.spoil(name, body.toString('utf8')) : body);
  }
}

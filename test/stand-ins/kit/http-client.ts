import { request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Whom to believe Node is told by NODE_EXTRA_CA_CERTS. */
const requestTo = (url: string) => (url.startsWith('https:') ? (overHttps as typeof overHttp) : overHttp);

/** One HTTP exchange; fails where nobody answers. Connections are not kept: a restarted server must not surprise. */
export function ask(
  url: string,
  options: { method?: string; body?: string; headers?: Record<string, string>; timeoutMs?: number } = {},
): Promise<Answer> {
  const { method = 'GET', body, headers = {}, timeoutMs } = options;
  return new Promise((resolve, reject) => {
    const outgoing = requestTo(url)(
      url,
      {
        method,
        agent: false,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (part: string) => (text += part));
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text }));
        incoming.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    if (timeoutMs) outgoing.setTimeout(timeoutMs, () => outgoing.destroy(new Error(`timeout: ${url}`)));
    outgoing.end(body);
  });
}

/** The JSON of a 200; anything else is an error. */
export async function askJson<T>(url: string, options: Parameters<typeof ask>[1] = {}): Promise<T> {
  const { status, text } = await ask(url, options);
  if (status !== 200) throw new Error(`${url}: HTTP ${status} ${text.trim().slice(0, 300)}`);
  return JSON.parse(text) as T;
}

/** Calls `each` for every JSON line until the server ends the stream (resolves) or the connection fails (rejects). */
export function follow(
  url: string,
  each: (value: any) => void,
  onOpen: (stop: () => void) => void = () => {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = requestTo(url)(url, { agent: false }, (incoming) => {
      if (incoming.statusCode !== 200) {
        reject(new Error(`${url}: HTTP ${incoming.statusCode}`));
        outgoing.destroy();
        return;
      }
      let text = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (part: string) => {
        const lines = (text + part).split('\n');
        text = lines.pop() ?? '';
        for (const line of lines.filter((each) => each !== '')) each(JSON.parse(line));
      });
      incoming.on('end', resolve);
      incoming.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end();
    onOpen(() => outgoing.destroy(new Error('stopped')));
  });
}

import { request } from 'node:http';

/** From outside the pods, as a program of this machine; each time by a connection of its own, as Services spread these. */
export function textAt(url: string, timeout = 10_000): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request(url, { agent: false, timeout }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => (text += part));
      response.on('end', () => resolve(text));
    });
    call.on('timeout', () => call.destroy(new Error(`${url}: no answer`)));
    call.on('error', reject);
    call.end();
  });
}

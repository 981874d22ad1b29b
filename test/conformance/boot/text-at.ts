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

/** The value of a metric in Prometheus' text; labels are part of the name, or left out altogether. */
export function sample(text: string, name: string): number {
  const line = text.split('\n').find((each) => each.startsWith(`${name} `) || each.startsWith(`${name}{`));
  if (line === undefined) throw new Error(`no metric ${name}`);
  return Number(line.slice(line.lastIndexOf(' ') + 1));
}

import { ask } from '../../stand-ins/kit/http-client';

/** Label names by metric, as somebody tells them: what has no labels has none. */
export type Shapes = ReadonlyMap<string, readonly string[]>;

/** One series, in the text format 0.0.4. */
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="(?:[^"\\]|\\.)*"/g;

export async function scraped(url: string): Promise<string> {
  const { status, text } = await ask(url);
  if (status !== 200) throw new Error(`${url}: it answered ${status}`);
  return text;
}

/** Of all series of a text; those of one metric must have the same labels. Throws at a line that is none of a metric's. */
export function shapesIn(text: string): Shapes {
  const shapes = new Map<string, readonly string[]>();
  for (const line of text.split('\n').filter((each) => each !== '' && !each.startsWith('#'))) {
    const [, name, labels = ''] = SAMPLE.exec(line) ?? [];
    if (name === undefined) throw new Error(`not a metric: ${line}`);
    const names = [...labels.matchAll(LABEL)].map(([, label = '']) => label).sort();
    const before = shapes.get(name);
    if (before && before.join() !== names.join()) throw new Error(`${name} has {${before}} and {${names}}`);
    shapes.set(name, names);
  }
  return shapes;
}

/** The value of the first series with all of these labels. */
export function valueIn(text: string, name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
  const wanted = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
  const line = text
    .split('\n')
    .find((each) => SAMPLE.exec(each)?.[1] === name && wanted.every((pair) => each.includes(pair)));
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ')));
}

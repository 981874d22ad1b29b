import { type Asked, ask } from '../runtime/ask-http';

const TIMEOUT_MS = 30_000;
/** Answers with a line for each of a baker's delegators. */
const MOST_BYTES = 64 * 1024 * 1024;

/** The JSON that is answered; undefined for 404. Throws for everything else. */
export async function find(whom: Asked, path: string): Promise<unknown> {
  const { status, text } = await asked(whom, { method: 'GET', path });
  if (status === 404) return undefined;
  if (status !== 200) throw new Error(`${path}: it answered ${status}`);
  return JSON.parse(text);
}

/** The same; throws if there is no such thing. */
export async function get(whom: Asked, path: string): Promise<unknown> {
  const found = await find(whom, path);
  if (found === undefined) throw new Error(`${path}: it answered 404`);
  return found;
}

/** The JSON that is answered, whatever the status is. */
export async function post(whom: Asked, path: string, json: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const { text } = await asked(whom, { method: 'POST', path, body: JSON.stringify(json), headers });
  return JSON.parse(text);
}

async function asked(
  whom: Asked,
  question: { method: 'GET' | 'POST'; path: string; body?: string; headers?: Record<string, string> },
) {
  const more = { timeoutMs: TIMEOUT_MS, mostBytes: MOST_BYTES };
  return ask(whom, { ...question, ...more }).catch((error: Error) => {
    throw new Error(`${question.path}: ${error.message}`);
  });
}

import { ask } from '../runtime/ask-http';

/** For one question, of whoever is asked. */
export const TIMEOUT_MS = 30_000;
/** Answers with a line for each of a baker's delegators. */
export const MOST_BYTES = 64 * 1024 * 1024;

/** The JSON that is answered, whatever the status is. */
export async function post(url: string, path: string, json: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const question = { method: 'POST', path, headers, timeoutMs: TIMEOUT_MS, mostBytes: MOST_BYTES } as const;
  const { text } = await ask({ url }, { ...question, body: JSON.stringify(json) }).catch((error: Error) => {
    throw new Error(`${path}: ${error.message}`);
  });
  return JSON.parse(text);
}

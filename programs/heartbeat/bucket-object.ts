import { type Answer, ask } from '../runtime/ask-http';
import { type GoogleUrls, uploadPath } from '../runtime/google-hosts';
import { accessToken } from '../runtime/google-token';
import { Missed } from './missed';

/** For one question. */
const PATIENCE_MS = 10_000;

/** Where the object goes, and who takes it there. */
export interface Target {
  readonly google: GoogleUrls;
  readonly bucket: string;
  readonly name: string;
}

/** Writes the object, over the one that is there. Throws Missed. */
export async function writeObject({ google, bucket, name }: Target, text: string): Promise<void> {
  const token = await accessToken(google.metadata).catch((error: Error) => {
    throw new Missed('token', error.message);
  });
  const path = uploadPath(bucket, 'media', { name });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const question = { method: 'POST', path, headers, body: text, timeoutMs: PATIENCE_MS } as const;
  const answer = await ask({ url: google.storage }, question).catch((error: Error) => {
    throw new Missed('bucket', `Cloud Storage does not answer: ${error.message}`);
  });
  if (answer.status !== 200) throw new Missed('bucket', `Cloud Storage answers ${answer.status}: ${wordsOf(answer)}`);
}

/** What Google says is wrong (`error.message` in the answers of all of its APIs), or what stands there instead. */
function wordsOf(answer: Answer): string {
  const { error } = jsonOf(answer) ?? {};
  const message = (error as { message?: unknown } | undefined)?.message;
  return (typeof message === 'string' ? message : answer.text).slice(0, 300);
}

function jsonOf({ text }: Answer): Readonly<Record<string, unknown>> | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null ? (json as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

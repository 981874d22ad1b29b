import { type Answer, ask } from '../runtime/ask-http';
import type { MissReason } from './heartbeat.contract';
import { Missed } from './missed';

/** For one question: GKE's metadata server takes seconds for the first token of a pod. */
const PATIENCE_MS = 10_000;

/** Where the object goes, and who takes it there. */
export interface Target {
  readonly metadata: string;
  readonly storage: string;
  readonly bucket: string;
  readonly name: string;
}

/** Writes the object, over the one that is there. Throws Missed. */
export async function writeObject({ metadata, storage, bucket, name }: Target, text: string): Promise<void> {
  const token = await accessToken(metadata);
  // A simple upload (Cloud Storage JSON API, Objects: insert).
  const path = `/upload/storage/v1/b/${encodeURIComponent(bucket)}/o?uploadType=media&name=${encodeURIComponent(name)}`;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const question = { method: 'POST', path, headers, body: text, timeoutMs: PATIENCE_MS } as const;
  const answer = await ask({ url: storage }, question).catch(missed('bucket', 'Cloud Storage'));
  if (answer.status !== 200) throw new Missed('bucket', `Cloud Storage answers ${answer.status}: ${wordsOf(answer)}`);
}

/**
 * A token of the pod's Google service account, for some minutes at least: GKE asks anew before it ends (GKE, "About
 * Workload Identity Federation": the metadata server).
 */
async function accessToken(metadata: string): Promise<string> {
  const path = '/computeMetadata/v1/instance/service-accounts/default/token';
  const question = { method: 'GET', path, headers: { 'metadata-flavor': 'Google' }, timeoutMs: PATIENCE_MS } as const;
  const answer = await ask({ url: metadata }, question).catch(missed('token', 'The metadata server'));
  const token = jsonOf(answer)?.access_token;
  if (answer.status === 200 && typeof token === 'string' && token !== '') return token;
  throw new Missed('token', `The metadata server answers ${answer.status} and no token`); // never what it says: it may be one
}

function missed(reason: MissReason, who: string): (error: Error) => never {
  return (error) => {
    throw new Missed(reason, `${who} does not answer: ${error.message}`);
  };
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

import { ask } from './ask-http';

/** GKE's metadata server takes seconds for the first token of a pod. */
const PATIENCE_MS = 10_000;
const PATH = '/computeMetadata/v1/instance/service-accounts/default/token';

/**
 * A token of the pod's Google service account, for some minutes at least: GKE keeps one, and asks anew before it ends
 * (GKE, "About Workload Identity Federation": the metadata server). `metadata`: start of that server's URL. Throws, and
 * never says what it was answered: it may be one.
 */
export async function accessToken(metadata: string): Promise<string> {
  const question = {
    method: 'GET',
    path: PATH,
    headers: { 'metadata-flavor': 'Google' },
    timeoutMs: PATIENCE_MS,
  } as const;
  const { status, text } = await ask({ url: metadata }, question).catch((error: Error) => {
    throw new Error(`The metadata server does not answer: ${error.message}`);
  });
  const token = tokenIn(text);
  if (status !== 200 || !token) throw new Error(`The metadata server answers ${status} and no token`);
  return token;
}

function tokenIn(text: string): string | undefined {
  try {
    const { access_token } = JSON.parse(text) as { access_token?: unknown };
    return typeof access_token === 'string' ? access_token : undefined;
  } catch {
    return undefined;
  }
}

import type { IncomingHttpHeaders } from 'node:http';
import type { Epoch } from './epoch';
import type { GuardMessage } from './guard-message';

/** A message of a guard as it goes over HTTP: method, path and body are the request's, the rest stands in headers. */
export interface SignedMessage {
  readonly message: GuardMessage;
  readonly signature: string;
}

export function headersOf({ message, signature }: SignedMessage): Record<string, string> {
  const { epoch, session, counter, signer } = message;
  return {
    'content-type': 'application/json',
    'guard-epoch': `${epoch.number}.${epoch.bits}`,
    'guard-session': session,
    'guard-counter': `${counter}`,
    'guard-signer': signer,
    'guard-signature': signature,
  };
}

/** The message of a request; undefined if it carries none. Whether it is signed is for the reader to find out. */
export function messageOf(
  request: { readonly path: string; readonly body: string },
  headers: IncomingHttpHeaders,
): SignedMessage | undefined {
  const text = (name: string) => (typeof headers[name] === 'string' ? (headers[name] as string) : undefined);
  const epoch = epochOf(text('guard-epoch') ?? '');
  const session = text('guard-session');
  const counter = text('guard-counter') ?? '';
  const signer = text('guard-signer');
  const signature = text('guard-signature');
  if (!epoch || session === undefined || signer === undefined || signature === undefined) return undefined;
  if (!COUNTER.test(counter)) return undefined;
  const { path, body } = request;
  return { message: { epoch, session, counter: Number(counter), signer, method: 'POST', path, body }, signature };
}

/** Small enough to be exact. */
const COUNTER = /^\d{1,15}$/;
const EPOCH = /^(\d{1,15})\.([0-9a-f]{32})$/;

function epochOf(text: string): Epoch | undefined {
  const [, number, bits] = EPOCH.exec(text) ?? [];
  return number === undefined ? undefined : { number: Number(number), bits };
}

import { request } from 'node:http';

/** What a baker hears. */
export interface Heard {
  /** 0: nothing, the line broke or nobody is there. */
  readonly status: number;
  readonly text: string;
  readonly signature?: string;
  /** From the first byte to the end of the answer. */
  readonly ms: number;
}

export interface Question {
  /** On loopback. */
  readonly port?: number;
  readonly socket?: string;
  readonly path: string;
  readonly body?: string;
  /** The request has been written. */
  readonly onWritten?: () => void;
  readonly timeoutMs?: number;
}

/** Asks a signer as octez-baker does: over a connection of its own, and never twice. */
export function askSigner({ port, socket, path, body, onWritten, timeoutMs = 5000 }: Question): Promise<Heard> {
  const startMs = performance.now();
  return new Promise((resolve) => {
    const end = (status: number, text: string) => {
      clearTimeout(timer);
      resolve({
        status,
        text,
        signature: status === 200 ? signatureIn(text) : undefined,
        ms: performance.now() - startMs,
      });
      outgoing.destroy();
    };
    const method = body === undefined ? 'GET' : 'POST';
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const outgoing = request({
      ...(socket ? { socketPath: socket } : { host: '127.0.0.1', port }),
      path,
      method,
      headers,
      agent: false,
    });
    const timer = setTimeout(() => end(0, 'nobody has answered'), timeoutMs);
    outgoing.on('error', (error) => end(0, error.message));
    outgoing.on('finish', () => onWritten?.());
    outgoing.on('response', (incoming) => {
      let text = '';
      incoming.on('data', (part) => (text += part));
      incoming.on('error', (error) => end(0, error.message));
      incoming.on('end', () => end(incoming.statusCode ?? 0, text));
    });
    outgoing.end(body);
  });
}

function signatureIn(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { signature?: string }).signature;
  } catch {
    return undefined;
  }
}

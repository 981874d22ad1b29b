import { connect } from 'node:net';
import { ask, NotSent, TimedOut } from '../runtime/ask-http';
import { type Problem, problemOf } from './unfit';

/** Devices of tz4 keys are at the end of a USB cable that looks like a network: they answer in a millisecond. */
const ANSWER_MS = 300;

/**
 * What is wrong with a device that speaks Octez' socket protocol (russignol: `tcp://host:port/<address>`). It is
 * connected to and nothing more: its port is closed until a person has unlocked it.
 */
export function tcpProblem(url: URL): Promise<Problem | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: url.hostname, port: Number(url.port) });
    const end = (problem?: Problem) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(problem);
    };
    const timer = setTimeout(() => end(problemOf('absent')), ANSWER_MS);
    socket.on('connect', () => end());
    socket.on('error', ({ code }: NodeJS.ErrnoException) =>
      end(code === 'ECONNREFUSED' ? problemOf('locked', 'its port is closed') : problemOf('absent')),
    );
  });
}

/** What is wrong with a device whose own program speaks as octez-signer does (tezsign: `http://host:port/<address>`). */
export async function httpProblem(url: URL, key: string): Promise<Problem | undefined> {
  const base = `${url.origin}${url.pathname.replace(/\/?[^/]*$/, '')}`;
  try {
    const { status } = await ask({ url: base }, { method: 'GET', path: `/keys/${key}`, timeoutMs: ANSWER_MS });
    if (status === 200) return undefined;
    if (status === 403) return problemOf('locked');
    if (status === 404) return { reason: 'unknown key', text: 'the device does not know the key' };
    return problemOf('trouble', `it answers ${status}`);
  } catch (error) {
    if (error instanceof NotSent) return problemOf('absent', 'its program does not run');
    return error instanceof TimedOut ? problemOf('hangs') : problemOf('trouble', (error as Error).message);
  }
}

import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentConfig } from '../../programs/agent/agent.contract';
import { ask } from '../../programs/runtime/ask-http';
import type { Epoch } from '../../programs/runtime/epoch';
import { type GuardMessage, signedText } from '../../programs/runtime/guard-message';
import { headersOf } from '../../programs/runtime/message-headers';
import { publicHalf, signerWith } from '../../programs/runtime/message-key';
import { type Handler, serve } from '../../programs/runtime/serve-http';
import { encode, PREFIX } from '../stand-ins/kit/base58';
import { madeSecretKey } from '../stand-ins/kit/secret-keys';
import { SignerHttp } from '../stand-ins/signer/signer-http';
import { afterwards, temporaryFolder } from './temporary';

/** What the machines at home and the guard share in these tests. */
export const GUARD_PEM = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
export const CHAIN = encode(PREFIX.chainId, Buffer.from('7a06a770', 'hex'));
export const key = madeSecretKey('of these tests');
export const otherKey = madeSecretKey('another one');

export interface StandIn {
  readonly url: string;
  readonly folder: string;
}

/** octez-signer with the keys; it keeps marks. */
export async function octezSigner(keys = [key, otherKey]): Promise<StandIn> {
  const folder = temporaryFolder();
  const http = new SignerHttp({
    baseDir: folder,
    readKeys: () =>
      keys.map(({ address, publicKey, secretKey }) => ({
        alias: address,
        address,
        publicKey,
        secretKey: `unencrypted:${secretKey}`,
      })),
    magicBytes: [0x11, 0x12, 0x13],
    checksMarks: true,
    listsKeys: false,
    provesPossession: false,
    requiresAuthentication: false,
    maxVersion: 3,
  });
  const { server, port } = await http.listen({ host: '127.0.0.1', port: 0 });
  afterwards(() => server.closeAllConnections());
  afterwards(() => server.close());
  return { url: `http://127.0.0.1:${port}`, folder };
}

/** A program that answers instead of it. */
export async function insteadOfIt(handler: Handler): Promise<StandIn> {
  const { port, close } = await serve(
    { port: 0, host: '127.0.0.1' },
    (request) => (request.method === 'GET' ? { status: 200, json: {} } : handler(request)),
    () => {},
  );
  afterwards(close);
  return { url: `http://127.0.0.1:${port}`, folder: temporaryFolder() };
}

export function agentConfig({ url, folder }: StandIn, more: Partial<AgentConfig> = {}): AgentConfig {
  const own = temporaryFolder();
  for (const name of ['state', 'run']) mkdirSync(join(own, name));
  return {
    signer: 'left',
    guardKey: publicHalf(GUARD_PEM),
    listen: { socket: join(own, 's') },
    octezSigner: url,
    octezSignerFolder: folder,
    chainId: CHAIN,
    keys: [key.address, otherKey.address],
    stateFolder: join(own, 'state'),
    runFolder: join(own, 'run'),
    budgetMs: 2000,
    deviceLimitMs: 5000,
    ...more,
  };
}

export function epochOf(number: number, bits = 'a'): Epoch {
  return { number, bits: bits.repeat(32) };
}

/** Says to an agent what a guard would say; the answer's status, and its JSON if it is some. */
export async function say(
  config: AgentConfig,
  message: Partial<GuardMessage>,
  pem = GUARD_PEM,
): Promise<[number, any]> {
  const whole: GuardMessage = {
    epoch: epochOf(1),
    session: '',
    counter: 1,
    signer: config.signer,
    method: 'POST',
    path: '/epoch',
    body: '',
    ...message,
  };
  const headers = headersOf({ message: whole, signature: signerWith(pem)(signedText(whole)) });
  const { path, body } = whole;
  const { status, text } = await ask(placeOf(config), { method: 'POST', path, body, headers, timeoutMs: 5000 });
  return [status, text.startsWith('{') ? JSON.parse(text) : text];
}

export async function statusOf(config: AgentConfig): Promise<any> {
  return JSON.parse((await ask(placeOf(config), { method: 'GET', path: '/status', timeoutMs: 5000 })).text);
}

function placeOf({ listen }: AgentConfig) {
  return 'socket' in listen ? listen : { url: `http://127.0.0.1:${listen.port}` };
}

import { decode, encode, PREFIX } from '../kit/base58';
import { blake2b } from '../kit/blake2b';
import { type Flags, parseCobra } from '../kit/command-line';
import { askJson } from '../kit/http-client';
import { ok, parseAddress, type Reply, type Request, serve } from '../kit/http-server';
import { type ManagerOperation, parseManager } from '../kit/manager-bytes';
import { Exit, endOnSignals, forever, type Program, say } from '../kit/program';
import { pseudoKey } from '../kit/secret-keys';
import { type KmsVault, readSignatoryConfig, type SignatoryConfig } from './vault-config';

const GLOBAL: Flags = {
  ...{ '--config': 'value', '--base-dir': 'value', '--log': 'value' },
  '--json-log': 'switch',
};

/** What begins so is an operation of a manager, for one. */
const GENERIC = 0x03;

/** A key of a vault, by its address. */
interface VaultKey {
  readonly name: string;
  readonly publicKey: string;
}

/** Signatory 1.4 as far as wallets in Cloud KMS need it: `serve`. Every error is code 1. */
export const signatoryProgram: Program = async ({ words }) => {
  const aliases = { '-c': '--config' };
  const parsed = parseCobra('signatory', words, {
    global: GLOBAL,
    commands: { serve: { '--no-list': 'switch' } },
    aliases,
  });
  if (parsed?.command !== 'serve') throw new Exit(1, 'Error: the stand-in serves, and nothing else');
  const config = readSignatoryConfig(parsed.options.value('--config') ?? '/etc/signatory.yaml');
  const keys = new Map<string, VaultKey>();
  for (const vault of config.vaults) for (const key of await keysOf(vault)) keys.set(addressOf(key.publicKey), key);
  await serve(parseAddress(config.address, 6732), (request) => answer(request, config, keys));
  await serve(parseAddress(config.utilityAddress, 9583), ({ path }) =>
    path === '/healthz' ? ok({}) : { status: 404, text: '404 page not found' },
  );
  endOnSignals(async () => {});
  say(`HTTP server is listening for connections on ${config.address}: HTTP requests`);
  return forever();
};

/** All keys of a ring, asked once at the start, by who the pod is. In a form of our own: the real one speaks gRPC. */
async function keysOf({ project, location, key_ring }: KmsVault): Promise<readonly VaultKey[]> {
  const hosts = { metadata: process.env.GCE_METADATA_HOST, kms: process.env.STAND_IN_CLOUD_KMS };
  const metadata = `http://${hosts.metadata ?? 'metadata.google.internal'}`;
  const path = '/computeMetadata/v1/instance/service-accounts/default/token';
  const ring = `projects/${project}/locations/${location}/keyRings/${key_ring}`;
  try {
    const { access_token } = await askJson<{ access_token: string }>(`${metadata}${path}`, {
      headers: { 'metadata-flavor': 'Google' },
      timeoutMs: 10_000,
    });
    const url = `${hosts.kms ?? 'https://cloudkms.googleapis.com'}/v1/${ring}/cryptoKeys`;
    const options = { headers: { authorization: `Bearer ${access_token}` }, timeoutMs: 10_000 };
    return (await askJson<{ cryptoKeys?: VaultKey[] }>(url, options)).cryptoKeys ?? [];
  } catch (error) {
    throw new Exit(1, `Error: (CloudKMS/${ring}): ${(error as Error).message}`);
  }
}

const addressOf = (publicKey: string) => encode(PREFIX.tz3, blake2b(decode(PREFIX.p2pk, publicKey), 20));

/** pkg/server/server.go. */
function answer({ method, path, body }: Request, config: SignatoryConfig, keys: ReadonlyMap<string, VaultKey>): Reply {
  if (method === 'GET' && path === '/authorized_keys') return ok({});
  const [, address] = /^\/keys\/(tz[1-4][1-9A-HJ-NP-Za-km-z]{33})$/.exec(path) ?? [];
  if (address === undefined) return { status: 404, text: '404 page not found' };
  const key = keys.get(address);
  if (method === 'GET') return key ? ok({ public_key: key.publicKey }) : failed(404, 'this key not found in any vault');
  if (method !== 'POST') return { status: 405, text: '' };
  const allowed = config.allowed.get(address);
  if (!allowed) return failed(403, `${address} is not listed in config`);
  const bytes = bytesIn(body);
  const kinds = bytes && kindsIn(bytes);
  if (!kinds) return failed(400, 'the body is no request that can be read');
  const forbidden = kinds.find((kind) => !allowed.includes(kind));
  if (forbidden) return failed(403, `operation \`${forbidden}' is not allowed`);
  if (!key) return failed(404, 'this key not found in any vault');
  return ok({ signature: pseudoKey('tz3', key.name).sign(bytes) });
}

const failed = (status: number, msg: string): Reply => ({ status, json: [{ id: 'failure', kind: 'temporary', msg }] });

/** A JSON string of hexadecimal digits. */
function bytesIn(body: string): Buffer | undefined {
  const [, hex] = /^\s*"((?:[0-9a-f]{2})+)"\s*$/i.exec(body) ?? [];
  return hex === undefined ? undefined : Buffer.from(hex, 'hex');
}

/** Of a generic operation; undefined: it is something else, or cannot be read. */
function kindsIn(bytes: Buffer): ManagerOperation['contents'][number]['kind'][] | undefined {
  if (bytes[0] !== GENERIC) return undefined;
  try {
    return parseManager(Buffer.concat([bytes.subarray(1), Buffer.alloc(64)]), true).contents.map(({ kind }) => kind);
  } catch {
    return undefined;
  }
}

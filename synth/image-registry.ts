import { createHash } from 'node:crypto';
import type { UpstreamImage } from '../model/images';
import { Refusal } from './refusal';

/** Asked for, or an old registry answers with a form that has another digest. */
const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

const TIMEOUT_MS = 30_000;

/** Where a registry's API answers: `https://ghcr.io`. */
export type Home = (registry: string) => string;

/** Docker Hub's API has a name of its own. */
export const homeOf: Home = (registry) =>
  registry === 'docker.io' ? 'https://registry-1.docker.io' : `https://${registry}`;

/**
 * The digest that a registry has for a tag at this moment (`sha256:...`): of the list of all architectures where there is
 * one. Asks as anybody may, without a password, by the token that the registry's own challenge leads to (OCI distribution
 * specification; Docker's "token authentication"). Throws a Refusal that names the image.
 */
export async function digestOf(image: UpstreamImage, home: Home = homeOf): Promise<string> {
  const { registry, repository, tag, name } = image;
  const url = `${home(registry)}/v2/${repository}/manifests/${tag}`;
  const accept = { accept: manifestTypes.join(', ') };
  let answer = await ask(url, accept, name);
  if (answer.status === 401) {
    const token = await tokenFor(image, answer.headers.get('www-authenticate') ?? '', url);
    answer = await ask(url, { ...accept, authorization: `Bearer ${token}` }, name);
  }
  if (answer.status === 404) throw new Refusal(`${name} does not exist`);
  if (!answer.ok) throw new Refusal(`${name}: the registry answers with status ${answer.status}; try again later`);
  const content = Buffer.from(await answer.arrayBuffer());
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
  const said = answer.headers.get('docker-content-digest') ?? digest;
  if (said !== digest)
    throw new Refusal(`${name}: the registry says ${said} and sends ${digest}; try again, or ask why`);
  return digest;
}

/** `Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:tezos/tezos:pull"` */
async function tokenFor({ name, repository }: UpstreamImage, challenge: string, asked: string): Promise<string> {
  const said = Object.fromEntries([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]));
  const realm = URL.canParse(said.realm ?? '') ? new URL(said.realm) : undefined;
  if (!/^bearer /i.test(challenge) || realm?.protocol !== new URL(asked).protocol)
    throw new Refusal(`${name}: the registry wants a password (${challenge || 'it does not say how'})`);
  if (said.service) realm.searchParams.set('service', said.service);
  realm.searchParams.set('scope', `repository:${repository}:pull`);
  const answer = await ask(realm.href, {}, name);
  const { token, access_token } = answer.ok ? ((await answer.json()) as Record<string, unknown>) : {};
  const word = token ?? access_token;
  if (typeof word !== 'string' || word === '')
    throw new Refusal(`${name}: ${realm.host} gives no token (${answer.status})`);
  return word;
}

async function ask(url: string, headers: Record<string, string>, name: string): Promise<Response> {
  try {
    return await fetch(url, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    const { cause, message } = error as Error & { cause?: { code?: string } };
    throw new Refusal(`${name}: ${new URL(url).host} cannot be reached (${cause?.code ?? message})`);
  }
}

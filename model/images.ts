import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils';
import { parse } from 'yaml';
import type { Bakery } from './bakery';
import { mirrorRepository, ownRepository, registryPath } from './google/names';
import imagesText from './images.yaml';
import type { OctezRelease } from './tezos/octez';

interface ImagesFile {
  readonly images: Readonly<
    Record<string, { readonly registry: string; readonly repository: string; readonly tag?: string }>
  >;
  /** `registry/repository:tag` -> `sha256:...` */
  readonly digests: Readonly<Record<string, string>>;
}

const file = parse(imagesText) as ImagesFile;

/** Programs whose releases follow no line of a bakery file. */
type FixedImage = 'node' | 'signatory' | 'prometheus' | 'alertmanager' | 'kube-state-metrics' | 'tezpay';

/** An image where it comes from. */
export interface UpstreamImage {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  /** `docker.io/tezos/tezos:octez-v25.2`, as images.yaml calls it. */
  readonly name: string;
  /** `sha256:...`, where images.yaml pins it. */
  readonly digest?: string;
  /** The section of the bakery file for which it runs. */
  readonly setting: string;
}

/** Upstream registries that images come from; each gets a mirror in the bakery's own project. */
export const registries: readonly string[] = [
  ...new Set(Object.values(file.images).map(({ registry }) => registry)),
].sort();

/** The image of an Octez release, pulled through the project's mirror: a fail-over must not wait for an anonymous rate limit. */
export function octezImage(bakery: Bakery, release: OctezRelease): string {
  return reference(bakery, upstream('octez', release.imageTag));
}

/** The image of a program that images.yaml pins to one tag. */
export function fixedImage(bakery: Bakery, name: FixedImage): string {
  return reference(bakery, upstream(name, tagOf(name)));
}

/** An image that is built from a folder of this project; its tag says of what. */
export function ownImage(bakery: Bakery, name: string, dockerfile: string): string {
  const hash = bytesToHex(sha256(utf8ToBytes(dockerfile))).slice(0, 16);
  return `${registryPath(bakery, ownRepository(bakery.name))}/${name}:${hash}`;
}

/** Every image that the bakery runs, each once, by name; those that are built from this project are left out. */
export function imagesOf(bakery: Bakery): UpstreamImage[] {
  const { releases, sentries, settings } = bakery;
  const run = [
    releases.node,
    releases.baker,
    ...sentries.map((sentry) => bakery.sentryRelease(sentry)),
    ...(settings.custody.hot || holdsWallets(bakery, 'hot') ? [releases.signer] : []),
  ];
  const { kms } = settings.custody;
  const watching = ['prometheus', 'alertmanager', 'kube-state-metrics'] as const;
  const others: FixedImage[] = [
    'node', // the chain-exporter, the heartbeat and the guards
    ...(kms || holdsWallets(bakery, 'kms') ? ['signatory' as const] : []),
    ...(bakery.has('payouts') && settings.payouts?.tezpay ? ['tezpay' as const] : []),
    ...(settings.monitoring.own ? watching : []),
  ];
  const octez = [...new Set(run.map(({ imageTag }) => imageTag))].map((tag) => upstream('octez', tag));
  const forWallets = { signatory: !kms && holdsWallets(bakery, 'kms') } as Partial<Record<FixedImage, boolean>>;
  const fixed = others.map((name) => {
    return { ...upstream(name, tagOf(name)), ...(forWallets[name] ? { setting: 'payouts' } : {}) };
  });
  const all = [...octez, ...fixed];
  return all.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Whether the keys of its wallets lie there. */
function holdsWallets(bakery: Bakery, custody: 'kms' | 'hot'): boolean {
  return bakery.has('payouts') && bakery.payouts?.section.custody[custody] !== undefined;
}

/** The sections for which images run; the others are for monitoring. */
const settingsOf: Readonly<Record<string, string>> = {
  octez: 'octez',
  node: 'custody',
  signatory: 'custody',
  tezpay: 'payouts',
};

function tagOf(image: FixedImage): string {
  const { tag } = file.images[image];
  if (!tag) throw new Error(`model/images.yaml names no tag of ${image}`);
  return tag;
}

function upstream(image: string, release?: string): UpstreamImage {
  const { registry, repository, tag = release as string } = file.images[image];
  const name = `${registry}/${repository}:${tag}`;
  const setting = settingsOf[image] ?? 'monitoring';
  return { registry, repository, tag, name, digest: file.digests[name], setting };
}

function reference(bakery: Bakery, { registry, repository, tag, digest }: UpstreamImage): string {
  const path = `${registryPath(bakery, mirrorRepository(bakery.name, registry))}/${repository}:${tag}`;
  return digest ? `${path}@${digest}` : path;
}

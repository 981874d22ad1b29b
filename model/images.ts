import { parse } from 'yaml';
import type { Bakery } from './bakery';
import { mirrorRepository, registryPath } from './google/names';
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

/** Upstream registries that images come from; each gets a mirror in the bakery's own project. */
export const registries: readonly string[] = [
  ...new Set(Object.values(file.images).map(({ registry }) => registry)),
].sort();

/** The image of an Octez release, pulled through the project's mirror: a fail-over must not wait for an anonymous rate limit. */
export function octezImage(bakery: Bakery, release: OctezRelease): string {
  return reference(bakery, 'octez', release.imageTag);
}

function reference(bakery: Bakery, name: string, tag: string): string {
  const { registry, repository } = file.images[name];
  const digest = file.digests[`${registry}/${repository}:${tag}`];
  const path = `${registryPath(bakery, mirrorRepository(bakery.name, registry))}/${repository}:${tag}`;
  return digest ? `${path}@${digest}` : path;
}

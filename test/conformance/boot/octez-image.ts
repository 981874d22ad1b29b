import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tools } from '../tools/tools';
import { standInAuthority } from './certificates';
import { debianBase } from './debian-base';
import { builtImage } from './image-builder';

type StandIn = typeof import('../../stand-ins/build');

/** Packages of the base: busybox' sh as in Alpine, what Node is linked against, and a wget that can speak TLS. */
const packages = ['busybox', 'ca-certificates', 'libstdc++6', 'wget'];

/** Bundled from where it lies, as it finds its sources by its own place. */
export function standInOf(checkout: string): StandIn {
  return require(join(checkout, 'bin', 'bundle.cjs')).load('test/stand-ins/build.ts');
}

export interface StandInImage {
  /** The checkout. */
  readonly root: string;
  /** The release that it imitates. */
  readonly version: string;
  readonly names: readonly string[];
}

/** The image of test/stand-ins/image/Dockerfile; answers a docker-archive. */
export async function standInImage(tools: Tools, { root: checkout, version, names }: StandInImage): Promise<string> {
  const { certificate } = await standInAuthority();
  const files = standInOf(checkout).standInImageFiles(version);
  const folder = join(checkout, 'test/stand-ins/image');
  const context = new Map([
    ['authority.crt', { text: readFileSync(certificate, 'utf8'), mode: 0o644 }],
    ['wget', { text: readFileSync(join(folder, 'wget'), 'utf8'), mode: 0o755 }],
    ...files.map(({ path, ...file }) => [`files/${version}${path}`, file] as const),
  ]);
  const text = readFileSync(join(folder, 'Dockerfile'), 'utf8');
  const base = await debianBase(tools, { suite: 'bookworm', packages, withNode: true });
  return builtImage({ name: version, text, base, given: { VERSION: version }, context, names });
}

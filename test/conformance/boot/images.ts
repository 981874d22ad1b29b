import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { cached } from '../tools/cache';
import { mustRun } from '../tools/run';
import type { Tools } from '../tools/tools';
import { standInAuthority } from './certificates';

type StandIn = typeof import('../stand-in/build');

/** What a container of an image starts from. */
export interface ImageConfig {
  readonly User?: string;
  readonly WorkingDir?: string;
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[];
}

export const pauseImage = 'tezos-bakery.test/pause:1';

/** Packages of the base: busybox' sh as in Alpine, what Node is linked against, and a wget that can speak TLS. */
const basePackages = ['busybox', 'ca-certificates', 'libstdc++6', 'wget'];
/** Nobody reads them in a container. */
const ballast = ['var/cache/apt', 'var/lib/apt/lists', 'usr/share/doc', 'usr/share/man', 'usr/share/locale'];

/** Debian and the Node of this run, as one layer. */
async function baseLayer(tools: Tools): Promise<string> {
  const debootstrap = await tools.debian('debootstrap', 'debootstrap');
  const folder = await cached(`boot-base-${process.version}-${basePackages.join('-')}`, async (draft) => {
    const root = join(draft, 'root');
    const words = ['--variant=minbase', `--include=${basePackages.join(',')}`, 'bookworm', root];
    await mustRun(debootstrap, words);
    for (const path of ballast) rmSync(join(root, path), { recursive: true, force: true });
    copyFileSync(process.execPath, join(root, 'usr/bin/node'));
    await mustRun('tar', ['-C', root, '-cf', join(draft, 'layer.tar'), '.']);
    rmSync(root, { recursive: true });
  });
  return join(folder, 'layer.tar');
}

/** Bundled from where it lies, as it finds its sources by its own place. */
export function standInOf(checkout: string): StandIn {
  return require(join(checkout, 'bin', 'bundle.cjs')).load('test/conformance/stand-in/build.ts');
}

export interface StandInImage {
  /** The checkout. */
  readonly root: string;
  /** The release that it imitates. */
  readonly version: string;
  readonly names: readonly string[];
}

/** The image of stand-in/image/Dockerfile, under the names that the manifests use; answers a docker-archive. */
export async function standInImage(tools: Tools, { root: checkout, version, names }: StandInImage): Promise<string> {
  const base = await baseLayer(tools);
  const standIn = standInOf(checkout);
  const files = standIn.standInImageFiles(version);
  const { certificate: authority } = await standInAuthority();
  const key = createHash('sha256')
    .update(JSON.stringify([files, names, base, readFileSync(authority, 'utf8')]))
    .digest('hex')
    .slice(0, 16);
  const folder = await cached(`boot-stand-in-${version}-${key}`, async (draft) => {
    const root = join(draft, 'root');
    for (const { path, text, mode } of files) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text, { mode });
    }
    await dockerfileSteps(root, { base, authority, user: standIn.standInUser });
    const layer = join(draft, 'layer.tar');
    await mustRun('tar', ['-C', root, '-cf', layer, '.']);
    rmSync(root, { recursive: true });
    await archive(draft, { layers: [base, layer], config: standIn.standInImageConfig, names });
    rmSync(layer);
  });
  return join(folder, 'image.tar');
}

interface ImageSource {
  readonly base: string;
  /** The certificate that TLS programs of the image trust. */
  readonly authority: string;
  readonly user: StandIn['standInUser'];
}

/** What the Dockerfile's RUN lines do. */
async function dockerfileSteps(root: string, from: ImageSource): Promise<void> {
  // Debian's /bin is a link to usr/bin.
  mkdirSync(join(root, 'usr/bin'), { recursive: true });
  symlinkSync('/usr/bin/busybox', join(root, 'usr/bin/sh'));
  // Debian's busybox dies of a segmentation fault on https, so it is GNU's that answers, and tries once as Alpine's does.
  writeFileSync(join(root, 'usr/local/bin/wget'), '#!/bin/sh\nexec /usr/bin/wget --tries=1 "$@"\n', { mode: 0o755 });
  // There is no internet but ours, and no other authority for it.
  mkdirSync(join(root, 'etc/ssl/certs'), { recursive: true });
  copyFileSync(from.authority, join(root, 'etc/ssl/certs/ca-certificates.crt'));
  await mustRun('tar', ['-C', root, '-xf', from.base, './etc/passwd', './etc/group']);
  const { name, uid, gid, home } = from.user;
  appendFileSync(join(root, 'etc/group'), `${name}:x:${gid}:\n`);
  appendFileSync(join(root, 'etc/passwd'), `${name}:x:${uid}:${gid}::${home}:/bin/sh\n`);
  mkdirSync(join(root, home), { recursive: true });
  chownSync(join(root, home), uid, gid);
}

/** The image that holds a pod's namespaces. */
export async function pauseArchive(tools: Tools): Promise<string> {
  const program = await tools.goBuild('boot/pause', 'pause');
  const folder = await cached(`boot-pause-${hashOf(readFileSync(program)).slice(0, 16)}`, async (draft) => {
    const root = join(draft, 'root');
    mkdirSync(root);
    cpSync(program, join(root, 'pause'));
    chmodSync(join(root, 'pause'), 0o755);
    const layer = join(draft, 'layer.tar');
    await mustRun('tar', ['-C', root, '-cf', layer, '.']);
    await archive(draft, { layers: [layer], config: { Entrypoint: ['/pause'] }, names: [pauseImage] });
  });
  return join(folder, 'image.tar');
}

interface ImageParts {
  readonly layers: readonly string[];
  readonly config: ImageConfig;
  readonly names: readonly string[];
}

/** `image.tar` in that folder, as `docker save` would write it. */
async function archive(folder: string, { layers, config, names }: ImageParts): Promise<void> {
  const parts = join(folder, 'parts');
  mkdirSync(parts);
  const hashes = await Promise.all(layers.map(fileHash));
  const image = {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config,
    rootfs: { type: 'layers', diff_ids: hashes.map((hash) => `sha256:${hash}`) },
  };
  const text = JSON.stringify(image);
  const configName = `${hashOf(text)}.json`;
  writeFileSync(join(parts, configName), text);
  const layerNames = hashes.map((hash) => `${hash}.tar`);
  for (const [index, layer] of layers.entries()) symlinkSync(layer, join(parts, layerNames[index]!));
  writeFileSync(
    join(parts, 'manifest.json'),
    JSON.stringify([{ Config: configName, RepoTags: names, Layers: layerNames }]),
  );
  await mustRun('tar', ['-C', parts, '--dereference', '-cf', join(folder, 'image.tar'), '.']);
  rmSync(parts, { recursive: true });
}

async function fileHash(path: string): Promise<string> {
  return (await mustRun('sha256sum', [path])).stdout.slice(0, 64);
}

function hashOf(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

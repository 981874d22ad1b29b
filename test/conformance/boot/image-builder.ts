import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cached } from '../tools/cache';
import { mustRun } from '../tools/run';
import type { Tools } from '../tools/tools';
import { standInAuthority } from './certificates';
import { type Dockerfile, readDockerfile } from './dockerfile';
import { archive, hashOf, type ImageConfig } from './image-archive';
import layerScript from './image-layer.sh';

type StandIn = typeof import('../../stand-ins/build');

export const pauseImage = 'tezos-bakery.test/pause:1';

/** Packages of the base: busybox' sh as in Alpine, what Node is linked against, and a wget that can speak TLS. */
const basePackages = ['busybox', 'ca-certificates', 'libstdc++6', 'wget'];
/** Nobody reads them in a container. */
const ballast = ['var/cache/apt', 'var/lib/apt/lists', 'usr/share/doc', 'usr/share/man', 'usr/share/locale'];

/** Debian and the Node of this run: `root/`, and the same as `layer.tar`. */
async function baseImage(tools: Tools): Promise<string> {
  const debootstrap = await tools.debian('debootstrap', 'debootstrap');
  return cached(`boot-root-${process.version}-${basePackages.join('-')}`, async (draft) => {
    const root = join(draft, 'root');
    const words = ['--variant=minbase', `--include=${basePackages.join(',')}`, 'bookworm', root];
    await mustRun(debootstrap, words);
    for (const path of ballast) rmSync(join(root, path), { recursive: true, force: true });
    copyFileSync(process.execPath, join(root, 'usr/bin/node'));
    await mustRun('tar', ['-C', root, '-cf', join(draft, 'layer.tar'), '.']);
  });
}

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

/** The image of test/stand-ins/image/Dockerfile, under the names that the manifests use; answers a docker-archive. */
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
  return builtImage(tools, { text, version, context, names });
}

interface Build {
  /** The Dockerfile. */
  readonly text: string;
  readonly version: string;
  /** The files of the context, by path. */
  readonly context: ReadonlyMap<string, { readonly text: string; readonly mode: number }>;
  readonly names: readonly string[];
}

async function builtImage(tools: Tools, { text, version, context, names }: Build): Promise<string> {
  const base = await baseImage(tools);
  const inputs = JSON.stringify([text, [...context], names, base, layerScript]);
  const folder = await cached(`boot-image-${version}-${hashOf(inputs).slice(0, 16)}`, async (draft) => {
    const files = join(draft, 'context');
    for (const [path, file] of context) {
      mkdirSync(dirname(join(files, path)), { recursive: true });
      writeFileSync(join(files, path), file.text);
      chmodSync(join(files, path), file.mode); // whatever the umask says
    }
    const dockerfile = readDockerfile(text, { BASE: base, VERSION: version });
    const layer = await layerOf(dockerfile, draft, files);
    await archive(draft, { layers: [join(base, 'layer.tar'), layer], config: configOf(dockerfile), names });
    for (const path of ['context', 'layer']) rmSync(join(draft, path), { recursive: true });
  });
  return join(folder, 'image.tar');
}

/** Runs the steps of a Dockerfile above its base. */
async function layerOf({ base, steps, env, variables }: Dockerfile, folder: string, context: string): Promise<string> {
  const draft = join(folder, 'layer');
  mkdirSync(draft);
  const lines = steps.map(
    ({ word, rest }) => `${word} ${word === 'RUN' ? Buffer.from(rest).toString('base64') : rest}`,
  );
  const files = { script: join(draft, 'layer.sh'), steps: join(draft, 'steps') };
  writeFileSync(files.script, layerScript);
  writeFileSync(files.steps, `${lines.join('\n')}\n`);
  const environment = Object.fromEntries(env.map((each) => each.split(/=(.*)/s) as [string, string]));
  await mustRun('unshare', ['--mount', '--propagation', 'private', '/bin/sh', files.script], {
    env: { ...variables, ...environment, BASE: join(base, 'root'), CONTEXT: context, STEPS: files.steps, DRAFT: draft },
  });
  return join(draft, 'layer.tar');
}

function configOf({ user, workingDir, env, entrypoint }: Dockerfile): ImageConfig {
  return { User: user, WorkingDir: workingDir, Env: env, Entrypoint: entrypoint };
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

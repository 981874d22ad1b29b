import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cached } from '../tools/cache';
import { mustRun } from '../tools/run';
import type { Tools } from '../tools/tools';
import type { Base } from './debian-base';
import { type Dockerfile, readDockerfile } from './dockerfile';
import { archive, hashOf, type ImageConfig } from './image-archive';
import layerScript from './image-layer.sh';

export const pauseImage = 'tezos-bakery.test/pause:1';

export interface Build {
  /** What the image is called in the cache. */
  readonly name: string;
  /** The Dockerfile. */
  readonly text: string;
  /** What its FROM means here. */
  readonly base: Base;
  /** Its ARGs. */
  readonly given?: Readonly<Record<string, string>>;
  /** The files of the context, by path. */
  readonly context: ReadonlyMap<string, { readonly text: string; readonly mode: number }>;
  readonly names: readonly string[];
}

/** An image by its Dockerfile, under the names that the manifests use; answers a docker-archive. */
export async function builtImage({ name, text, base, given, context, names }: Build): Promise<string> {
  const inputs = JSON.stringify([text, [...context], names, base, layerScript]);
  const folder = await cached(`boot-image-${name}-${hashOf(inputs).slice(0, 16)}`, async (draft) => {
    const files = join(draft, 'context');
    mkdirSync(files);
    for (const [path, file] of context) {
      mkdirSync(dirname(join(files, path)), { recursive: true });
      writeFileSync(join(files, path), file.text);
      chmodSync(join(files, path), file.mode); // whatever the umask says
    }
    const dockerfile = readDockerfile(text, given);
    const layer = await layerOf(dockerfile, { base, draft, context: files });
    await archive(draft, { layers: [base.layer, layer], config: configOf(dockerfile), names });
    for (const path of ['context', 'layer']) rmSync(join(draft, path), { recursive: true });
  });
  return join(folder, 'image.tar');
}

/** Runs the steps of a Dockerfile above its base. */
async function layerOf(
  { steps, env, variables }: Dockerfile,
  of: { readonly base: Base; readonly draft: string; readonly context: string },
): Promise<string> {
  const draft = join(of.draft, 'layer');
  mkdirSync(draft);
  const lines = steps.map(
    ({ word, rest }) => `${word} ${word === 'RUN' ? Buffer.from(rest).toString('base64') : rest}`,
  );
  const files = { script: join(draft, 'layer.sh'), steps: join(draft, 'steps') };
  writeFileSync(files.script, layerScript);
  writeFileSync(files.steps, lines.map((line) => `${line}\n`).join(''));
  const environment = Object.fromEntries(env.map((each) => each.split(/=(.*)/s) as [string, string]));
  await mustRun('unshare', ['--mount', '--propagation', 'private', '/bin/sh', files.script], {
    env: { ...variables, ...environment, BASE: of.base.root, CONTEXT: of.context, STEPS: files.steps, DRAFT: draft },
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

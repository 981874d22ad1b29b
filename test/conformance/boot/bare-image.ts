import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cached } from '../tools/cache';
import { mustRun } from '../tools/run';
import { archive, hashOf, type ImageConfig } from './image-archive';

/** A file of an image: a copy of one of this machine's, or a text. */
export type BareFile = { readonly path: string; readonly mode: number } & (
  | { readonly copyOf: string }
  | { readonly text: string }
);

export interface BareImage {
  /** What the image is called in the cache. */
  readonly name: string;
  /** Files that other images have too: a layer that a node unpacks once. */
  readonly shared?: readonly BareFile[];
  /** Absolute paths. What they are copies of is known by its path: it never changes there. */
  readonly files: readonly BareFile[];
  /** Folders that are there and empty. */
  readonly folders?: readonly string[];
  readonly config: ImageConfig;
  readonly names: readonly string[];
}

/** An image of these files and nothing else: no shell, no `ls`. Answers a docker-archive. */
export async function bareImage({ name, shared, files, folders = [], config, names }: BareImage): Promise<string> {
  const below = shared ? [await sharedLayer(shared)] : [];
  const inputs = JSON.stringify([process.version, below, files, folders, config, names]);
  const folder = await cached(`boot-image-${name}-${hashOf(inputs).slice(0, 16)}`, async (draft) => {
    const layer = await packed(draft, files, folders);
    await archive(draft, { layers: [...below, layer], config, names });
    rmSync(layer);
  });
  return join(folder, 'image.tar');
}

async function sharedLayer(files: readonly BareFile[]): Promise<string> {
  const inputs = JSON.stringify([process.version, files]);
  const folder = await cached(`boot-layer-${hashOf(inputs).slice(0, 16)}`, async (draft) => {
    await packed(draft, files, []);
  });
  return join(folder, 'layer.tar');
}

/** A layer of these in that folder; answers its path. */
async function packed(draft: string, files: readonly BareFile[], folders: readonly string[]): Promise<string> {
  const root = join(draft, 'root');
  mkdirSync(root);
  for (const path of folders) mkdirSync(join(root, path), { recursive: true });
  for (const file of files) place(root, file);
  const layer = join(draft, 'layer.tar');
  await mustRun('tar', ['-C', root, '--mode=u+rwX,go+rX', '-cf', layer, '.']);
  rmSync(root, { recursive: true });
  return layer;
}

function place(root: string, file: BareFile): void {
  const path = join(root, file.path);
  mkdirSync(dirname(path), { recursive: true });
  if ('text' in file) writeFileSync(path, file.text);
  else copyFileSync(file.copyOf, path);
  chmodSync(path, file.mode);
}

/** Users by name: the image's, and root. */
export function users(name: string, id: number): BareFile[] {
  const mode = 0o644;
  return [
    {
      path: '/etc/passwd',
      mode,
      text: `root:x:0:0:root:/root:/sbin/nologin\n${name}:x:${id}:${id}:${name}:/:/sbin/nologin\n`,
    },
    { path: '/etc/group', mode, text: `root:x:0:\n${name}:x:${id}:\n` },
  ];
}

import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun } from '../tools/run';

/** What a container of an image starts from. */
export interface ImageConfig {
  readonly User?: string;
  readonly WorkingDir?: string;
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[];
}

export interface ImageParts {
  /** Tars, the lowest first. */
  readonly layers: readonly string[];
  readonly config: ImageConfig;
  readonly names: readonly string[];
}

/** `image.tar` in that folder, as `docker save` would write it. */
export async function archive(folder: string, { layers, config, names }: ImageParts): Promise<void> {
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
  const manifest = [{ Config: configName, RepoTags: names, Layers: layerNames }];
  writeFileSync(join(parts, 'manifest.json'), JSON.stringify(manifest));
  await mustRun('tar', ['-C', parts, '--dereference', '-cf', join(folder, 'image.tar'), '.']);
  rmSync(parts, { recursive: true });
}

async function fileHash(path: string): Promise<string> {
  return (await mustRun('sha256sum', [path])).stdout.slice(0, 64);
}

export function hashOf(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

import { realpathSync } from 'node:fs';
import { mustRun } from '../tools/run';
import { type BareFile, bareImage, users } from './bare-image';

const NODE = '/nodejs/bin/node';

/**
 * What the official distroless image of Node holds, as far as a program can see: Node at its place, the libraries that it
 * is linked against, and users. No shell, no `env`, no `ls`: a pod that needs one of them fails here too. The Node is that
 * of this run. Answers a docker-archive.
 */
export async function nodeImage(names: readonly string[]): Promise<string> {
  const config = { Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'], Entrypoint: [NODE] };
  const files = [...(await nodeFiles()), ...users('nonroot', 65532)];
  return bareImage({ name: 'node', files, folders: ['home/nonroot', 'tmp'], config, names });
}

/** Node at the place where that image has it, and its libraries. */
export async function nodeFiles(): Promise<BareFile[]> {
  const libraries = await librariesOf(process.execPath);
  return [
    { path: NODE, mode: 0o755, copyOf: process.execPath },
    ...libraries.map((path) => ({ path, mode: 0o755, copyOf: realpathSync(path) })),
  ];
}

/** Paths of the shared libraries of a program, and of what loads them. */
async function librariesOf(program: string): Promise<string[]> {
  const { stdout } = await mustRun('ldd', [program]);
  return [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path!);
}

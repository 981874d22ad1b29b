import { realpathSync } from 'node:fs';
import { mustRun } from '../tools/run';
import { type BareFile, bareImage, users } from './bare-image';
import { standInAuthority } from './certificates';

const NODE = '/nodejs/bin/node';

/**
 * What the official distroless image of Node holds, as far as a program can see: Node at its place, the libraries that it
 * is linked against, and users. No shell, no `env`, no `ls`: a pod that needs one of them fails here too. The Node is that
 * of this run. Answers a docker-archive.
 */
export async function nodeImage(names: readonly string[]): Promise<string> {
  const config = { Env: nodeEnv, Entrypoint: [NODE] };
  const parts = { shared: await nodeFiles(), files: users('nonroot', 65532), folders: ['home/nonroot', 'tmp'] };
  return bareImage({ name: 'node', ...parts, config, names });
}

const AUTHORITY = '/etc/ssl/certs/stand-in-authority.crt';

/** Where programs lie, and whom Node is to believe on the internet beside those that it knows. */
export const nodeEnv = [
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  `NODE_EXTRA_CA_CERTS=${AUTHORITY}`,
];

/** Node at the place where that image has it, its libraries, and the authority. */
export async function nodeFiles(): Promise<BareFile[]> {
  const { certificate } = await standInAuthority();
  return [...(await programFiles(process.execPath, NODE)), { path: AUTHORITY, mode: 0o644, copyOf: certificate }];
}

/** A program of this machine at some place, and its libraries at theirs. */
export async function programFiles(program: string, path: string): Promise<BareFile[]> {
  const libraries = await librariesOf(program);
  return [
    { path, mode: 0o755, copyOf: program },
    ...libraries.map((each) => ({ path: each, mode: 0o755, copyOf: realpathSync(each) })),
  ];
}

/** Paths of the shared libraries of a program, and of what loads them. */
async function librariesOf(program: string): Promise<string[]> {
  const { stdout } = await mustRun('ldd', [program]);
  return [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path!);
}

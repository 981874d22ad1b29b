import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { programNames } from './kit/release';

/** The bundle, the image's files, and who they belong to. Nothing here writes. */
const FOLDER = __dirname;

/** One file that Node 20 runs without anything else. */
export function standInBundle(): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(FOLDER, 'main.ts')],
    absWorkingDir: FOLDER,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0].text;
}

export interface ImageFile {
  /** Absolute path in the image. */
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

/** Programs of ours, in every image. */
const OWN = ['stand-in-chain', 'stand-in-web'];

/** The shell script that is a program of that name. */
export function launcher(name: string): string {
  return `#!/bin/sh\nexec /usr/bin/node /opt/stand-in/stand-in.cjs ${name} "$@"\n`;
}

/**
 * What an image of that version ('25.2', '7.5') holds besides its base: programs, bundle, version. The base has sh, wget
 * and flock (busybox or Debian), node at /usr/bin/node, and the user `standInUser`.
 */
export function standInImageFiles(version: string): ImageFile[] {
  const programs = [...programNames(version), ...OWN];
  return [
    ...programs.map((name) => ({ path: `/usr/local/bin/${name}`, text: launcher(name), mode: 0o755 })),
    { path: '/opt/stand-in/stand-in.cjs', text: standInBundle(), mode: 0o644 },
    { path: '/opt/stand-in/version', text: `${version}\n`, mode: 0o644 },
  ];
}

/** The image's `User` is the name, not the number, as the real one's; passwd and group must know it (octez.md 1.2). */
export const standInUser = { name: 'tezos', uid: 1000, gid: 1000, home: '/home/tezos' } as const;

/** `config` of the image, as Docker writes it. */
export const standInImageConfig = {
  User: standInUser.name,
  WorkingDir: standInUser.home,
  Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
} as const;

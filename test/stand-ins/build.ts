import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { programNames } from './kit/release';

/** The bundle and the image's files. Nothing here writes. */
const FOLDER = __dirname;
const STARTS_ITSELF = '#!/nodejs/bin/node\n';

/** One file that Node 20 runs without anything else. `folder`: this one, for a caller that is a bundle itself. */
export function standInBundle(folder = FOLDER): string {
  return bundle(folder, 'main.ts');
}

/** The same as a file that starts itself where Node lies as in its official image: the program whose name it has. */
export function standInProgram(folder = FOLDER): string {
  return `${STARTS_ITSELF}${standInBundle(folder)}`;
}

/** kube-state-metrics, as a file that starts itself in the same way. */
export function kubeStateMetricsProgram(folder = FOLDER): string {
  return `${STARTS_ITSELF}${bundle(folder, 'kube-state-metrics/main.ts')}`;
}

function bundle(folder: string, entry: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(folder, entry)],
    absWorkingDir: folder,
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
const OWN = ['stand-in-chain', 'stand-in-web', 'stand-in-indexer'];

/** The shell script that is a program of that name. */
export function launcher(name: string): string {
  return `#!/bin/sh\nexec /usr/bin/node /opt/stand-in/stand-in.cjs ${name} "$@"\n`;
}

/** What image/Dockerfile copies for that version ('25.2', '7.5'): programs, bundle, version. */
export function standInImageFiles(version: string): ImageFile[] {
  const programs = [...programNames(version), ...OWN];
  return [
    ...programs.map((name) => ({ path: `/usr/local/bin/${name}`, text: launcher(name), mode: 0o755 })),
    { path: '/opt/stand-in/stand-in.cjs', text: standInBundle(), mode: 0o644 },
    { path: '/opt/stand-in/version', text: `${version}\n`, mode: 0o644 },
  ];
}

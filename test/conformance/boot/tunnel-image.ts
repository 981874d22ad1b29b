import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tools } from '../tools/tools';
import { debianBase, suiteOf } from './debian-base';
import { readDockerfile } from './dockerfile';
import { builtImage } from './image-builder';

const DOCKERFILE = 'charts/signer-gateway/image/Dockerfile';

/** The image of the tunnels, by its own Dockerfile; answers a docker-archive. `root`: the checkout. */
export async function tunnelImage(tools: Tools, root: string, names: readonly string[]): Promise<string> {
  const text = readFileSync(join(root, DOCKERFILE), 'utf8');
  const suite = suiteOf(readDockerfile(text).base, DOCKERFILE);
  const base = await debianBase(tools, { suite, packages: [], withNode: false });
  return builtImage({ name: 'tunnel', text, base, context: new Map(), names });
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tools } from '../tools/tools';
import { debianBase } from './debian-base';
import { readDockerfile } from './dockerfile';
import { builtImage } from './image-builder';

/** Debian's names of the releases that its images go by. */
const suites: Readonly<Record<string, string>> = { 12: 'bookworm', 13: 'trixie' };

/** The image of the tunnels, by its own Dockerfile; answers a docker-archive. `root`: the checkout. */
export async function tunnelImage(tools: Tools, root: string, names: readonly string[]): Promise<string> {
  const text = readFileSync(join(root, 'charts/signer-gateway/image/Dockerfile'), 'utf8');
  const { base: from } = readDockerfile(text);
  const suite = suites[/^docker\.io\/library\/debian:(\d+)-slim(@sha256:[0-9a-f]{64})?$/.exec(from)?.[1] ?? ''];
  if (!suite)
    throw new Error(
      `charts/signer-gateway/image/Dockerfile stands on ${from}: no debian:<number>-slim that is known here`,
    );
  const base = await debianBase(tools, { suite, packages: [], withNode: false });
  return builtImage({ name: 'tunnel', text, base, context: new Map(), names });
}

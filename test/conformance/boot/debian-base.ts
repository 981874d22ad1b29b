import { chmodSync, copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from '../tools/cache';
import { mustRun } from '../tools/run';
import type { Tools } from '../tools/tools';

/** Debian as an image stands on it: the folder `root`, and the same as the file `layer`. */
export interface Base {
  readonly root: string;
  readonly layer: string;
}

/** Debian's names of the releases that its images go by. */
const suites: Readonly<Record<string, string>> = { 12: 'bookworm', 13: 'trixie' };

/** What a Dockerfile of ours stands on, by what follows its FROM. `path`: of the Dockerfile. */
export function suiteOf(from: string, path: string): string {
  const suite = suites[/^docker\.io\/library\/debian:(\d+)-slim(@sha256:[0-9a-f]{64})?$/.exec(from)?.[1] ?? ''];
  if (!suite) throw new Error(`${path} stands on ${from}: no debian:<number>-slim that is known here`);
  return suite;
}

interface DebianOf {
  readonly suite: string;
  readonly packages: readonly string[];
  /** Whether the Node of this run is in it. */
  readonly withNode: boolean;
}

/** Nobody reads them in a container. */
const ballast = ['var/cache/apt', 'var/lib/apt/lists', 'usr/share/doc', 'usr/share/man', 'usr/share/locale'];

/** By debootstrap; made once. */
export async function debianBase(tools: Tools, { suite, packages, withNode }: DebianOf): Promise<Base> {
  const debootstrap = await tools.debian('debootstrap', 'debootstrap');
  const key = ['boot-root', suite, ...(withNode ? [process.version] : []), ...packages].join('-');
  const folder = await cached(key, async (draft) => {
    const root = join(draft, 'root');
    const include = packages.length > 0 ? [`--include=${packages.join(',')}`] : [];
    await mustRun(debootstrap, ['--variant=minbase', ...include, suite, root]);
    for (const path of ballast) rmSync(join(root, path), { recursive: true, force: true });
    asInDebiansImages(root);
    if (withNode) copyFileSync(process.execPath, join(root, 'usr/bin/node'));
    await mustRun('tar', ['-C', root, '-cf', join(draft, 'layer.tar'), '.']);
  });
  return { root: join(folder, 'root'), layer: join(folder, 'layer.tar') };
}

/** No package starts its server while it is installed, and apt keeps nothing. */
function asInDebiansImages(root: string): void {
  const policy = join(root, 'usr/sbin/policy-rc.d');
  writeFileSync(policy, '#!/bin/sh\nexit 101\n');
  chmodSync(policy, 0o755);
  const settings = ['Dir::Cache::pkgcache ""', 'Dir::Cache::srcpkgcache ""', 'APT::Keep-Downloaded-Packages "false"'];
  writeFileSync(join(root, 'etc/apt/apt.conf.d/docker-clean'), settings.map((each) => `${each};\n`).join(''));
}

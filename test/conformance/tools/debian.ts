import { existsSync } from 'node:fs';
import { mustRun, run } from './run';

/**
 * Debian starts a server as soon as it is installed, unless this file says no: ours are started here, or not at all.
 * One that a killed run left is known by its second line.
 */
const install = `
policy=/usr/sbin/policy-rc.d
mark='# of a conformance run of tezos-bakery, while it installs'
if [ ! -e "$policy" ] || grep -qxF "$mark" "$policy"; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 1' HUP INT TERM
  printf '#!/bin/sh\\n%s\\nexit 101\\n' "$mark" >"$policy"
  chmod 755 "$policy"
fi
apt-get update -q && apt-get install -q -y --no-install-recommends "$1"
`;

/** Installs a package; one run at a time, as dpkg wants it, and as the file above needs it. */
export async function installPackage(name: string): Promise<void> {
  await mustRun('flock', ['/etc/apt', 'sh', '-c', install, 'install', name], {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  });
}

/** Where a program is. Debian's servers lie in sbin, which an ordinary user's PATH lacks. */
export async function which(binary: string): Promise<string | undefined> {
  const { stdout } = await run('sh', ['-c', `PATH="$PATH:/usr/sbin:/sbin" command -v ${binary}`]);
  return stdout.trim() || undefined;
}

/** A program of a Debian package, installed if this machine lacks it. */
export async function debianProgram(packageName: string, binary: string): Promise<string> {
  const there = await which(binary);
  if (there) return there;
  await installPackage(packageName);
  const installed = await which(binary);
  if (!installed) throw new Error(`the Debian package ${packageName} has no program ${binary}`);
  return installed;
}

/** A file of a Debian package that is no program of the PATH. */
export async function debianFile(packageName: string, path: string): Promise<string> {
  if (!existsSync(path)) await installPackage(packageName);
  return path;
}

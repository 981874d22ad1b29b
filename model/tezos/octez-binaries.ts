export type Architecture = 'arm64' | 'amd64';

/** How Octez calls them in the names of its files (scripts/releases/octez-release.sh). */
const architectures: Readonly<Record<Architecture, string>> = { arm64: 'arm64', amd64: 'x86_64' };

/** Every architecture that a signer can have. */
export const homeArchitectures = Object.keys(architectures) as readonly Architecture[];

/**
 * Where the static octez-signer of a release is: GitLab's package registry of Octez (create_gitlab_package.sh). It runs on
 * any Linux; the Debian packages were announced to end (CHANGES, v25), and bring a client along.
 */
export function octezBinary(version: string, architecture: Architecture): string {
  const registry = 'https://gitlab.com/api/v4/projects/tezos%2Ftezos/packages/generic';
  return `${registry}/octez-binaries-${version}/${version}/${architectures[architecture]}-octez-signer`;
}

/** Prints the checksum of it, if it is signed by Octez' makers (docs/introduction/howtoget.rst). */
export function checksumCommand(version: string, architecture: Architecture): string {
  const url = octezBinary(version, architecture);
  return [
    'curl -fsSL https://packages.nomadic-labs.com/octez.asc | gpg --import',
    `curl -fsSLo octez-signer ${url}`,
    `curl -fsSLo octez-signer.sig ${url}.sig`,
    'gpg --verify octez-signer.sig octez-signer',
    `echo "sha256:$(sha256sum octez-signer | cut -d ' ' -f 1)"`,
  ].join(' && ');
}

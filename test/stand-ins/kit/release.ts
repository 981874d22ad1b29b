import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The versions that these programs imitate, and what tells them apart (octez.md 1.1, 3.5; findings.md on 7.5). */
export interface Release {
  readonly version: '25.2' | '7.5';
  readonly prefix: 'octez' | 'tezos';
  readonly dataVersion: string;
  readonly snapshotVersion: number;
  readonly hasRpcAcl: boolean;
  readonly hasIsBootstrapped: boolean;
  readonly hasKeepAlive: boolean;
  readonly generatesIdentity: boolean;
  readonly hasSnapshotInfo: boolean;
  readonly defaultHistoryMode: string;
  readonly networks: readonly string[];
}

const releases: readonly Release[] = [
  {
    version: '25.2',
    prefix: 'octez',
    dataVersion: '3.3',
    snapshotVersion: 9,
    hasRpcAcl: true,
    hasIsBootstrapped: true,
    hasKeepAlive: true,
    generatesIdentity: true,
    hasSnapshotInfo: true,
    defaultHistoryMode: 'rolling',
    networks: ['mainnet', 'ghostnet', 'shadownet', 'sandbox'],
  },
  {
    version: '7.5',
    prefix: 'tezos',
    dataVersion: '0.0.4',
    snapshotVersion: 1,
    hasRpcAcl: false,
    hasIsBootstrapped: false,
    hasKeepAlive: false,
    generatesIdentity: false,
    hasSnapshotInfo: false,
    defaultHistoryMode: 'full',
    networks: ['mainnet', 'carthagenet', 'sandbox'],
  },
];

/** Names of the programs in the image of a version: links to the one launcher (octez.md 1.2, 2). */
export function programNames(version: string): string[] {
  if (version === '7.5') {
    const daemons = ['baker', 'endorser', 'accuser'].map((daemon) => `tezos-${daemon}-006-PsCARTHA`);
    return ['tezos-node', 'tezos-client', 'tezos-signer', ...daemons];
  }
  const daemons = ['baker', 'accuser'];
  const suffixed = daemons.flatMap((daemon) => ['PtTALLiN', 'PsUshuai'].map((hash) => `${daemon}-${hash}`));
  const names = ['node', 'client', 'signer', 'dal-node', ...daemons, ...suffixed];
  return names.flatMap((name) => [`octez-${name}`, `tezos-${name}`]);
}

/** STAND_IN_VERSION, or the file `version` beside the bundle (the image), or the newest. */
export function currentRelease(): Release {
  const file = join(dirname(process.argv[1] ?? '.'), 'version');
  const baked = existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
  return releaseNamed(process.env.STAND_IN_VERSION ?? baked ?? '25.2');
}

export function releaseNamed(version: string): Release {
  const release = releases.find((each) => each.version === version);
  if (!release)
    throw new Error(`the stand-ins imitate ${releases.map((each) => each.version).join(' and ')}, not ${version}`);
  return release;
}

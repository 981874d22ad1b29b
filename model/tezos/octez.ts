import { display } from '../messages/shown';

/**
 * Facts of Octez releases: image, binaries, what their data and flags look like, what each can run. Flags and features
 * are data, so that whoever renders a command asks for a capability and never for a version.
 *
 * Sources, named in the comments below: docs/CHANGES.rst and docs/releases/version-<N>.rst of octez-v25.1; for 7.5
 * docs/releases/version-7.rst and version-8.rst (what 8.0 added, 7.5 lacks) and src/ of the 7.x tree; the source of the
 * tags on both sides of a change, where one is named. CHANGES names patch releases that only repeat an older addition.
 */
export interface OctezRelease {
  readonly version: string;
  /** Tag of tezos/tezos on Docker Hub. Tags move (packaging revisions): images.yaml pins the digest. */
  readonly imageTag: string;
  readonly architectures: readonly ('amd64' | 'arm64')[];
  /** Absolute paths in the image. The image's own entrypoint is not used: it opens the RPC and can delete node data. */
  readonly binaries: {
    readonly node: string;
    readonly client: string;
    readonly signer: string;
    readonly dalNode?: string;
  };
  /** Path of a baker, accuser or endorser up to the protocol, which follows as `protocolSuffix` says. */
  readonly daemonPrefix: string;
  /** 'none': the protocol-agnostic octez-baker; 'hash': octez-baker-PsQuebec; 'number-and-hash': tezos-baker-006-PsCARTHA. */
  readonly protocolSuffix: 'none' | 'hash' | 'number-and-hash';
  /** Numbers of the protocols whose baker the image holds. */
  readonly bakerProtocols: readonly string[];
  /** Version of the node's data directory (history in data_version.ml). It only goes up: there is no downgrade. */
  readonly dataVersion: string;
  /** Snapshot formats that `snapshot import` reads; absent where no source was found. */
  readonly snapshotVersions?: readonly number[];
  /** Networks known by name to `--network` (those of networks.ts only). */
  readonly networkAliases: readonly string[];
  /** What `--history-mode` calls a rolling node. */
  readonly rollingHistoryMode: string;
  /** `--history-mode rolling:N`, N more cycles. */
  readonly hasAdditionalCycles: boolean;
  /** `node run --force-history-mode-switch`: what a store can become, it becomes at the start. Without it any change stops the node. */
  readonly hasHistoryModeSwitch: boolean;
  readonly synchronisationThresholdFlag: '--synchronisation-threshold' | '--bootstrap-threshold';
  /** How client programs are told where the node is: one URL, or address and port. */
  readonly endpointFlags: 'endpoint' | 'addr-port';
  /** `GET /chains/main/is_bootstrapped`. */
  readonly hasIsBootstrappedRpc: boolean;
  /** RPC access lists and `--allow-all-rpc`. Without them every RPC listener is wide open. */
  readonly hasRpcAcl: boolean;
  readonly hasAdvertisedNetPort: boolean;
  /** `--metrics-addr`. */
  readonly hasMetricsServer: boolean;
  /** `octez-node snapshot info`. */
  readonly hasSnapshotInfo: boolean;
  /** `node run` makes its identity; without this, `identity generate` must have run before. */
  readonly generatesIdentity: boolean;
  /** `--keep-alive` of baker, accuser, endorser. Without it they exit while the node is away. */
  readonly hasKeepAlive: boolean;
  /** Whether the baker must be told `--dal-node` or `--without-dal`. */
  readonly dalChoice: 'absent' | 'optional' | 'mandatory';
  readonly hasWithoutDal: boolean;
  /** The DAL node ends by itself, with code 2, when a delegate of its own has attested a slot that holds traps. */
  readonly dalNodeHaltsOnTraps: boolean;
  /** The newest `version=` that its octez-signer understands in a signing request, 0: it does not know the word; bakers of 025 send 3. */
  readonly signerApiVersion: number;
}

type Row = Omit<OctezRelease, 'imageTag'>;

const binaries = (prefix: 'octez' | 'tezos') => ({
  node: `/usr/local/bin/${prefix}-node`,
  client: `/usr/local/bin/${prefix}-client`,
  signer: `/usr/local/bin/${prefix}-signer`,
});

/** The last release that knows carthagenet. */
const v7: Row = {
  version: '7.5',
  architectures: ['amd64'], // arm64 images came with 8.0~rc2 (version-8.rst)
  binaries: binaries('tezos'),
  daemonPrefix: '/usr/local/bin/tezos-',
  protocolSuffix: 'number-and-hash',
  bakerProtocols: ['006', '007'], // 006 in lib_delegate of the 7.x tree; 007: unverified
  dataVersion: '0.0.4', // node_data_version.ml of the 7.x tree
  snapshotVersions: [1], // "1: snapshot exported with storage 0.0.1 to 0.0.4" (snapshots.ml)
  networkAliases: ['mainnet', 'carthagenet'], // carthagenet: version-7.rst; removed in 8.0~rc2 (version-8.rst)
  rollingHistoryMode: 'experimental-rolling', // node_shared_arg.ml of the 7.x tree
  hasAdditionalCycles: false, // 10.0, with the new store
  hasHistoryModeSwitch: false, // 10.0 (node_run_command.ml of the tags v9.7 and v10.0)
  synchronisationThresholdFlag: '--bootstrap-threshold', // the other one: 8.0~rc1 (version-8.rst)
  endpointFlags: 'addr-port', // --endpoint: 8.0~rc1 (version-8.rst)
  hasIsBootstrappedRpc: false, // 8.0 (chain_services.ml of the tags v7.5 and v8.0)
  hasRpcAcl: false, // 10.1 (--allow-all-rpc in the tags v10.0 and v10.1)
  hasAdvertisedNetPort: false, // 12.0 (tags v11.0 and v12.0)
  hasMetricsServer: false, // 13.0 (tags v12.4 and v13.0)
  hasSnapshotInfo: false, // 10.0, with the new snapshot format (tags v9.7 and v10.0)
  generatesIdentity: false, // 8.0~rc1 (version-8.rst)
  hasKeepAlive: false, // 8.0~rc1 (version-8.rst); not in delegate_commands.ml of 006 in the 7.x tree
  dalChoice: 'absent',
  hasWithoutDal: false,
  dalNodeHaltsOnTraps: false,
  signerApiVersion: 0, // a 7.x client needs a signer of 7.0 or later (version-7.rst)
};

const v20: Row = {
  version: '20.0',
  architectures: ['amd64', 'arm64'],
  binaries: { ...binaries('octez'), dalNode: '/usr/local/bin/octez-dal-node' },
  daemonPrefix: '/usr/local/bin/octez-',
  protocolSuffix: 'hash',
  bakerProtocols: ['018', '019'], // script-inputs/released-executables of each tag, here and below
  dataVersion: '3.0', // data_version.ml of each tag, here and below
  snapshotVersions: [4, 5, 6, 7], // snapshots.ml of each tag, here and below: supported_versions
  networkAliases: ['mainnet', 'ghostnet'],
  rollingHistoryMode: 'rolling',
  hasAdditionalCycles: true,
  hasHistoryModeSwitch: true,
  synchronisationThresholdFlag: '--synchronisation-threshold',
  endpointFlags: 'endpoint',
  hasIsBootstrappedRpc: true,
  hasRpcAcl: true,
  hasAdvertisedNetPort: true,
  hasMetricsServer: true,
  hasSnapshotInfo: true,
  generatesIdentity: true,
  hasKeepAlive: true,
  dalChoice: 'optional', // --dal-node (CHANGES, 20.0)
  hasWithoutDal: false, // 21.3 (CHANGES)
  dalNodeHaltsOnTraps: false,
  signerApiVersion: 0, // `version=` came with 23.0 (signer_services.ml of the tags v22.0 and v23.0)
};

/** ParisC: the protocol that mended Paris on mainnet within three weeks. */
const v201: Row = { ...v20, version: '20.1', bakerProtocols: ['018', '019', '020'] };

/** The data version and snapshots of 21.0, ahead of it. */
const v203: Row = { ...v201, version: '20.3', dataVersion: '3.2', snapshotVersions: [7, 8] };

const v21: Row = { ...v203, version: '21.0', bakerProtocols: ['020', '021'] };

const v22: Row = {
  ...v21,
  version: '22.0',
  bakerProtocols: ['021', '022'],
  dalChoice: 'mandatory', // CHANGES, 22.0
  hasWithoutDal: true,
};

const v23: Row = {
  ...v22,
  version: '23.0',
  protocolSuffix: 'none', // the agnostic baker is no longer experimental (CHANGES, 23.0)
  bakerProtocols: ['022', '023'],
  snapshotVersions: [8, 9], // 9 came with 23.0, 8 is refused from 25.0 (CHANGES)
  signerApiVersion: 2, // octez-signer up to 24.4 refuses 3 (signature.ml)
};

const v24: Row = {
  ...v23,
  version: '24.0',
  bakerProtocols: ['023', '024'],
  dataVersion: '3.3', // Brassaia contexts (CHANGES, 24.0)
  networkAliases: ['mainnet', 'ghostnet', 'shadownet'], // CHANGES, 24.0
};

const v25: Row = {
  ...v24,
  version: '25.0',
  bakerProtocols: ['024', '025'],
  snapshotVersions: [9],
  dalNodeHaltsOnTraps: true, // CHANGES, 25.0; lib_dal_node/accuser.ml, errors.ml: trapped_attester_code
  signerApiVersion: 3, // Client_keys_v3 in lib_delegate of 025
};

/** Oldest first: a patch that is not listed takes the row before it. */
const rows: readonly Row[] = [
  v7,
  v20,
  v201,
  v203,
  v21,
  { ...v21, version: '21.4', hasWithoutDal: true },
  v22,
  { ...v22, version: '22.1' },
  v23,
  { ...v23, version: '23.3' },
  v24,
  { ...v24, version: '24.4' },
  v25,
  { ...v25, version: '25.1' },
  { ...v25, version: '25.2' },
];

/** Negative if `a` is the older version, zero if they are the same. Versions are numbers: 25.10 is after 25.2. */
export function compareReleases(a: string, b: string): number {
  const [[majorA, minorA], [majorB, minorB]] = [numbersOf(a), numbersOf(b)];
  return majorA - majorB || minorA - minorB;
}

/** The versions we have facts of, oldest first. */
export const releaseNames: readonly string[] = rows.map(({ version }) => version);

/**
 * The facts of a release, e.g. of '25.2'. One that is not in the table takes the facts of the newest older release of
 * the same major version: a security release (25.3) must not wait for ours. A major version that is not in the table is
 * undefined: it brings new protocols, flags and data formats.
 */
export function octezRelease(version: string): OctezRelease | undefined {
  if (!/^[1-9]\d*\.(0|[1-9]\d*)$/.test(version)) return undefined;
  const [major] = numbersOf(version);
  const row = rows
    .filter((known) => numbersOf(known.version)[0] === major && compareReleases(known.version, version) <= 0)
    .at(-1);
  return row && { ...row, version, imageTag: imageTagOf(version) };
}

/** Why there is no such release, undefined if there is. */
export function releaseProblem(version: string): string | undefined {
  if (octezRelease(version)) return undefined;
  const majors = [...new Set(releaseNames.map((name) => name.split('.')[0]))];
  return `${display(version)} is not an Octez release that we know; write major.minor, e.g. ${releaseNames.at(-1)} (known major versions: ${majors.join(', ')})`;
}

/** v7.5 (rule of version-7.rst and version-8.rst; 7.5 itself unverified), v19.0 (teztnets), octez-v23.0 (teztnets). */
function imageTagOf(version: string): string {
  return compareReleases(version, '20.0') < 0 ? `v${version}` : `octez-v${version}`;
}

function numbersOf(version: string): [number, number] {
  const [major, minor] = version.split('.');
  return [Number(major), Number(minor)];
}

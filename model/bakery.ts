import { type ComponentName, components, type NamespaceRole } from './components';
import { survivesZoneLoss, zonesOf } from './google/pools';
import { projectIdOf } from './google/project-id';
import { type Sentry, sentriesOf } from './sentries';
import type { BakerySettings } from './settings/bakery.settings';
import { type KnownSigner, knownSigners, type Signer, signersOf } from './signers';
import { type Site, siteOf } from './site';
import { type Daemon, type DaemonName, type DaemonNamed, type DalNodeDaemon, daemonsOf } from './tezos/daemons';
import {
  networkConfigFor,
  networkOf,
  type PublicRpc,
  type SnapshotProvider,
  type TezosNetwork,
} from './tezos/networks';
import { type OctezRelease, octezRelease } from './tezos/octez';
import { type Protocol, protocolNamed } from './tezos/protocols';
import { type KnownWallet, knownWallets, payoutsOf, type Wallet, walletsOf } from './wallets';

/** How a node gets its first state: providers of snapshots, and what confirms the block that one holds. */
export interface BringUp {
  /** Tried in order; none: the node syncs from genesis. */
  readonly snapshots: readonly SnapshotProvider[];
  readonly publicRpcs: readonly PublicRpc[];
  /** Hash of the one block to trust, instead of asking public nodes. */
  readonly block?: string;
}

/**
 * A bakery: its settings, and what follows from them. Only settings that passed every rule become one,
 * so nothing here can be missing.
 */
export class Bakery {
  readonly network: TezosNetwork;
  readonly protocol: Protocol;
  readonly releases: { readonly node: OctezRelease; readonly baker: OctezRelease; readonly signer: OctezRelease };
  /** The long-running programs beside the nodes, in the order they are rendered. */
  readonly daemons: readonly Daemon[];
  /** The DAL attester node, where the bakery runs one: what the file says of it, and its program. */
  readonly dal?: { readonly settings: NonNullable<BakerySettings['dal']>; readonly daemon: DalNodeDaemon };
  /** The public nodes, in the order of the file. */
  readonly sentries: readonly Sentry[];
  /** The machines at home of the file, in the order of preference. */
  readonly machines: readonly Signer[];
  /** Those of them that the gateway knows. */
  readonly signers: readonly KnownSigner[];
  /** From which delegators are paid, in the order of the file. */
  readonly ownWallets: readonly Wallet[];
  /** Those of them whose key is known, by baker: nothing runs for the others. */
  readonly wallets: readonly KnownWallet[];
  /** Zones in the order of the file: one (zonal) or two (regional). */
  readonly zones: readonly string[];

  constructor(
    readonly name: string,
    readonly settings: BakerySettings,
    /** Whether this bakery's stack holds what exists once per project. */
    readonly ownsProject: boolean,
  ) {
    const versions = versionsOf(settings);
    this.network = settings.network.custom ? inOrder(settings.network.custom) : networkOf(settings);
    this.protocol = known(protocolNamed(this.network.protocol), `protocol ${this.network.protocol}`);
    this.releases = {
      node: releaseOf(versions.node),
      baker: releaseOf(versions.baker),
      signer: releaseOf(versions.signer),
    };
    this.daemons = daemonsOf({
      protocol: this.protocol,
      bakerRelease: this.releases.baker,
      dal: settings.dal !== undefined,
    });
    const dalNode = this.daemon('dal-node');
    if (settings.dal && dalNode) this.dal = { settings: settings.dal, daemon: dalNode };
    this.sentries = sentriesOf(settings);
    this.machines = signersOf(settings);
    this.signers = knownSigners(this.machines);
    this.ownWallets = walletsOf(settings);
    this.wallets = knownWallets(this.ownWallets);
    this.zones = zonesOf(settings);
  }

  /** Whether the bakery has that component. */
  has(component: ComponentName): boolean {
    return components[component].presentIn(this);
  }

  /** The daemon of that name, or undefined where this chain has none. */
  daemon<N extends DaemonName>(name: N): DaemonNamed<N> | undefined {
    return this.daemons.find((daemon) => daemon.name === name) as DaemonNamed<N> | undefined;
  }

  /** The Octez release of a sentry: that of every node, or one of its own. */
  sentryRelease({ settings: { octez } }: Sentry): OctezRelease {
    return octez === undefined ? this.releases.node : releaseOf(octez);
  }

  /** `mainnet-baking` */
  namespace(role: NamespaceRole): string {
    return `${this.name}-${role}`;
  }

  /** Who pays, and what the file says of it; undefined where nobody is paid. */
  get payouts() {
    return payoutsOf(this.settings);
  }

  /** Where delegators see what they were paid; undefined where nothing is published. */
  get site(): Site | undefined {
    return siteOf(this.settings);
  }

  /** Whether what the baker needs survives the loss of a zone: regional cluster, regional disks. */
  get survivesZoneLoss(): boolean {
    return survivesZoneLoss(this.settings);
  }

  get projectId(): string {
    return projectIdOf(this.settings);
  }

  /** Where a node of that history mode gets its first state. */
  bringUp({ archive }: { readonly archive?: object }): BringUp {
    // A snapshot holds no old states: an archive node has to see every block since genesis.
    return archive ? { snapshots: [], publicRpcs: [] } : bringUpOf(this.settings);
  }

  /** Whether the private node downloads anything before it starts, and may. */
  get privateNodeDownloads(): boolean {
    return this.privateNodeNeedsDownloads && !this.settings.privateNode.downloads.closed;
  }

  /** Whether the private node starts from something that it downloads: its network's configuration, or a snapshot. */
  get privateNodeNeedsDownloads(): boolean {
    const { snapshots } = this.bringUp(this.settings.privateNode.historyMode);
    return snapshots.length > 0 || networkConfigFor(this.network, this.releases.node).url !== undefined;
  }

  /** Selector labels of a component, or of one instance of it. Permanent: selectors cannot change. */
  selector(component: ComponentName, instance?: string): Record<string, string> {
    return {
      'app.kubernetes.io/name': component,
      ...(instance === undefined ? {} : { 'app.kubernetes.io/instance': instance }),
    };
  }

  /** Labels of every object of a component. */
  labels(component: string, instance: string = component): Record<string, string> {
    return {
      'app.kubernetes.io/name': component,
      'app.kubernetes.io/instance': instance,
      'app.kubernetes.io/part-of': this.name,
      'app.kubernetes.io/managed-by': 'tezos-bakery',
    };
  }
}

/** The network's providers and public nodes, or those that the bakery file puts in their place. */
export function bringUpOf(settings: Pick<BakerySettings, 'network' | 'bringUp'>): BringUp {
  const network = networkOf(settings);
  const { snapshots = network.snapshots, publicRpcs = network.publicRpcs, block } = settings.bringUp;
  // Nobody is asked about a snapshot that is not downloaded.
  return snapshots.length > 0 ? { snapshots, publicRpcs, block: block?.hash } : { snapshots, publicRpcs: [] };
}

/** The Octez releases of node, baker and signer: one that the file does not name is as the one before it. */
export function versionsOf({ octez }: Pick<BakerySettings, 'octez'>) {
  const { node, baker = node, signer = baker } = octez;
  return { node, baker, signer };
}

function releaseOf(version: string): OctezRelease {
  return known(octezRelease(version), `Octez ${version}`);
}

function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`${what} passed the rules but is not in the tables`);
  return value;
}

/** The peers of a custom network are a set: another order of them in its file rolls no pod. */
function inOrder(network: TezosNetwork): TezosNetwork {
  return { ...network, bootstrapPeers: [...network.bootstrapPeers].sort() };
}

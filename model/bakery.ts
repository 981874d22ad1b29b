import type { ComponentName, NamespaceRole } from './components';
import { portOf } from './components';
import type { BakerySettings } from './settings/bakery.settings';
import { type Daemon, type DaemonName, type DaemonNamed, daemonsOf } from './tezos/daemons';
import { networkConfigFor, networkOf, type TezosNetwork } from './tezos/networks';
import { type OctezRelease, octezRelease } from './tezos/octez';
import { type Protocol, protocolNamed } from './tezos/protocols';
import { sentryZone, zonesOf } from './workloads';

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

  constructor(
    readonly name: string,
    readonly settings: BakerySettings,
    /** Whether this bakery's stack holds what exists once per project. */
    readonly ownsProject: boolean,
  ) {
    const { octez } = settings;
    this.network = networkOf(settings);
    this.protocol = known(protocolNamed(this.network.protocol), `protocol ${this.network.protocol}`);
    const release = (version: string) => known(octezRelease(version), `Octez ${version}`);
    this.releases = {
      node: release(octez.node),
      baker: release(octez.baker ?? octez.node),
      signer: release(octez.signer ?? octez.baker ?? octez.node),
    };
    this.daemons = daemonsOf({
      protocol: this.protocol,
      bakerRelease: this.releases.baker,
      dal: settings.dal !== undefined,
    });
  }

  /** The daemon of that name, or undefined where this chain has none. */
  daemon<N extends DaemonName>(name: N): DaemonNamed<N> | undefined {
    return this.daemons.find((daemon) => daemon.name === name) as DaemonNamed<N> | undefined;
  }

  /** `mainnet-baking` */
  namespace(role: NamespaceRole): string {
    return `${this.name}-${role}`;
  }

  /** Zones in the order of the file: one (zonal) or two (regional). */
  get zones(): string[] {
    return zonesOf(this.settings);
  }

  /** The zone of the sentry at that place of the list. */
  sentryZone(index: number): string {
    return sentryZone(this.settings, index);
  }

  /** Whether what the baker needs survives the loss of a zone: regional cluster, regional disks. */
  get survivesZoneLoss(): boolean {
    return this.zones.length === 2;
  }

  get projectId(): string {
    const { existing, create } = this.settings.google.project;
    return (existing ?? create)?.id as string;
  }

  /** Where a reader of the manifests finds the signer, whatever the custody: `http://signer-gateway:6732`. */
  get signerUrl(): string {
    return `http://signer-gateway:${portOf('signer-gateway', 'signer')}`;
  }

  /** Whether the private node downloads anything before it starts: its network's configuration, or a snapshot. */
  get privateNodeDownloads(): boolean {
    const { bringUp, privateNode } = this.settings;
    const snapshots = bringUp.snapshots ?? this.network.snapshots;
    const imports = snapshots.length > 0 && !privateNode.historyMode.archive;
    return imports || networkConfigFor(this.network, this.releases.node).url !== undefined;
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

function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`${what} passed the rules but is not in the tables`);
  return value;
}

/**
 * What the part makes on the machine, by name. The names are fixed, so that a later run finds what a killed one left;
 * hence one run of this part at a time.
 */
export const machine = {
  /** Image stores, pods, disks: on a real disk, and short, since sockets lie in it. */
  folder: '/var/lib/tezos-bakery-boot',
  /** How the names of its links and cgroups begin. */
  linkPrefix: 'tbb-',
  cgroupPrefix: 'tezos-bakery-boot-',
  /** The addresses of the internet as the pods see it. */
  outsideLink: 'tbb-outside',
  dnsAddress: '198.51.100.53',
  webAddress: '198.51.100.80',
  /** Where a pod is told who it is to Google, over plain HTTP. */
  metadataAddress: '198.51.100.70',
  /** Where the API server answers pods. */
  apiAddress: '198.51.100.64',
  /** From where a signer at home of the bakery at that place dials, over each of its uplinks: 16 for each bakery. */
  uplinkAddress: (bakery: number, signer: number, uplink: number) =>
    `198.51.100.${96 + 16 * bakery + 4 * signer + uplink}`,
  /** A public peer of the bakery at that place: 16 for each, of addresses that are nobody's (RFC 5737). */
  peerAddress: (bakery: number, peer: number) => `203.0.113.${1 + 16 * bakery + peer}`,
} as const;

/** A node: a kubelet and a containerd of its own. */
export interface NodePlace {
  readonly name: string;
  readonly zone: string;
  readonly folder: string;
  readonly bridge: string;
  /** The first three numbers of the addresses of its pods. */
  readonly subnet: string;
  readonly cgroup: string;
}

/** Nodes, one for each zone. Their folders and links go by number: the kernel wants the names of these short. */
export function placesIn(zones: readonly string[]): NodePlace[] {
  return zones.map((zone, index) => ({
    name: `boot-${zone}`,
    zone,
    folder: `${machine.folder}/${index}`,
    bridge: `${machine.linkPrefix}${index}`,
    subnet: `10.201.${index}`,
    cgroup: `${machine.cgroupPrefix}${index}`,
  }));
}

/** The address of a node: that of its bridge. */
export const addressOf = ({ subnet }: NodePlace) => `${subnet}.1`;

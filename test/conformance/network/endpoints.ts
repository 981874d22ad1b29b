/** A pod, a node or an address, as the policy probe reads it. */
export interface Endpoint {
  readonly name: string;
  /** `node`: an address of a node, or of a pod we do not know; `cluster`: of a service or the control plane. */
  readonly kind: 'pod' | 'node' | 'cluster' | 'address';
  readonly ip: string;
  readonly namespace?: string;
  readonly namespaceLabels?: Readonly<Record<string, string>>;
  readonly podLabels?: Readonly<Record<string, string>>;
  /** A pod's port names, by `TCP 8733`. */
  readonly namedPorts?: Readonly<Record<string, string>>;
}

export interface Port {
  readonly port: number;
  readonly protocol: Protocol;
}
export const protocols = ['TCP', 'UDP', 'SCTP'] as const;
export type Protocol = (typeof protocols)[number];

/** A policy, as far as this part reads it; the probe gets the whole object. */
export interface NetworkPolicy {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly podSelector: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly policyTypes: readonly string[];
    readonly ingress?: readonly Rule[];
    readonly egress?: readonly Rule[];
  };
}
export interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly { readonly port?: number | string; readonly endPort?: number }[];
}
export interface Peer {
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

export function rulesOf({ spec }: NetworkPolicy): readonly Rule[] {
  return [...(spec.ingress ?? []), ...(spec.egress ?? [])];
}

/** Every network that a policy names, as an ipBlock or as an exception to one. */
export function networksOf(policies: readonly NetworkPolicy[]): string[] {
  const peers = policies.flatMap(rulesOf).flatMap(({ from = [], to = [] }) => [...from, ...to]);
  return peers.flatMap(({ ipBlock }) => (ipBlock ? [ipBlock.cidr, ...(ipBlock.except ?? [])] : []));
}

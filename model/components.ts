/**
 * Every component: the namespace it lives in and its named ports. What components know of each other
 * is written here and in flows.ts; they never import each other.
 */
export const components = {
  /** A public node. */
  sentry: { namespace: 'baking', ports: { p2p: 9732, rpc: 8733, metrics: 9932 } },
  /** The private node, the baker and the accuser: one pod. */
  baker: { namespace: 'baking', ports: { rpc: 8733, 'rpc-full': 8734, metrics: 9932 } },
  /** The endorser daemon of old chains. */
  endorser: { namespace: 'baking', ports: {} },
  /** The DAL attester node. */
  'dal-node': { namespace: 'baking', ports: { rpc: 10732, p2p: 11732, metrics: 11733 } },
  /** What the baker dials for signatures, whatever the custody. */
  'signer-gateway': { namespace: 'baking', ports: { signer: 6732 } },
} as const;

export type ComponentName = keyof typeof components;
export type PortName<C extends ComponentName> = keyof (typeof components)[C]['ports'] & string;

/** The namespaces of a bakery, before its name is put in front. */
export const namespaceRoles = ['baking', 'payouts', 'monitoring'] as const;
export type NamespaceRole = (typeof namespaceRoles)[number];

/** The number of a component's named port. */
export function portOf<C extends ComponentName>(component: C, port: PortName<C>): number {
  return (components[component].ports as Record<string, number>)[port];
}

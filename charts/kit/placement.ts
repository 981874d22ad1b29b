import type { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../model/bakery';
import { POOL_KEY, poolName } from '../../model/google/names';

/** Label of a node that says which zone it is in. */
const ZONE_KEY = 'topology.kubernetes.io/zone';

/** What goes first when a node is short of room: everything that a block or an attestation needs. */
export function bakingPriority(bakery: Bakery): string {
  return `${bakery.name}-baking`;
}

/** Puts a pod on the bakery's baking pool, and before others; with a zone, into that zone alone (its disk is there). */
export function bakingPlacement(bakery: Bakery, zone?: string) {
  const pool = poolName(bakery.name, 'baking');
  return {
    nodeSelector: { [POOL_KEY]: pool, ...(zone === undefined ? {} : { [ZONE_KEY]: zone }) },
    tolerations: [{ key: POOL_KEY, operator: 'Equal', value: pool, effect: 'NoSchedule' }],
    priorityClassName: bakingPriority(bakery),
  } satisfies Partial<k8s.PodSpec>;
}

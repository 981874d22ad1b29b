import type { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../model/bakery';
import { type ComponentName, components, poolOf } from '../../model/components';
import { POOL_KEY, poolName } from '../../model/google/pools';
import { priorityClass } from '../../model/priorities';

/** Label of a node that says which zone it is in. */
const ZONE_KEY = 'topology.kubernetes.io/zone';

/**
 * Puts a component's pod on its pool, with its priority; with a zone, into that zone alone (its disk is there).
 * The baking pool is tainted: nothing else runs there.
 */
export function placement(bakery: Bakery, component: ComponentName, zone?: string) {
  const role = poolOf(component);
  const pool = poolName(bakery.name, role);
  const taint = { key: POOL_KEY, operator: 'Equal', value: pool, effect: 'NoSchedule' };
  return {
    nodeSelector: { [POOL_KEY]: pool, ...(zone === undefined ? {} : { [ZONE_KEY]: zone }) },
    ...(role === 'baking' ? { tolerations: [taint] } : {}),
    priorityClassName: priorityClass(bakery.name, components[component].priority),
  } satisfies Partial<k8s.PodSpec>;
}

import { edited, type Json, type Stack } from './stacks';

const CLUSTER = 'google_container_cluster';
const POOL = 'google_container_node_pool';

const blocksOf = (json: Json, type: string): [string, Json][] => Object.entries<Json>(json.resource[type] ?? {});

/** One node more in each zone of the first pool, on larger machines with larger disks: what an operator does most often. */
export function largerPool(stack: Stack): { stack: Stack; address: string } {
  const [id] = blocksOf(stack.json, POOL)[0]!;
  const grown = edited(stack, ({ resource }) => {
    const pool = resource[POOL][id];
    if (pool.autoscaling) pool.autoscaling.max_node_count += 1;
    else pool.node_count += 1;
    const [node] = [pool.node_config].flat();
    node.machine_type = node.machine_type.replace(/\d+$/, (cpus: string) => String(2 * Number(cpus)));
    node.boot_disk.size_gb += 10;
  });
  return { stack: grown, address: `${POOL}.${id}` };
}

/** A change that no cluster takes: it would be made anew, and its pools with it. */
export function otherCluster(stack: Stack): { stack: Stack; address: string } {
  const [id] = blocksOf(stack.json, CLUSTER)[0]!;
  const replaced = edited(stack, ({ resource }) => {
    resource[CLUSTER][id].default_max_pods_per_node += 8;
  });
  return { stack: replaced, address: `${CLUSTER}.${id}` };
}

/** The same stack without a budget, and with the provider of budgets or without it. */
export function withoutBudget(stack: Stack, { provider: stays }: { provider: boolean }): Stack {
  return edited(stack, ({ resource, provider }) => {
    delete resource.google_billing_budget;
    if (!stays) provider.google = provider.google.filter(({ alias }: Json) => alias !== 'billing');
  });
}

/** The same stack with nothing in it that Terraform refuses to destroy. */
export function unguarded(stack: Stack): Stack {
  return edited(stack, ({ resource }) => {
    for (const byId of Object.values<Json>(resource))
      for (const block of Object.values<Json>(byId)) {
        if (block.lifecycle) delete block.lifecycle.prevent_destroy;
      }
  });
}

/** Addresses of resources that Terraform, or the provider, refuses to destroy. */
export function guarded({ resources }: Stack): string[] {
  return resources
    .filter(({ config }) => config.lifecycle?.prevent_destroy || config.deletion_policy === 'PREVENT')
    .map(({ address }) => address);
}

/** The cluster and its pools. */
export function clusterAddresses({ resources }: Stack): string[] {
  return resources.filter(({ type }) => [CLUSTER, POOL].includes(type)).map(({ address }) => address);
}

import { ComputeFirewall } from '@cdktf/provider-google/lib/compute-firewall';
import type { ComputeNetwork } from '@cdktf/provider-google/lib/compute-network';
import type { StackContext } from './stack-context';

/**
 * What may come in. GKE writes its own rules at priority 1000 and below: control plane to kubelets (10250) and
 * konnectivity, node to node, load balancers and their health checks. Pods are the NetworkPolicies' business. No
 * admission webhook runs in the cluster, so the control plane needs no other port of a node (8443, 9443).
 */
const rows = [
  {
    id: 'deny_ingress',
    suffix: 'deny-ingress',
    description: 'Everything that no other rule allows; unlike the implied rule it is logged',
    direction: 'INGRESS',
    priority: 65_534, // the implied rules have 65535
    sourceRanges: ['0.0.0.0/0'],
    deny: [{ protocol: 'all' }],
  },
] as const;

export function firewall({ stack, bakery }: StackContext, network: ComputeNetwork): void {
  for (const { id, suffix, sourceRanges, deny, ...rule } of rows) {
    new ComputeFirewall(stack, id, {
      name: `${bakery.name}-${suffix}`,
      network: network.id,
      ...rule,
      sourceRanges: [...sourceRanges],
      deny: [...deny],
      logConfig: { metadata: 'INCLUDE_ALL_METADATA' },
    });
  }
}

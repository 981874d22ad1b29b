import { ComputeNetwork } from '@cdktf/provider-google/lib/compute-network';
import { ComputeSubnetwork } from '@cdktf/provider-google/lib/compute-subnetwork';
import { firewall } from './firewall';
import { nat } from './nat';
import type { StackContext } from './stack-context';

/** Names of the subnet's secondary ranges. */
export const PODS = 'pods';
export const SERVICES = 'services';

export interface Vpc {
  readonly network: ComputeNetwork;
  readonly nodes: ComputeSubnetwork;
  /** What the internet sees the nodes come from. */
  readonly natAddresses: string[];
}

/** A network of the bakery's own. Nothing in it has an external address; NAT is the way out, load balancers the way in. */
export function vpc(context: StackContext): Vpc {
  const { stack, bakery, api } = context;
  const network = new ComputeNetwork(stack, 'vpc', {
    name: bakery.name,
    autoCreateSubnetworks: false,
    routingMode: 'REGIONAL',
    dependsOn: api('compute'),
  });
  const nodes = subnet(context, network);
  firewall(context, network);
  return { network, nodes, natAddresses: nat(context, { network, nodes }) };
}

function subnet({ stack, bakery }: StackContext, network: ComputeNetwork): ComputeSubnetwork {
  const { region, ranges } = bakery.settings.google;
  return new ComputeSubnetwork(stack, 'nodes', {
    name: `${bakery.name}-nodes`,
    network: network.id,
    region,
    ipCidrRange: ranges.nodes,
    secondaryIpRange: [
      { rangeName: PODS, ipCidrRange: ranges.pods },
      { rangeName: SERVICES, ipCidrRange: ranges.services },
    ],
    stackType: 'IPV4_ONLY',
    privateIpGoogleAccess: true, // Artifact Registry and Google's APIs without NAT
    // Enough to see who talked to whom; every packet of gossip would cost more than the nodes.
    logConfig: { aggregationInterval: 'INTERVAL_10_MIN', flowSampling: 0.1, metadata: 'INCLUDE_ALL_METADATA' },
  });
}

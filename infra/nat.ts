import { ComputeAddress } from '@cdktf/provider-google/lib/compute-address';
import type { ComputeNetwork } from '@cdktf/provider-google/lib/compute-network';
import { ComputeRouter } from '@cdktf/provider-google/lib/compute-router';
import { ComputeRouterNat } from '@cdktf/provider-google/lib/compute-router-nat';
import type { ComputeSubnetwork } from '@cdktf/provider-google/lib/compute-subnetwork';
import { NAT_PORTS_PER_NODE, natAddressCount } from '../model/google/pools';
import type { StackContext } from './stack-context';

/** The way out, from reserved addresses that a peer or an API provider can allow. Answers the addresses. */
export function nat(
  context: StackContext,
  { network, nodes }: { network: ComputeNetwork; nodes: ComputeSubnetwork },
): string[] {
  const { stack, bakery } = context;
  const { region } = bakery.settings.google;
  const addresses = natAddresses(context);
  const router = new ComputeRouter(stack, 'router', { name: `${bakery.name}-router`, network: network.id, region });
  new ComputeRouterNat(stack, 'nat', {
    name: `${bakery.name}-nat`,
    router: router.name,
    region,
    natIpAllocateOption: 'MANUAL_ONLY',
    natIps: addresses.map(({ selfLink }) => selfLink),
    sourceSubnetworkIpRangesToNat: 'LIST_OF_SUBNETWORKS',
    subnetwork: [{ name: nodes.id, sourceIpRangesToNat: ['ALL_IP_RANGES'] }],
    minPortsPerVm: NAT_PORTS_PER_NODE,
    // The nodes are few and alike; growing a node's share on demand drops packets while it grows.
    enableDynamicPortAllocation: false,
    enableEndpointIndependentMapping: false, // it would bind a port to one connection, whatever the destination
    logConfig: { enable: true, filter: 'ERRORS_ONLY' },
  });
  return addresses.map(({ address }) => address);
}

function natAddresses({ stack, bakery, api }: StackContext): ComputeAddress[] {
  return Array.from({ length: natAddressCount(bakery.settings) }, (_, i) => {
    return new ComputeAddress(stack, `nat_${i + 1}`, {
      name: `${bakery.name}-nat-${i + 1}`,
      region: bakery.settings.google.region,
      addressType: 'EXTERNAL',
      networkTier: 'PREMIUM',
      dependsOn: api('compute'),
      lifecycle: { createBeforeDestroy: true }, // an address leaves the NAT before it goes: tpg, compute_router_nat
    });
  });
}

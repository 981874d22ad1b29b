import { ComputeAddress } from '@cdktf/provider-google/lib/compute-address';
import { reservedAddresses } from '../model/google/reserved-addresses';
import type { StackContext } from './stack-context';

/** An external address under the name by which a Service takes it. */
export interface ReservedIp {
  readonly output: string;
  readonly why: string;
  readonly address: string;
}

/** Addresses that peers and home signers have written down: losing one cuts them off. */
export function reservedIps({ stack, bakery, api }: StackContext): ReservedIp[] {
  return reservedAddresses(bakery).map(({ name, output, why }) => {
    const reserved = new ComputeAddress(stack, output.replace(/_address$/, ''), {
      name,
      region: bakery.settings.google.region,
      addressType: 'EXTERNAL',
      networkTier: 'PREMIUM', // a Service takes an address of its own tier only, and PREMIUM is GKE's default
      dependsOn: api('compute'),
      lifecycle: { preventDestroy: true },
    });
    return { output, why, address: reserved.address };
  });
}

import type { Bakery } from '../../../model/bakery';
import { isDialled } from '../../../model/flows';
import { payoutNodes } from '../../../model/payout-nodes';
import { dalNodeRpcs } from '../../../model/tezos/dal-node-rpcs';
import { exporterRpcs } from '../../../model/tezos/exporter-rpcs';
import { accessList } from '../../../programs/payout-guard/rpc-list.contract';
import type { Files } from '../../component-chart';
import { listenOn } from '../ports';

/** What a DAL node, the chain-exporter or payout-guard may follow: it has a listener of its own for them, with an access list of its own. */
export type Followed = 'sentry' | 'baker';

/** The file of the access list. */
export const ACCESS_FILE = 'rpc-access.json';

/** The listener, where anybody may follow that component; a list for `--rpc-addr`. */
export function followedRpcAddrs(bakery: Bakery, component: Followed): string[] {
  return isDialled(bakery, component, 'rpc-follow') ? [listenOn(component, 'rpc-follow')] : [];
}

/** What payout-guard asks, and passes on for the engine: of those nodes alone that it asks. */
function payoutRpcs(bakery: Bakery, component: Followed): readonly string[] {
  const isAsked = payoutNodes(bakery).some((node) => node.component === component);
  if (!bakery.payouts || !bakery.has('payout-guard') || !isAsked) return [];
  return accessList(['payout-guard', 'preflight', bakery.payouts.engine]);
}

/**
 * The access list, as config.json has it: on that listener, what those ask and nothing else. Octez before 10.1 has no
 * such lists, and the policies alone guard the listener.
 */
export function accessFiles(bakery: Bakery, component: Followed): Files {
  if (!bakery.releases.node.hasRpcAcl) return {};
  const whitelist = [
    ...new Set([...(bakery.dal ? dalNodeRpcs : []), ...exporterRpcs, ...payoutRpcs(bakery, component)]),
  ];
  const acl = followedRpcAddrs(bakery, component).map((address) => ({ address, whitelist }));
  return acl.length > 0 ? { [ACCESS_FILE]: `${JSON.stringify({ acl })}\n` } : {};
}

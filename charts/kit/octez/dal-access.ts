import type { Bakery } from '../../../model/bakery';
import { isDialled } from '../../../model/flows';
import { dalNodeRpcs } from '../../../model/tezos/dal-node-rpcs';
import type { Files } from '../../component-chart';
import { listenOn } from '../ports';

/** What a DAL node may follow: it has a listener of its own there, with an access list of its own. */
export type Followed = 'sentry' | 'baker';

/** The file of the access list. */
export const DAL_ACCESS_FILE = 'dal-access.json';

/** The listener, where a DAL node may dial that component; a list for `--rpc-addr`. */
export function dalRpcAddrs(bakery: Bakery, component: Followed): string[] {
  return isDialled(bakery, component, 'rpc-follow') ? [listenOn(component, 'rpc-follow')] : [];
}

/** The access list, as config.json has it: on that listener, what a DAL node asks and nothing else. */
export function dalAccessFiles(bakery: Bakery, component: Followed): Files {
  const acl = dalRpcAddrs(bakery, component).map((address) => ({ address, whitelist: dalNodeRpcs }));
  return acl.length > 0 ? { [DAL_ACCESS_FILE]: `${JSON.stringify({ acl })}\n` } : {};
}

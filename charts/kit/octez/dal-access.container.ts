import type { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../../model/bakery';
import { isDialled } from '../../../model/flows';
import { octezImage } from '../../../model/images';
import { dalNodeRpcs } from '../../../model/tezos/dal-node-rpcs';
import { fixedResources } from '../../../model/workloads';
import type { Files } from '../../component-chart';
import { listenOn } from '../ports';
import { resources } from '../resources';
import { containerSecurity } from '../security';
import { claimMount, configMount } from '../volumes';
import accessList from './access-list.sh';
import { DATA_DIR, NODE_VOLUME, type OctezNode, SCRIPTS_DIR } from './octez-node';

/** What a node has for a DAL node that follows it: a listener of its own, with an access list of its own. */
type Followed = 'sentry' | 'baker';

const ACCESS_SCRIPT = 'access-list.sh';
const RPC_FILE = 'rpc.json';

/** The listener, where a DAL node may dial that component; a list for `--rpc-addr`. */
export function dalRpcAddrs(bakery: Bakery, component: Followed): string[] {
  return isDialled(bakery, component, 'rpc-dal') ? [listenOn(component, 'rpc-dal')] : [];
}

/** The files of `dalAccessContainers`: on that listener, what a DAL node asks and nothing else. */
export function dalAccessScripts(bakery: Bakery, component: Followed): Files {
  const acl = dalRpcAddrs(bakery, component).map((address) => ({ address, whitelist: dalNodeRpcs }));
  return acl.length > 0 ? { [ACCESS_SCRIPT]: accessList, [RPC_FILE]: `${JSON.stringify({ acl })}\n` } : {};
}

/** Writes the access list into config.json: after the import, which makes that file. */
export function dalAccessContainers({ bakery, scripts, claim }: OctezNode, component: Followed): k8s.Container[] {
  if (dalRpcAddrs(bakery, component).length === 0) return [];
  return [
    {
      name: 'access-list',
      image: octezImage(bakery, bakery.releases.node),
      command: ['/bin/sh', `${SCRIPTS_DIR}/${ACCESS_SCRIPT}`],
      env: [
        { name: 'CONFIG', value: `${DATA_DIR}/config.json` },
        { name: 'RPC', value: `${SCRIPTS_DIR}/${RPC_FILE}` },
      ],
      resources: resources(fixedResources.copy),
      securityContext: containerSecurity(),
      volumeMounts: [claimMount(claim, NODE_VOLUME, 'node'), configMount(scripts, SCRIPTS_DIR)],
    },
  ];
}

import { portOf } from '../../../model/components';

/** The Service of the private node's RPC. */
export const PRIVATE_NODE_SERVICE = 'baker-rpc';

/** The private node's RPC for daemons in other pods: every RPC is allowed, and network policies say who dials. */
export const PRIVATE_NODE_URL = `http://${PRIVATE_NODE_SERVICE}:${portOf('baker', 'rpc-full')}`;

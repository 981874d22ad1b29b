import type { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../../model/bakery';
import type { ClaimFact } from '../../../model/claims';
import type { BakerySettings } from '../../../model/settings/bakery.settings';
import type { OctezRelease } from '../../../model/tezos/octez';
import { type HistoryMode, type NodeRun, nodeCommand } from '../../../model/tezos/octez-commands';
import { claimMount, tmpMount } from '../volumes';

/** An Octez node, whatever its part: a sentry or the private node. */
export interface OctezNode {
  readonly bakery: Bakery;
  readonly component: 'sentry' | 'baker';
  readonly release: OctezRelease;
  /** What private node and sentry have alike. */
  readonly settings: Omit<BakerySettings['privateNode'], 'historyMode' | 'downloads'>;
  readonly historyMode: HistoryMode;
  readonly claim: ClaimFact;
  /** What tells the node apart from others: `nodeFlags` adds what all nodes of a bakery share. */
  readonly flags: Pick<
    NodeRun,
    'netAddr' | 'rpcAddrs' | 'allowAllRpc' | 'metricsAddr' | 'peers' | 'isPrivate' | 'synchronisationThreshold'
  >;
}

/** Where the claim is mounted: the data, and beside it what an import works with. */
export const NODE_VOLUME = '/var/tezos/node';
export const DATA_DIR = `${NODE_VOLUME}/data`;
/** The ConfigMap of what Octez pods run before they start, and where it is mounted. */
export const OCTEZ_SCRIPTS = 'octez-scripts';
export const SCRIPTS_DIR = '/opt/tezos-bakery';

/** Loopback: every RPC is allowed, and only containers of the pod can dial it. */
export const LOCAL_RPC = '127.0.0.1:8732';
export const LOCAL_RPC_URL = `http://${LOCAL_RPC}`;

/** Octez looks for its files in the home directory; the root is read-only, and nothing of value must go there. */
export const octezEnv: k8s.EnvVar[] = [{ name: 'HOME', value: '/tmp' }];

/** The command of the node. */
export function runCommand({ release, historyMode, flags }: OctezNode): string[] {
  return nodeCommand({
    release,
    dataDir: DATA_DIR,
    historyMode,
    ...flags,
  });
}

/** The container of the node. */
export const NODE_CONTAINER = 'node';

/** The disk of the node. */
export function nodeDisk({ claim }: OctezNode): k8s.VolumeMount {
  return claimMount(claim, NODE_VOLUME, 'node');
}

/** The disk, and room for sockets and temporary files: of the node, and of what runs before it. */
export function nodeMounts(node: OctezNode): k8s.VolumeMount[] {
  return [nodeDisk(node), tmpMount(NODE_CONTAINER)];
}

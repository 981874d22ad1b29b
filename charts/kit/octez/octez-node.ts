import type { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../../model/bakery';
import type { ClaimFact } from '../../../model/claims';
import type { BakerySettings } from '../../../model/settings/bakery.settings';
import type { OctezRelease } from '../../../model/tezos/octez';
import { type NodeRun, nodeCommand } from '../../../model/tezos/octez-commands';
import { claimMount, tmpMount } from '../volumes';

/** An Octez node, whatever its part: a sentry or the private node. */
export interface OctezNode {
  readonly bakery: Bakery;
  readonly release: OctezRelease;
  /** What private node and sentry have alike. */
  readonly settings: Omit<BakerySettings['privateNode'], 'downloads'>;
  readonly claim: ClaimFact;
  /** The ConfigMap with the scripts of its init containers. */
  readonly scripts: string;
  /** What tells the node apart from others: `nodeFlags` adds what all nodes of a bakery share. */
  readonly flags: Pick<
    NodeRun,
    'netAddr' | 'rpcAddrs' | 'allowAllRpc' | 'metricsAddr' | 'peers' | 'isPrivate' | 'synchronisationThreshold'
  >;
}

/** Where the claim is mounted: the data, and beside it what an import works with. */
export const NODE_VOLUME = '/var/tezos/node';
export const DATA_DIR = `${NODE_VOLUME}/data`;
/** Where scripts are mounted. */
export const SCRIPTS_DIR = '/opt/tezos-bakery';

/** Loopback: every RPC is allowed, and only containers of the pod can dial it. */
export const LOCAL_RPC = '127.0.0.1:8732';
export const LOCAL_RPC_URL = `http://${LOCAL_RPC}`;

/** Octez looks for its files in the home directory; the root is read-only, and nothing of value must go there. */
export const octezEnv: k8s.EnvVar[] = [{ name: 'HOME', value: '/tmp' }];

/** The command of the node. */
export function runCommand({ release, settings, flags }: OctezNode): string[] {
  return nodeCommand({
    release,
    dataDir: DATA_DIR,
    historyMode: settings.historyMode,
    ...flags,
  });
}

/** The claim, and room for sockets and temporary files. */
export function nodeMounts({ claim }: OctezNode): k8s.VolumeMount[] {
  return [claimMount(claim, NODE_VOLUME, 'node'), tmpMount];
}

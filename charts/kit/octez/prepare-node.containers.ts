import type { k8s } from 'cdk8s-plus-27';
import { octezImage } from '../../../model/images';
import { networkConfigFor } from '../../../model/tezos/networks';
import { historyModeWord, identityCommand, REDIAL_SECONDS } from '../../../model/tezos/octez-commands';
import { fixedResources } from '../../../model/workloads';
import type { Files } from '../../component-chart';
import { resources } from '../resources';
import { containerSecurity } from '../security';
import { configMount } from '../volumes';
import configureNode from './configure-node.sh';
import findPeers from './find-peers.sh';
import { ACCESS_FILE, accessFiles } from './follow-access';
import importSnapshot from './import-snapshot.sh';
import { importSources, sourcesFile } from './import-sources';
import {
  DATA_DIR,
  NODE_VOLUME,
  nodeDisk,
  nodeMounts,
  OCTEZ_SCRIPTS,
  type OctezNode,
  octezEnv,
  SCRIPTS_DIR,
} from './octez-node';

const IMPORT_SCRIPT = 'import-snapshot.sh';
const CONFIGURE_SCRIPT = 'configure-node.sh';
const PEERS_SCRIPT = 'find-peers.sh';
const NETWORK_FILE = 'network.json';

/** What the init containers of a node run, for the ConfigMap of scripts. */
export function nodeScripts(bakery: OctezNode['bakery']): Files {
  return {
    [IMPORT_SCRIPT]: importSnapshot,
    [CONFIGURE_SCRIPT]: configureNode,
    ...importSources(bakery),
    ...networkFiles(bakery),
    ...nodeFiles({ bakery, component: 'sentry' }),
    ...nodeFiles({ bakery, component: 'baker' }),
  };
}

/** What a node is told by files at each of its starts: what those who follow it may ask. */
export function nodeFiles({ bakery, component }: Pick<OctezNode, 'bakery' | 'component'>): Files {
  return accessFiles(bakery, component);
}

/**
 * The network, where the bakery file itself holds it. `config init` copies it into config.json when the data is made, and
 * `run` reads it from there alone: another one reaches a node with its next import.
 */

function networkFiles({ network, releases }: OctezNode['bakery']): Files {
  const { inline } = networkConfigFor(network, releases.node);
  return inline ? { [NETWORK_FILE]: `${JSON.stringify(sorted(inline), null, 2)}\n` } : {};
}

/** With the keys of each section in order: another order of them in the file is the same network. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

/**
 * What must be done before the node starts, in this order: its first state; its identity, where `run` does not make it
 * (after the import, which replaces the directory); the format of its data, which is up to date on most starts; what its
 * configuration must follow.
 */
export function prepareNode(node: OctezNode): k8s.Container[] {
  const { release } = node;
  const identity = identityCommand(release, DATA_DIR);
  const containers = [importContainer(node)];
  if (identity)
    containers.push(shell(node, 'identity', `test -s ${DATA_DIR}/identity.json || exec ${identity.join(' ')}`));
  const upgrade = [release.binaries.node, 'upgrade', 'storage', '--data-dir', DATA_DIR].join(' ');
  // A directory without a version is a new one, and `upgrade` refuses it.
  containers.push(shell(node, 'upgrade-storage', `test ! -e ${DATA_DIR}/version.json || exec ${upgrade}`));
  containers.push(configureContainer(node));
  return containers;
}

/** The script of `findPeersContainer`. */
export const findPeersScripts: Files = { [PEERS_SCRIPT]: findPeers };

/** For a node that knows no other peers than those it is told by name. */
export function findPeersContainer({ bakery, release, flags }: OctezNode): k8s.Container {
  const names = flags.peers.map((peer) => peer.split(':')[0]);
  return {
    name: 'find-peers',
    image: octezImage(bakery, release),
    command: ['/bin/sh', `${SCRIPTS_DIR}/${PEERS_SCRIPT}`],
    env: [{ name: 'PEERS', value: names.join(' ') }],
    resources: resources(fixedResources.copy),
    securityContext: containerSecurity(),
    volumeMounts: [configMount(OCTEZ_SCRIPTS, SCRIPTS_DIR)],
  };
}

function configureContainer(node: OctezNode): k8s.Container {
  const { peers, isPrivate } = node.flags;
  // Public nodes have many peers, and are polite to them; a private one has its sentries, which are ours.
  const redial = isPrivate ? [{ name: 'REDIAL_SECONDS', value: String(REDIAL_SECONDS) }] : [];
  const isListed = ACCESS_FILE in nodeFiles(node);
  const access = isListed ? [{ name: 'RPC', value: `${SCRIPTS_DIR}/${ACCESS_FILE}` }] : [];
  return {
    ...initContainer(node, 'configure', ['/bin/sh', `${SCRIPTS_DIR}/${CONFIGURE_SCRIPT}`]),
    env: [
      { name: 'CONFIG', value: `${DATA_DIR}/config.json` },
      { name: 'PEERS', value: peers.join(' ') },
      ...redial,
      ...access,
    ],
    resources: resources(fixedResources.copy),
    volumeMounts: [nodeDisk(node), configMount(OCTEZ_SCRIPTS, SCRIPTS_DIR)],
  };
}

function importContainer(node: OctezNode): k8s.Container {
  const container = initContainer(node, 'import', ['/bin/sh', `${SCRIPTS_DIR}/${IMPORT_SCRIPT}`]);
  const set = Object.entries(importSettings(node)).filter(([, value]) => value !== '');
  return {
    ...container,
    env: [...octezEnv, ...set.map(([name, value]) => ({ name, value }))],
    volumeMounts: [...nodeMounts(node), configMount(OCTEZ_SCRIPTS, SCRIPTS_DIR)],
  };
}

/**
 * The variables of import-snapshot.sh that the data follows from. What is of no use once the data is there lies in a file
 * (import-sources.ts): another one restarts nothing. A new word in `reimport` must.
 */
function importSettings(node: OctezNode): Record<string, string> {
  const { bakery, release, settings, historyMode, claim } = node;
  return {
    NODE: release.binaries.node,
    VOLUME: NODE_VOLUME,
    CHAIN: bakery.network.chainId,
    NETWORK: networkWord(node),
    HISTORY_MODE: historyModeWord(historyMode, release),
    CAN_SWITCH_HISTORY_MODE: release.hasHistoryModeSwitch ? 'yes' : '',
    HAS_SNAPSHOT_INFO: release.hasSnapshotInfo ? 'yes' : '',
    SOURCES: `${SCRIPTS_DIR}/${sourcesFile(claim.name)}`,
    REIMPORT: settings.reimport ?? '',
  };
}

/** What `--network` takes: a name, a URL or a file. */
function networkWord({ bakery, release }: OctezNode): string {
  const { alias, url } = networkConfigFor(bakery.network, release);
  return alias?.name ?? url?.url ?? `${SCRIPTS_DIR}/${NETWORK_FILE}`;
}

function shell(node: OctezNode, name: string, script: string): k8s.Container {
  return { ...initContainer(node, name, ['/bin/sh', '-c', script]), env: octezEnv, volumeMounts: nodeMounts(node) };
}

/** Init containers run one after the other: each may have what the node has, and the pod asks for no more. */
function initContainer({ bakery, release, settings }: OctezNode, name: string, command: string[]): k8s.Container {
  return {
    name,
    image: octezImage(bakery, release),
    command,
    resources: resources(settings),
    securityContext: containerSecurity(),
  };
}

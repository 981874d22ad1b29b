import type { k8s } from 'cdk8s-plus-27';
import { octezImage } from '../../../model/images';
import { networkConfigFor } from '../../../model/tezos/networks';
import { historyModeWord, identityCommand } from '../../../model/tezos/octez-commands';
import { spelledAlike } from '../../../model/tezos/witnesses';
import { fixedResources } from '../../../model/workloads';
import type { Files } from '../../component-chart';
import { resources } from '../resources';
import { containerSecurity } from '../security';
import { configMount } from '../volumes';
import findPeers from './find-peers.sh';
import importSnapshot from './import-snapshot.sh';
import { DATA_DIR, NODE_VOLUME, nodeMounts, type OctezNode, octezEnv, SCRIPTS_DIR } from './octez-node';

const IMPORT_SCRIPT = 'import-snapshot.sh';
const PEERS_SCRIPT = 'find-peers.sh';
const NETWORK_FILE = 'network.json';

/** What the init containers of a node run, for the ConfigMap that `OctezNode.scripts` names. */
export function nodeScripts({ network, releases }: OctezNode['bakery']): Files {
  const { inline } = networkConfigFor(network, releases.node);
  return {
    [IMPORT_SCRIPT]: importSnapshot,
    ...(inline ? { [NETWORK_FILE]: `${JSON.stringify(sorted(inline), null, 2)}\n` } : {}),
  };
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
 * (after the import, which replaces the directory); the format of its data, which is up to date on most starts.
 */
export function prepareNode(node: OctezNode): k8s.Container[] {
  const release = node.bakery.releases.node;
  const identity = identityCommand(release, DATA_DIR);
  const containers = [importContainer(node)];
  if (identity)
    containers.push(shell(node, 'identity', `test -s ${DATA_DIR}/identity.json || exec ${identity.join(' ')}`));
  const upgrade = [release.binaries.node, 'upgrade', 'storage', '--data-dir', DATA_DIR].join(' ');
  // A directory without a version is a new one, and `upgrade` refuses it.
  containers.push(shell(node, 'upgrade-storage', `test ! -e ${DATA_DIR}/version.json || exec ${upgrade}`));
  return containers;
}

/** The script of `findPeersContainer`. */
export const findPeersScripts: Files = { [PEERS_SCRIPT]: findPeers };

/** For a node that knows no other peers than those it is told by name. */
export function findPeersContainer({ bakery, scripts, flags }: OctezNode): k8s.Container {
  const names = flags.peers.map((peer) => peer.split(':')[0]);
  return {
    name: 'find-peers',
    image: octezImage(bakery, bakery.releases.node),
    command: ['/bin/sh', `${SCRIPTS_DIR}/${PEERS_SCRIPT}`],
    env: [{ name: 'PEERS', value: names.join(' ') }],
    resources: resources(fixedResources.copy),
    securityContext: containerSecurity(),
    volumeMounts: [configMount(scripts, SCRIPTS_DIR)],
  };
}

function importContainer(node: OctezNode): k8s.Container {
  const container = initContainer(node, 'import', ['/bin/sh', `${SCRIPTS_DIR}/${IMPORT_SCRIPT}`]);
  const set = Object.entries(importSettings(node)).filter(([, value]) => value !== '');
  return {
    ...container,
    env: [...octezEnv, ...set.map(([name, value]) => ({ name, value }))],
    volumeMounts: [...nodeMounts(node), configMount(node.scripts, SCRIPTS_DIR)],
  };
}

/** The variables of import-snapshot.sh. */
function importSettings(node: OctezNode): Record<string, string> {
  const { bakery, settings } = node;
  const { historyMode } = settings;
  const { snapshots, publicRpcs, block = '' } = bakery.bringUp(historyMode);
  const mode = historyMode.full ? 'full' : 'rolling';
  const lines = (sources: readonly { url: string; operator: string }[]) =>
    sources.map(({ url, operator }) => `${url.replaceAll('{mode}', mode)} ${operator}\n`).join('');
  return {
    NODE: bakery.releases.node.binaries.node,
    VOLUME: NODE_VOLUME,
    CHAIN: bakery.network.chainId,
    NETWORK: networkWord(bakery),
    HISTORY_MODE: historyModeWord(historyMode, bakery.releases.node),
    PROVIDERS: lines(snapshots),
    PUBLIC_RPCS: lines(spelledAlike(inOrder(publicRpcs))),
    BLOCK: block,
    HAS_SNAPSHOT_INFO: bakery.releases.node.hasSnapshotInfo ? 'yes' : '',
    REIMPORT: settings.reimport ?? '',
  };
}

/** The witnesses are a set: another order of them rolls no pod. Providers are tried in the order of the file. */
function inOrder<T extends { url: string; operator: string }>(rpcs: readonly T[]): T[] {
  const key = ({ url, operator }: T) => `${url} ${operator}`;
  return [...rpcs].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** What `--network` takes: a name, a URL or a file. */
function networkWord({ network, releases }: OctezNode['bakery']): string {
  const { alias, url } = networkConfigFor(network, releases.node);
  return alias?.name ?? url?.url ?? `${SCRIPTS_DIR}/${NETWORK_FILE}`;
}

function shell(node: OctezNode, name: string, script: string): k8s.Container {
  return { ...initContainer(node, name, ['/bin/sh', '-c', script]), env: octezEnv, volumeMounts: nodeMounts(node) };
}

/** Init containers run one after the other: each may have what the node has, and the pod asks for no more. */
function initContainer({ bakery, settings }: OctezNode, name: string, command: string[]): k8s.Container {
  return {
    name,
    image: octezImage(bakery, bakery.releases.node),
    command,
    resources: resources(settings),
    securityContext: containerSecurity(),
  };
}

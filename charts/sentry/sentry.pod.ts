import type { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../model/bakery';
import { claimNamed } from '../../model/claims';
import type { Files } from '../kit/config-map';
import { LOCAL_RPC, type OctezNode } from '../kit/octez/octez-node';
import { nodeContainer } from '../kit/octez/octez-node.container';
import { nodeScripts, prepareNode } from '../kit/octez/prepare-node.containers';
import { containerPort, listenOn } from '../kit/ports';
import { claimVolume, configVolume, tmpVolume } from '../kit/volumes';

/** The ConfigMap of all sentries' scripts. */
export const SENTRY_SCRIPTS = 'sentry-scripts';

export function sentryScripts(bakery: Bakery): Files {
  return nodeScripts(bakery);
}

/** `sentry-a`: name of the sentry's StatefulSet and Service, and its instance label. */
export function sentryInstance(name: string): string {
  return `sentry-${name}`;
}

/** The pod of the sentry at that place of the list. */
export function sentryPod(bakery: Bakery, index: number): k8s.PodSpec {
  const node = sentryNode(bakery, index);
  return {
    // A node that is killed while it closes its store may need minutes of repair, or a new import.
    terminationGracePeriodSeconds: 300,
    initContainers: prepareNode(node),
    containers: [nodeContainer(node, sentryPorts(bakery))],
    volumes: [claimVolume(node.claim), configVolume(node.scripts), tmpVolume()],
  };
}

function sentryNode(bakery: Bakery, index: number): OctezNode {
  const settings = bakery.settings.sentries[index];
  return {
    bakery,
    settings,
    claim: claimNamed(bakery, `${sentryInstance(settings.name)}-node-data`),
    scripts: SENTRY_SCRIPTS,
    flags: {
      netAddr: listenOn('sentry', 'p2p'),
      // The second one has the release's access list: what an unknown client may ask. Before Octez 10.3 there is no
      // such list, and the network policies alone guard it.
      rpcAddrs: [LOCAL_RPC, listenOn('sentry', 'rpc')],
      allowAllRpc: [],
      metricsAddr: listenOn('sentry', 'metrics'),
      peers: bakery.network.bootstrapPeers,
      isPrivate: false,
    },
  };
}

function sentryPorts({ releases }: Bakery): k8s.ContainerPort[] {
  const ports = [containerPort('sentry', 'p2p'), containerPort('sentry', 'rpc')];
  return releases.node.hasMetricsServer ? [...ports, containerPort('sentry', 'metrics')] : ports;
}

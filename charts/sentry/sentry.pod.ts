import type { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../model/bakery';
import { claimNamed } from '../../model/claims';
import type { Sentry } from '../../model/sentries';
import { followedRpcAddrs } from '../kit/octez/follow-access';
import { LOCAL_RPC, NODE_CONTAINER, OCTEZ_SCRIPTS, type OctezNode } from '../kit/octez/octez-node';
import { nodeContainer } from '../kit/octez/octez-node.container';
import { prepareNode } from '../kit/octez/prepare-node.containers';
import { containerPort, dialledContainerPorts, listenIfDialled, listenOn } from '../kit/ports';
import { claimVolume, configVolume, tmpVolume } from '../kit/volumes';

export function sentryPod(bakery: Bakery, sentry: Sentry): k8s.PodSpec {
  const node = sentryNode(bakery, sentry);
  return {
    // A node that is killed while it closes its store may need minutes of repair, or a new import.
    terminationGracePeriodSeconds: 300,
    initContainers: prepareNode(node),
    containers: [nodeContainer(node, sentryPorts(node))],
    volumes: [claimVolume(node.claim), configVolume(OCTEZ_SCRIPTS), tmpVolume(NODE_CONTAINER)],
  };
}

export function sentryNode(bakery: Bakery, sentry: Sentry): OctezNode {
  return {
    bakery,
    component: 'sentry',
    release: bakery.sentryRelease(sentry),
    settings: sentry.settings,
    historyMode: sentry.historyMode,
    claim: claimNamed(bakery, sentry.claim),
    flags: {
      netAddr: listenOn('sentry', 'p2p'),
      // The second one has the release's access list: what an unknown client may ask; the third one has ours. Before
      // Octez 10.1 there is no such list, and the network policies alone guard it.
      rpcAddrs: [LOCAL_RPC, listenOn('sentry', 'rpc'), ...followedRpcAddrs(bakery, 'sentry')],
      allowAllRpc: [],
      metricsAddr: listenIfDialled(bakery, 'sentry', 'metrics'),
      peers: bakery.network.bootstrapPeers,
      isPrivate: false,
    },
  };
}

function sentryPorts({ bakery, release }: OctezNode): k8s.ContainerPort[] {
  const metrics = release.hasMetricsServer ? (['metrics'] as const) : [];
  const probed = containerPort('sentry', 'rpc');
  return [containerPort('sentry', 'p2p'), probed, ...dialledContainerPorts(bakery, 'sentry', 'rpc-follow', ...metrics)];
}

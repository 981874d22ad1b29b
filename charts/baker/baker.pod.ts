import type { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../model/bakery';
import { claimNamed } from '../../model/claims';
import { isDialled } from '../../model/flows';
import { followedRpcAddrs } from '../kit/octez/follow-access';
import { LOCAL_RPC, NODE_CONTAINER, OCTEZ_SCRIPTS, type OctezNode } from '../kit/octez/octez-node';
import { nodeContainer } from '../kit/octez/octez-node.container';
import { findPeersContainer, prepareNode } from '../kit/octez/prepare-node.containers';
import { walletContainer } from '../kit/octez/wallet';
import { containerPort, dialledContainerPorts, listenIfDialled, listenOn } from '../kit/ports';
import { claimVolume, configVolume, tmpVolume } from '../kit/volumes';
import { BAKER_CONTAINER, bakerContainer, baseDirMount } from './baker.container';

export const BAKER_WALLET = 'baker-wallet';

/** The private node and the baker: one pod, since the baker reads the node's disk. */
export function bakerPod(bakery: Bakery): k8s.PodSpec {
  const node = privateNode(bakery);
  return {
    // A node that is killed while it closes its store may need minutes of repair, or a new import.
    terminationGracePeriodSeconds: 300,
    initContainers: [
      ...prepareNode(node),
      ...(bakery.has('sentry') ? [findPeersContainer(node)] : []),
      walletContainer(bakery, BAKER_WALLET, baseDirMount(bakery)),
    ],
    containers: [nodeContainer(node, privateNodePorts(bakery)), bakerContainer(node)],
    volumes: [
      claimVolume(node.claim),
      claimVolume(claimNamed(bakery, 'baker-base-dir')),
      configVolume(OCTEZ_SCRIPTS),
      configVolume(BAKER_WALLET),
      ...[NODE_CONTAINER, BAKER_CONTAINER].map(tmpVolume),
    ],
  };
}

/** Peers with the sentries only; a bakery without sentries peers with the network directly. */
export function privateNode(bakery: Bakery): OctezNode {
  // For pods that ask what the access list of a release refuses (monitor RPCs).
  const fullRpc = isDialled(bakery, 'baker', 'rpc-full') ? [listenOn('baker', 'rpc-full')] : [];
  const behindSentries = bakery.has('sentry');
  return {
    bakery,
    component: 'baker',
    release: bakery.releases.node,
    settings: bakery.settings.privateNode,
    historyMode: bakery.settings.privateNode.historyMode,
    claim: claimNamed(bakery, 'baker-node-data'),
    flags: {
      netAddr: '127.0.0.1:9732', // it dials out; nobody dials in
      // The second one has the release's access list, the third one has none: policies say who may dial it. The last
      // one has ours. Before Octez 10.1 no listener has a list, and the policies alone guard them all.
      rpcAddrs: [LOCAL_RPC, listenOn('baker', 'rpc'), ...fullRpc, ...followedRpcAddrs(bakery, 'baker')],
      allowAllRpc: fullRpc,
      metricsAddr: listenIfDialled(bakery, 'baker', 'metrics'),
      peers: behindSentries ? bakery.sentries.map(({ peer }) => peer).sort() : bakery.network.bootstrapPeers,
      isPrivate: behindSentries,
      synchronisationThreshold: 1, // one sentry is enough to bake: a lost zone must not stop it
    },
  };
}

function privateNodePorts(bakery: Bakery): k8s.ContainerPort[] {
  const metrics = bakery.releases.node.hasMetricsServer ? (['metrics'] as const) : [];
  const probed = containerPort('baker', 'rpc');
  return [probed, ...dialledContainerPorts(bakery, 'baker', 'rpc-full', 'rpc-follow', ...metrics)];
}

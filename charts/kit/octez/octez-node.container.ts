import { k8s } from 'cdk8s-plus-27';
import { octezImage } from '../../../model/images';
import type { OctezRelease } from '../../../model/tezos/octez';
import { connectionsFor } from '../../../model/tezos/octez-commands';
import { isLoopback } from '../ports';
import { resources } from '../resources';
import { containerSecurity } from '../security';
import { LOCAL_RPC_URL, NODE_CONTAINER, nodeMounts, type OctezNode, octezEnv, runCommand } from './octez-node';

const STARTUP_SECONDS = 7200;

/** The node itself. `ports` are those of its component; the `rpc` port is the listener that probes dial. */
export function nodeContainer(node: OctezNode, ports: k8s.ContainerPort[]): k8s.Container {
  const { release } = node;
  return {
    name: NODE_CONTAINER,
    image: octezImage(node.bakery, release),
    command: runCommand(node),
    env: octezEnv,
    ports,
    startupProbe: { ...rpcAnswers(release), periodSeconds: 2, failureThreshold: STARTUP_SECONDS / 2 },
    readinessProbe: { ...synced(release), periodSeconds: 10, failureThreshold: 2 },
    // A halted chain must not restart every node: neither the age of the head nor sync counts here, only 3 minutes of silence.
    livenessProbe: { ...rpcAnswers(release), periodSeconds: 30, failureThreshold: 6 },
    resources: resources(node.settings),
    securityContext: containerSecurity(),
    volumeMounts: nodeMounts(node),
  };
}

/** What surprises in the pod of a node, for who reads its StatefulSet. */
export function nodeWhy({ flags }: OctezNode): string[] {
  const reasons = [
    `startupProbe ${STARTUP_SECONDS} s: RPC answers only when the store is open, and an upgrade of the data or a long replay must not be cut short.`,
  ];
  if (isLoopback(flags.netAddr)) reasons.push(`--net-addr ${flags.netAddr}: it dials out, and nobody dials in.`);
  if (flags.isPrivate) {
    reasons.push(
      `--connections ${connectionsFor(flags.peers.length)}: with this number it redials as soon as one of its peers (${flags.peers.length}) is gone; with a smaller one it would do without.`,
    );
  }
  return reasons;
}

/** A GET that costs the node nothing. `/version` is in the access list of every release that has one; 7.5 may lack it. */
function rpcAnswers({ hasRpcAcl }: OctezRelease): k8s.Probe {
  const path = hasRpcAcl ? '/version' : '/chains/main/chain_id';
  return { httpGet: { path, port: k8s.IntOrString.fromString('rpc') }, timeoutSeconds: 10 };
}

/**
 * The answer's status is 200 whether or not the node is synced, so its text counts: sync_state is synced, unsynced or
 * stuck, and the quotes keep "unsynced" from matching. `bootstrapped` would never go back to false. What a probe prints
 * is what the pod's event says when it fails.
 */
function synced(release: OctezRelease): k8s.Probe {
  if (!release.hasIsBootstrappedRpc) return rpcAnswers(release);
  const ask = `wget -q -T 5 -O - ${LOCAL_RPC_URL}/chains/main/is_bootstrapped 2>&1`;
  const judge = `echo "$answer"; case $answer in *'"synced"'*) ;; *) exit 1 ;; esac`;
  return { exec: { command: ['/bin/sh', '-c', `answer=$(${ask}); ${judge}`] }, timeoutSeconds: 10 };
}

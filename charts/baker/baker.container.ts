import type { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../model/bakery';
import { claimNamed } from '../../model/claims';
import { urlOf } from '../../model/components';
import { octezImage } from '../../model/images';
import { daemonCommand } from '../kit/octez/daemon-command';
import { DATA_DIR, LOCAL_RPC_URL, nodeDisk, type OctezNode, octezEnv } from '../kit/octez/octez-node';
import { signingAliases } from '../kit/octez/wallet';
import { resources } from '../kit/resources';
import { containerSecurity } from '../kit/security';
import { claimMount, tmpMount } from '../kit/volumes';

export const BAKER_CONTAINER = 'baker';

/** Where the baker keeps what it must not lose: its watermarks and nonces. */
export function baseDirMount(bakery: Bakery): k8s.VolumeMount {
  return claimMount(claimNamed(bakery, 'baker-base-dir'), '/var/tezos/baker', 'baker');
}

/**
 * The baker, beside the private node. There is no liveness probe: it has no port, and restarting a baker that waits for
 * its node or its signer helps nobody.
 */
export function bakerContainer(node: OctezNode): k8s.Container {
  const { bakery } = node;
  const baseDir = baseDirMount(bakery);
  const run = {
    endpoint: LOCAL_RPC_URL,
    baseDir: baseDir.mountPath,
    nodeDataDir: DATA_DIR,
    keys: signingAliases(bakery),
    liquidityBakingVote: bakery.settings.liquidityBakingVote ?? 'pass', // rules ask for it where the chain has the vote
    dalNode: bakery.has('dal-node') ? urlOf(bakery, 'dal-node', 'rpc') : undefined,
  };
  const baker = bakery.daemon('baker')!; // every chain has one
  return {
    name: BAKER_CONTAINER,
    image: octezImage(bakery, bakery.releases.baker),
    command: daemonCommand(baker, run, bakery.network.chainId),
    env: octezEnv,
    resources: resources(bakery.settings.baker),
    securityContext: containerSecurity(),
    volumeMounts: [baseDir, nodeDisk(node), tmpMount(BAKER_CONTAINER)], // it reads the node's context from its disk
  };
}

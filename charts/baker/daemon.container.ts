import type { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../model/bakery';
import { claimNamed } from '../../model/claims';
import { urlOf } from '../../model/components';
import { octezImage } from '../../model/images';
import type { ClientDaemon } from '../../model/tezos/daemons';
import { fixedResources, type Resources } from '../../model/workloads';
import { daemonCommand } from '../kit/octez/daemon-command';
import { DATA_DIR, LOCAL_RPC_URL, nodeDisk, type OctezNode, octezEnv } from '../kit/octez/octez-node';
import { signingAliases } from '../kit/octez/wallet';
import { resources } from '../kit/resources';
import { containerSecurity } from '../kit/security';
import { claimMount, tmpMount } from '../kit/volumes';

/** The daemons that run beside the private node, in its pod. */
export function privateNodeDaemons(bakery: Bakery): ClientDaemon[] {
  return bakery.daemons.filter((daemon): daemon is ClientDaemon => daemon.runsWith === 'private-node');
}

/** Where the daemon keeps what it must not lose: the baker its watermarks and nonces. One folder for each daemon. */
export function baseDirMount(bakery: Bakery, daemon: ClientDaemon['name']): k8s.VolumeMount {
  return claimMount(claimNamed(bakery, 'baker-base-dir'), `/var/tezos/${daemon}`, daemon);
}

/**
 * A daemon beside the private node. There is no liveness probe: none of them has a port, and restarting a baker that
 * waits for its node or its signer helps nobody.
 */
export function daemonContainer(daemon: ClientDaemon, node: OctezNode): k8s.Container {
  const { bakery } = node;
  const baseDir = baseDirMount(bakery, daemon.name);
  const run = {
    endpoint: LOCAL_RPC_URL,
    baseDir: baseDir.mountPath,
    nodeDataDir: DATA_DIR,
    keys: signingAliases(bakery),
    liquidityBakingVote: bakery.settings.liquidityBakingVote ?? 'pass', // rules ask for it where the chain has the vote
    dalNode: bakery.has('dal-node') ? urlOf(bakery, 'dal-node', 'rpc') : undefined,
  };
  return {
    name: daemon.name,
    image: octezImage(bakery, bakery.releases.baker),
    command: daemonCommand(daemon, run, bakery.releases.baker),
    env: octezEnv,
    resources: resources(sizeOf(daemon, bakery)),
    securityContext: containerSecurity(),
    // The baker reads the node's context from its disk.
    volumeMounts: [baseDir, ...(daemon.name === 'baker' ? [nodeDisk(node)] : []), tmpMount(daemon.name)],
  };
}

function sizeOf({ name }: ClientDaemon, bakery: Bakery): Resources {
  return name === 'baker' ? bakery.settings.baker : fixedResources.accuser;
}

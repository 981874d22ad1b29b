import type { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../model/bakery';
import type { ClaimFact } from '../../model/claims';
import { urlOf } from '../../model/components';
import { octezImage } from '../../model/images';
import type { ClientDaemon } from '../../model/tezos/daemons';
import { fixedResources } from '../../model/workloads';
import { daemonCommand } from '../kit/octez/daemon-command';
import { OCTEZ_SCRIPTS, octezEnv } from '../kit/octez/octez-node';
import { signingAliases, walletContainer } from '../kit/octez/wallet';
import { resources } from '../kit/resources';
import { containerSecurity } from '../kit/security';
import { claimMount, claimVolume, configVolume, tmpMount, tmpVolume } from '../kit/volumes';

/** The ConfigMap of its wallet. */
export const ENDORSER_WALLET = 'endorser-wallet';

const BASE_DIR = '/var/tezos/endorser';

export function endorserPod(bakery: Bakery, daemon: ClientDaemon, baseDir: ClaimFact): k8s.PodSpec {
  const base = claimMount(baseDir, BASE_DIR, 'base-dir');
  const run = {
    endpoint: urlOf(bakery, 'baker', 'rpc-full'),
    baseDir: BASE_DIR,
    keys: signingAliases(bakery),
    liquidityBakingVote: bakery.settings.liquidityBakingVote ?? 'pass',
  };
  return {
    terminationGracePeriodSeconds: 300,
    initContainers: [walletContainer(bakery, ENDORSER_WALLET, base)],
    containers: [
      {
        name: 'endorser',
        image: octezImage(bakery, bakery.releases.baker),
        command: daemonCommand(daemon, run, bakery.network.chainId),
        env: octezEnv,
        // No probes: it answers on no port, and a chain at rest looks like a daemon that hangs.
        resources: resources(fixedResources.endorser),
        securityContext: containerSecurity(),
        volumeMounts: [base, tmpMount('endorser')],
      },
    ],
    volumes: [claimVolume(baseDir), configVolume(ENDORSER_WALLET), configVolume(OCTEZ_SCRIPTS), tmpVolume('endorser')],
  };
}

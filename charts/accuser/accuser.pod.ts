import type { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../model/bakery';
import { urlOf } from '../../model/components';
import { octezImage } from '../../model/images';
import type { ClientDaemon } from '../../model/tezos/daemons';
import { fixedResources } from '../../model/workloads';
import { daemonCommand } from '../kit/octez/daemon-command';
import { octezEnv } from '../kit/octez/octez-node';
import { resources } from '../kit/resources';
import { containerSecurity } from '../kit/security';
import { tmpMount, tmpVolume } from '../kit/volumes';

/** It holds no key and keeps nothing. A client program refuses a directory that is not there (client_config.ml). */
const BASE_DIR = '/tmp';

export function accuserPod(bakery: Bakery, daemon: ClientDaemon): k8s.PodSpec {
  const run = {
    endpoint: urlOf(bakery, 'baker', 'rpc-full'),
    baseDir: BASE_DIR,
    keys: [],
    liquidityBakingVote: 'pass',
  } as const;
  return {
    containers: [
      {
        name: 'accuser',
        image: octezImage(bakery, bakery.releases.baker),
        command: daemonCommand(daemon, run, bakery.network.chainId),
        env: octezEnv,
        // No probes: it answers on no port, and a chain at rest looks like a daemon that hangs.
        resources: resources(fixedResources.accuser),
        securityContext: containerSecurity(),
        volumeMounts: [tmpMount('accuser')],
      },
    ],
    volumes: [tmpVolume('accuser')],
  };
}

import { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../model/bakery';
import type { ClaimFact } from '../../model/claims';
import { portOf, urlOf } from '../../model/components';
import { octezImage } from '../../model/images';
import type { BakerySettings } from '../../model/settings/bakery.settings';
import type { DalNodeDaemon } from '../../model/tezos/daemons';
import { fixedResources } from '../../model/workloads';
import { octezEnv } from '../kit/octez/octez-node';
import { containerPort, listenOn } from '../kit/ports';
import { resources } from '../kit/resources';
import { containerSecurity } from '../kit/security';
import { claimMount, claimVolume, tmpMount, tmpVolume } from '../kit/volumes';

/** A bakery that attests the DAL. */
export interface DalNodeParts {
  readonly bakery: Bakery;
  readonly daemon: DalNodeDaemon;
  readonly settings: NonNullable<BakerySettings['dal']>;
  readonly store: ClaimFact;
}

const DATA_DIR = '/var/tezos/dal-node';
const STARTUP_SECONDS = 7200;

/** What surprises in its pod, for who reads its StatefulSet. */
export const dalNodeWhy: readonly string[] = [
  `startupProbe ${STARTUP_SECONDS} s: the first start makes an identity, which takes minutes, and each one waits for a block of the private node.`,
];

export function dalNodePod(parts: DalNodeParts): k8s.PodSpec {
  return {
    terminationGracePeriodSeconds: 60,
    initContainers: [forgetConfig(parts)],
    containers: [dalNodeContainer(parts)],
    volumes: [claimVolume(parts.store), tmpVolume('dal-node')],
  };
}

/**
 * The node writes its profiles down (profile_manager.ml: store/profiles.json; config.json) and adds them to those of its
 * command line at the next start: a delegate taken out of the bakery would stay. The command line says all there is to
 * say, and without a config.json `run` makes one (daemon.ml): no `config init` is needed.
 */
function forgetConfig({ bakery, store }: DalNodeParts): k8s.Container {
  return {
    name: 'forget-config',
    image: octezImage(bakery, bakery.releases.baker),
    command: ['/bin/rm', '-f', `${DATA_DIR}/config.json`, `${DATA_DIR}/store/profiles.json`],
    resources: resources(fixedResources.copy),
    securityContext: containerSecurity(),
    volumeMounts: [dataMount(store)],
  };
}

function dalNodeContainer(parts: DalNodeParts): k8s.Container {
  const { bakery, settings, store } = parts;
  return {
    name: 'dal-node',
    image: octezImage(bakery, bakery.releases.baker),
    command: dalNodeCommand(parts),
    env: octezEnv,
    ports: [containerPort('dal-node', 'rpc'), containerPort('dal-node', 'p2p'), containerPort('dal-node', 'metrics')],
    startupProbe: { ...answers(), periodSeconds: 2, failureThreshold: STARTUP_SECONDS / 2 },
    readinessProbe: { ...answers(), periodSeconds: 10, failureThreshold: 2 },
    // Three minutes of silence. What /health says in its text does not count: peers may be gone, or the chain halted.
    livenessProbe: { ...answers(), periodSeconds: 30, failureThreshold: 6 },
    resources: resources(settings),
    securityContext: containerSecurity(),
    volumeMounts: [dataMount(store), tmpMount('dal-node')],
  };
}

function dalNodeCommand({ bakery, daemon, settings: { publicAddress } }: DalNodeParts): string[] {
  return daemon.command({
    endpoint: urlOf(bakery, 'baker', 'rpc-full'),
    dataDir: DATA_DIR,
    rpcAddr: listenOn('dal-node', 'rpc'),
    netAddr: listenOn('dal-node', 'p2p'),
    metricsAddr: listenOn('dal-node', 'metrics'),
    publicAddr: publicAddress && `${publicAddress}:${portOf('dal-node', 'p2p')}`,
    attesters: bakery.settings.bakers.map(({ address }) => address).sort(), // a set: another order rolls no pod
  });
}

/** A sub-directory: the root of the disk holds `lost+found`. */
function dataMount(store: ClaimFact): k8s.VolumeMount {
  return claimMount(store, DATA_DIR, 'data');
}

/** Answered with 200 whatever the state, so it tells a node that hangs from one that is behind. */
function answers(): k8s.Probe {
  return { httpGet: { path: '/health', port: k8s.IntOrString.fromString('rpc') }, timeoutSeconds: 10 };
}

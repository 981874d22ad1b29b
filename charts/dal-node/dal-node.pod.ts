import { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../model/bakery';
import type { ClaimFact } from '../../model/claims';
import { portOf, urlOf } from '../../model/components';
import { octezImage } from '../../model/images';
import type { BakerySettings } from '../../model/settings/bakery.settings';
import type { DalNodeDaemon } from '../../model/tezos/daemons';
import { fixedResources } from '../../model/workloads';
import { type Files, scriptsOf } from '../component-chart';
import { octezEnv, SCRIPTS_DIR } from '../kit/octez/octez-node';
import { dialledContainerPorts, isLoopback, listenIfDialled, listenOn } from '../kit/ports';
import { resources } from '../kit/resources';
import { containerSecurity } from '../kit/security';
import { claimMount, claimVolume, configMount, configVolume, tmpMount, tmpVolume } from '../kit/volumes';
import runDalNode from './run-dal-node.sh';

/** A bakery that attests the DAL. */
export interface DalNodeParts {
  readonly bakery: Bakery;
  readonly daemon: DalNodeDaemon;
  readonly settings: NonNullable<BakerySettings['dal']>;
  readonly store: ClaimFact;
}

const SCRIPTS = scriptsOf('dal-node');
const RUN_SCRIPT = 'run-dal-node.sh';
const DATA_DIR = '/var/tezos/dal-node';
const STARTUP_SECONDS = 7200;

/** What surprises in its pod, for who reads its StatefulSet. */
export function dalNodeWhy(bakery: Bakery): string[] {
  const netAddr = netAddrOf(bakery);
  return [
    `startupProbe ${STARTUP_SECONDS} s: the first start makes an identity, which takes minutes, and each one waits for a synced node.`,
    ...(isLoopback(netAddr)
      ? [`--net-addr ${netAddr}: without dal.publicAddress it dials out, and nobody dials in.`]
      : []),
  ];
}

const netAddrOf = (bakery: Bakery) => listenIfDialled(bakery, 'dal-node', 'p2p');
/** Its own RPC, from within. */
const OWN_RPC = `http://127.0.0.1:${portOf('dal-node', 'rpc')}`;
/** There while the node is held: beside its data, since it outlives the pod. */
const HELD = `${DATA_DIR}/held`;
/** The same where the disk takes nothing any more: it goes with the pod. */
const HELD_FOR_NOW = '/tmp/held';

export const dalNodeScripts: Files = { [RUN_SCRIPT]: runDalNode };

export function dalNodePod(parts: DalNodeParts): k8s.PodSpec {
  return {
    terminationGracePeriodSeconds: 60,
    initContainers: [forgetConfig(parts)],
    containers: [dalNodeContainer(parts)],
    volumes: [claimVolume(parts.store), configVolume(SCRIPTS), tmpVolume('dal-node')],
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
    command: ['/bin/sh', `${SCRIPTS_DIR}/${RUN_SCRIPT}`, ...dalNodeCommand(parts)],
    env: [
      ...octezEnv,
      { name: 'NODES', value: followedNodes(bakery).join(' ') },
      { name: 'RPC', value: OWN_RPC },
      { name: 'HELD', value: HELD },
      { name: 'HELD_FOR_NOW', value: HELD_FOR_NOW },
      ...(bakery.releases.baker.dalNodeHaltsOnTraps ? [{ name: 'HALTS_ON_TRAPS', value: 'yes' }] : []),
    ],
    ports: dialledContainerPorts(bakery, 'dal-node', 'rpc', 'p2p', 'metrics'),
    startupProbe: { ...livesOrIsHeld(), periodSeconds: 2, failureThreshold: STARTUP_SECONDS / 2 },
    // A node that is held does not answer: it is not ready, and that is how it is seen.
    readinessProbe: { ...answers(), periodSeconds: 10, failureThreshold: 2 },
    // Three minutes of silence. What /health says in its text does not count: peers may be gone, or the chain halted.
    livenessProbe: { ...livesOrIsHeld(), periodSeconds: 30, failureThreshold: 6 },
    resources: resources(settings),
    securityContext: containerSecurity(),
    volumeMounts: [dataMount(store), configMount(SCRIPTS, SCRIPTS_DIR), tmpMount('dal-node')],
  };
}

/**
 * The nodes it may follow, one at a time. Strangers dial it, so it stays away from the node that bakes: its connections
 * alone could keep a node's RPC busy, the probes' and the baker's too. Two sentries are as good as the private node: where
 * none of them is synced, that one is not either.
 */
function followedNodes(bakery: Bakery): string[] {
  if (!bakery.has('sentry')) return [urlOf(bakery, 'baker', 'rpc-follow')];
  return bakery.sentries.map(({ instance }) => urlOf(bakery, 'sentry', 'rpc-follow', { instance })).sort();
}

/** What the script starts; it adds the node to follow. */
function dalNodeCommand({ bakery, daemon, settings: { publicAddress } }: DalNodeParts): string[] {
  return daemon.command({
    dataDir: DATA_DIR,
    rpcAddr: listenOn('dal-node', 'rpc'),
    netAddr: netAddrOf(bakery),
    metricsAddr: listenIfDialled(bakery, 'dal-node', 'metrics'),
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

/** A node that is held is not to be started again by a probe. */
function livesOrIsHeld(): k8s.Probe {
  const ask = `wget -q -T 5 -O /dev/null ${OWN_RPC}/health`;
  return {
    exec: { command: ['/bin/sh', '-c', `test -e ${HELD} || test -e ${HELD_FOR_NOW} || ${ask}`] },
    timeoutSeconds: 10,
  };
}

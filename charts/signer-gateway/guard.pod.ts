import { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../model/bakery';
import { hostKeySecret, messageKeySecret } from '../../model/google/needed-secrets';
import { fixedImage } from '../../model/images';
import { fixedResources } from '../../model/workloads';
import { type Files, scriptsOf } from '../component-chart';
import { programCommand, programFiles, programMount, programVolume } from '../kit/own-program';
import { containerPort, dialledContainerPorts } from '../kit/ports';
import { resources } from '../kit/resources';
import { containerSecurity } from '../kit/security';
import { configMount, configVolume, secretVolume, socketsVolume, tmpMount, tmpVolume } from '../kit/volumes';
import { guardConfig, MESSAGE_KEY_DIR } from './guard-config';
import { TUNNELS, tunnelContainer } from './tunnels';

/** The ConfigMap of the guard's configuration. */
export const GUARD = 'signer-gateway-guard';

const SCRIPTS = scriptsOf('signer-gateway');
const CONFIG_DIR = '/etc/guard';

/** The configuration; its name in the pod is what the program looks for. */
export function guardFiles(bakery: Bakery): Files {
  return { 'guard.json': `${JSON.stringify(guardConfig(bakery), null, 2)}\n` };
}

export const guardScripts = (): Files => programFiles('guard');

/** The guard, and a tunnel for each signer at home. */
export function guardPod(bakery: Bakery): k8s.PodSpec {
  const { signers } = bakery;
  return {
    terminationGracePeriodSeconds: 90, // longer than any tunnel outlives the guard
    affinity: besideBaker(bakery),
    containers: [guardContainer(bakery), ...signers.map((signer) => tunnelContainer(bakery, signer))],
    volumes: [
      configVolume(GUARD),
      programVolume(SCRIPTS, 'guard'),
      configVolume(TUNNELS),
      secretVolume(messageKeySecret.name, messageKeySecret.key),
      secretVolume(hostKeySecret.name, hostKeySecret.key),
      tmpVolume('guard'),
      ...signers.map(({ tunnel }) => socketsVolume(tunnel)),
    ],
  };
}

/** A signature that crosses zones is later, and two zones fail more often than one. */
function besideBaker(bakery: Bakery): k8s.Affinity {
  const podAffinityTerm = {
    labelSelector: { matchLabels: bakery.selector('baker', 'baker') },
    topologyKey: 'topology.kubernetes.io/zone',
  };
  return { podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm }] } };
}

function guardContainer(bakery: Bakery): k8s.Container {
  return {
    name: 'guard',
    image: fixedImage(bakery, 'node'),
    command: programCommand('guard'),
    ports: [containerPort('signer-gateway', 'signer'), ...dialledContainerPorts(bakery, 'signer-gateway', 'metrics')],
    startupProbe: { ...isThere(), periodSeconds: 1, failureThreshold: 60 },
    readinessProbe: { ...isThere(), periodSeconds: 10, failureThreshold: 2 },
    livenessProbe: { ...isThere(), periodSeconds: 30, failureThreshold: 6 },
    resources: resources(fixedResources.guard),
    securityContext: containerSecurity(),
    volumeMounts: [
      configMount(GUARD, CONFIG_DIR),
      programMount(SCRIPTS),
      { name: messageKeySecret.name, mountPath: MESSAGE_KEY_DIR, readOnly: true },
      tmpMount('guard'),
      // To connect to a socket is no writing to the folder that it is in.
      ...bakery.signers.map(({ tunnel, socketsDir }) => ({ name: tunnel, mountPath: socketsDir, readOnly: true })),
    ],
  };
}

/**
 * Whether it answers, not whether it would sign: that takes signers at home, and a head of the chain from a node, and both
 * may come after it. Its refusals say what is missing.
 */
function isThere(): k8s.Probe {
  return { httpGet: { path: '/healthz', port: k8s.IntOrString.fromString('signer') }, timeoutSeconds: 5 };
}

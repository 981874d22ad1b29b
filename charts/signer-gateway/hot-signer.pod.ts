import { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../model/bakery';
import type { ClaimFact } from '../../model/claims';
import { portOf } from '../../model/components';
import { octezImage } from '../../model/images';
import { signerCommand } from '../../model/tezos/octez-commands';
import { fixedResources } from '../../model/workloads';
import { scriptsOf } from '../component-chart';
import { octezEnv, SCRIPTS_DIR } from '../kit/octez/octez-node';
import { containerPort } from '../kit/ports';
import { resources } from '../kit/resources';
import { containerSecurity } from '../kit/security';
import { claimMount, claimVolume, configMount, configVolume, tmpMount, tmpVolume } from '../kit/volumes';
import { PLACE_KEYS } from './signer-keys';

/** The ConfigMap of the wallet's public half. */
export const PUBLIC_KEYS = 'signer-gateway-keys';

const SCRIPTS = scriptsOf('signer-gateway');

const BASE_DIR = '/var/tezos/signer';
const PUBLIC_KEYS_DIR = '/etc/tezos/public-keys';
const secretMount: k8s.VolumeMount = { name: 'secret-keys', mountPath: '/etc/tezos/secret', readOnly: true };

export function hotSignerPod(bakery: Bakery, secret: string, watermarks: ClaimFact): k8s.PodSpec {
  const base = claimMount(watermarks, BASE_DIR, 'base-dir');
  return {
    terminationGracePeriodSeconds: 60,
    initContainers: [placeKeysContainer(bakery, base)],
    containers: [signerContainer(bakery, base)],
    volumes: [
      claimVolume(watermarks),
      configVolume(PUBLIC_KEYS),
      configVolume(SCRIPTS),
      secretVolume(secret),
      tmpVolume('signer'),
    ],
  };
}

/** Not optional: without the Secret the pod waits, and its events name what is missing. */
function secretVolume(secretName: string): k8s.Volume {
  return {
    name: secretMount.name,
    secret: { secretName, defaultMode: 0o440, items: [{ key: 'secret_keys', path: 'secret_keys' }] },
  };
}

/** Octez writes locks and watermarks beside its wallet: the files cannot be mounted there, only copied or linked. */
function placeKeysContainer(bakery: Bakery, base: k8s.VolumeMount): k8s.Container {
  return {
    name: 'place-keys',
    image: octezImage(bakery, bakery.releases.signer),
    command: ['/bin/sh', `${SCRIPTS_DIR}/${PLACE_KEYS}`],
    env: [
      { name: 'PUBLIC_KEYS', value: PUBLIC_KEYS_DIR },
      { name: 'SECRET', value: secretMount.mountPath },
      { name: 'BASE_DIR', value: base.mountPath },
    ],
    resources: resources(fixedResources.copy),
    securityContext: containerSecurity(),
    volumeMounts: [base, configMount(PUBLIC_KEYS, PUBLIC_KEYS_DIR), configMount(SCRIPTS, SCRIPTS_DIR), secretMount],
  };
}

function signerContainer(bakery: Bakery, base: k8s.VolumeMount): k8s.Container {
  return {
    name: 'signer',
    image: octezImage(bakery, bakery.releases.signer),
    command: signerCommand({
      release: bakery.releases.signer,
      protocol: bakery.protocol,
      baseDir: BASE_DIR,
      address: '0.0.0.0',
      port: portOf('signer-gateway', 'signer'),
    }),
    env: octezEnv,
    ports: [containerPort('signer-gateway', 'signer')],
    startupProbe: { ...answers(), periodSeconds: 2, failureThreshold: 60 },
    readinessProbe: { ...answers(), periodSeconds: 10, failureThreshold: 2 },
    livenessProbe: { ...answers(), periodSeconds: 30, failureThreshold: 6 },
    resources: resources(fixedResources.signer),
    securityContext: containerSecurity(),
    volumeMounts: [base, secretMount, tmpMount('signer')],
  };
}

/** What the baker asks before every signature. Octez' signer has no health endpoint. */
function answers(): k8s.Probe {
  return { httpGet: { path: '/authorized_keys', port: k8s.IntOrString.fromString('signer') }, timeoutSeconds: 5 };
}

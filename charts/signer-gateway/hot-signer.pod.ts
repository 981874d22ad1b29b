import { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../model/bakery';
import type { ClaimFact } from '../../model/claims';
import { portOf } from '../../model/components';
import { octezImage } from '../../model/images';
import { signerCommand } from '../../model/tezos/octez-commands';
import { fixedResources } from '../../model/workloads';
import { scriptsOf } from '../component-chart';
import { octezEnv } from '../kit/octez/octez-node';
import { placeKeysContainer, secretKeysMount, secretKeysVolume } from '../kit/octez/placed-keys';
import { containerPort } from '../kit/ports';
import { resources } from '../kit/resources';
import { containerSecurity } from '../kit/security';
import { claimMount, claimVolume, configVolume, tmpMount, tmpVolume } from '../kit/volumes';

/** The ConfigMap of the wallet's public half. */
export const PUBLIC_KEYS = 'signer-gateway-keys';

const SCRIPTS = scriptsOf('signer-gateway');

const BASE_DIR = '/var/tezos/signer';

export function hotSignerPod(bakery: Bakery, secret: string, watermarks: ClaimFact): k8s.PodSpec {
  const base = claimMount(watermarks, BASE_DIR, 'base-dir');
  return {
    terminationGracePeriodSeconds: 60,
    initContainers: [placeKeysContainer(bakery, { publicKeys: PUBLIC_KEYS, scripts: SCRIPTS, base })],
    containers: [signerContainer(bakery, base)],
    volumes: [
      claimVolume(watermarks),
      configVolume(PUBLIC_KEYS),
      configVolume(SCRIPTS),
      secretKeysVolume(secret),
      tmpVolume('signer'),
    ],
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
    volumeMounts: [base, secretKeysMount, tmpMount('signer')],
  };
}

/** What the baker asks before every signature. Octez' signer has no health endpoint. */
function answers(): k8s.Probe {
  return { httpGet: { path: '/authorized_keys', port: k8s.IntOrString.fromString('signer') }, timeoutSeconds: 5 };
}

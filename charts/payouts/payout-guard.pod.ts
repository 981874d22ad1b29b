import { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../model/bakery';
import type { ClaimFact } from '../../model/claims';
import { fixedImage } from '../../model/images';
import { fixedResources } from '../../model/workloads';
import { PAYOUT_GUARD_CONFIG } from '../../programs/payout-guard/payout-guard.contract';
import { type Files, scriptsOf } from '../component-chart';
import { programCommand, programFiles, programMount, programVolume } from '../kit/own-program';
import { dialledContainerPorts } from '../kit/ports';
import { resources } from '../kit/resources';
import { containerSecurity, podSecurity, STRANGER_UID } from '../kit/security';
import { claimMount, claimVolume, configMount, configVolume, tmpMount, tmpVolume } from '../kit/volumes';
import { guardPorts, JOURNAL_DIR, payoutGuardConfig } from './payout-guard-config';
import { walletSigner } from './signer-of-wallets';

/** The ConfigMap of its configuration. */
export const PAYOUT_GUARD = 'payout-guard-config';

const PROGRAM = 'payout-guard';
const SCRIPTS = scriptsOf('payout-guard');
const [CONFIG_DIR, CONFIG_FILE] = PAYOUT_GUARD_CONFIG.split(/\/(?=[^/]+$)/);

/** The configuration; its name in the pod is what the program looks for. */
export function payoutGuardFiles(bakery: Bakery): Files {
  return { [CONFIG_FILE]: `${JSON.stringify(payoutGuardConfig(bakery), null, 2)}\n` };
}

export function payoutGuardScripts(bakery: Bakery): Files {
  return { ...programFiles(PROGRAM), ...walletSigner(bakery).scripts };
}

/** The guard with its journal, and beside it what holds the keys, which answers to nobody else. */
export function payoutGuardPod(bakery: Bakery, journal: ClaimFact): k8s.PodSpec {
  const signer = walletSigner(bakery);
  return {
    terminationGracePeriodSeconds: 60,
    ...(bakery.payouts?.section.custody.kms ? { securityContext: podSecurity(STRANGER_UID) } : {}), // Octez' image has its own
    ...(signer.initContainers.length > 0 ? { initContainers: [...signer.initContainers] } : {}),
    containers: [guardContainer(bakery, journal), signer.container],
    volumes: [
      claimVolume(journal),
      configVolume(PAYOUT_GUARD),
      ...scriptVolumes(signer.scripts),
      tmpVolume(PROGRAM),
      ...signer.volumes,
    ],
  };
}

/** Scripts of the signer lie in the same ConfigMap as the program, which may hold no file that its mount does not show. */
function scriptVolumes(scripts: Files): k8s.Volume[] {
  const program = { ...programVolume(SCRIPTS, PROGRAM), name: PROGRAM_VOLUME };
  return Object.keys(scripts).length > 0 ? [program, configVolume(SCRIPTS)] : [program];
}

const PROGRAM_VOLUME = 'program';

function guardContainer(bakery: Bakery, journal: ClaimFact): k8s.Container {
  return {
    name: PROGRAM,
    image: fixedImage(bakery, 'node'),
    command: programCommand(PROGRAM),
    ports: dialledContainerPorts(bakery, 'payout-guard', ...guardPorts),
    startupProbe: { ...isThere(), periodSeconds: 2, failureThreshold: 60 },
    readinessProbe: { ...isThere(), periodSeconds: 10, failureThreshold: 3 },
    livenessProbe: { ...isThere(), periodSeconds: 30, failureThreshold: 6 },
    resources: resources(fixedResources['payout-guard']),
    securityContext: containerSecurity(),
    volumeMounts: [
      claimMount(journal, JOURNAL_DIR, 'journal'),
      configMount(PAYOUT_GUARD, CONFIG_DIR),
      { ...programMount(SCRIPTS), name: PROGRAM_VOLUME },
      tmpMount(PROGRAM),
    ],
  };
}

/** Whether it answers, not whether it would sign: while it is stopped a person must reach it, and metrics say why it is. */
function isThere(): k8s.Probe {
  return { httpGet: { path: '/healthz', port: k8s.IntOrString.fromString('signer') }, timeoutSeconds: 5 };
}

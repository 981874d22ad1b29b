import { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../model/bakery';
import { signingKeysOf } from '../../model/bakery-keys';
import { fixedImage } from '../../model/images';
import { fixedResources } from '../../model/workloads';
import { containerPort } from '../kit/ports';
import { resources } from '../kit/resources';
import { containerSecurity, podSecurity } from '../kit/security';
import { configMount, configVolume, tmpMount, tmpVolume } from '../kit/volumes';
import { SIGNATORY_DIR, signatoryCommand } from './signatory-config';

/** The ConfigMap of Signatory's configuration. */
export const SIGNATORY = 'signer-gateway-signatory';

/** User and group of the image (goreleaser.dockerfile). */
const SIGNATORY_UID = 10000;

/** Signatory: keys in Cloud KMS, marks in Firestore, nothing on a disk. Google knows it by its Kubernetes service account. */
export function signatoryPod(bakery: Bakery): k8s.PodSpec {
  return {
    terminationGracePeriodSeconds: 30, // it gives requests under way 10 s (cmd/commands/serve.go)
    securityContext: podSecurity(SIGNATORY_UID),
    containers: [
      {
        name: 'signatory',
        image: fixedImage(bakery, 'signatory'),
        command: signatoryCommand,
        ports: [containerPort('signer-gateway', 'signer'), containerPort('signer-gateway', 'metrics')],
        startupProbe: { ...answers('/healthz', 'metrics'), periodSeconds: 2, failureThreshold: 60 },
        readinessProbe: { ...answers(keyPath(bakery), 'signer'), periodSeconds: 10, failureThreshold: 2 },
        livenessProbe: { ...answers('/healthz', 'metrics'), periodSeconds: 30, failureThreshold: 6 },
        resources: resources(fixedResources.signatory),
        securityContext: containerSecurity(),
        volumeMounts: [configMount(SIGNATORY, SIGNATORY_DIR), tmpMount('signatory')],
      },
    ],
    volumes: [configVolume(SIGNATORY), tmpVolume('signatory')],
  };
}

/**
 * A key that the baker signs with: Signatory answers for it when it has found it in the ring. Its `/healthz` says yes
 * without keys too (pkg/vault/cloudkms has no readiness of its own).
 */
function keyPath({ settings }: Bakery): string {
  const [address] = signingKeysOf(settings)
    .map((key) => key.address)
    .sort();
  return `/keys/${address}`;
}

function answers(path: string, port: 'signer' | 'metrics'): k8s.Probe {
  return { httpGet: { path, port: k8s.IntOrString.fromString(port) }, timeoutSeconds: 5 };
}

import { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../model/bakery';
import type { ClaimFact } from '../../model/claims';
import { neededSecrets, RECEIVERS_SECRET } from '../../model/google/needed-secrets';
import { fixedImage } from '../../model/images';
import { fixedResources } from '../../model/workloads';
import { containerPort, listenOn } from '../kit/ports';
import { resources } from '../kit/resources';
import { containerSecurity, podSecurity } from '../kit/security';
import { claimMount, claimVolume, configMount, configVolume } from '../kit/volumes';
import { ALERTMANAGER_CONFIG, ALERTMANAGER_DIR } from './alertmanager-config';
import { NOBODY } from './prometheus.pod';
import { SECRETS_DIR } from './receivers';

/** The ConfigMap of its configuration. */
export const ALERTMANAGER = 'alertmanager-config';

const DATA_DIR = '/alertmanager';

export function alertmanagerPod(bakery: Bakery, data: ClaimFact): k8s.PodSpec {
  const tells = neededSecrets(bakery).some(({ name }) => name === RECEIVERS_SECRET);
  return {
    securityContext: podSecurity(NOBODY),
    containers: [
      {
        name: 'alertmanager',
        image: fixedImage(bakery, 'alertmanager'),
        command: [
          ...['/bin/alertmanager', '--config.file', ALERTMANAGER_CONFIG, '--storage.path', DATA_DIR],
          ...['--web.listen-address', listenOn('alertmanager', 'web')],
          '--cluster.listen-address=', // there is one of it: the heartbeat notices its death
        ],
        ports: [containerPort('alertmanager', 'web')],
        readinessProbe: { ...answers('/-/ready'), periodSeconds: 10, failureThreshold: 3 },
        livenessProbe: { ...answers('/-/healthy'), periodSeconds: 30, failureThreshold: 6 },
        resources: resources(fixedResources.alertmanager),
        securityContext: containerSecurity(),
        volumeMounts: [
          configMount(ALERTMANAGER, ALERTMANAGER_DIR),
          claimMount(data, DATA_DIR, 'data'),
          ...(tells ? [{ name: RECEIVERS_SECRET, mountPath: SECRETS_DIR, readOnly: true }] : []),
        ],
      },
    ],
    volumes: [configVolume(ALERTMANAGER), claimVolume(data), ...(tells ? [receiversVolume] : [])],
  };
}

/**
 * All files that are there: one that is missing fails its own receiver, where a list of them would keep the pod, and with
 * it every message, from starting.
 */
const receiversVolume: k8s.Volume = {
  name: RECEIVERS_SECRET,
  secret: { secretName: RECEIVERS_SECRET, defaultMode: 0o440 },
};

function answers(path: string): k8s.Probe {
  return { httpGet: { path, port: k8s.IntOrString.fromString('web') }, timeoutSeconds: 5 };
}

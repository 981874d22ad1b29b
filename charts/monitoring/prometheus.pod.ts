import { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../model/bakery';
import type { ClaimFact } from '../../model/claims';
import { fixedImage } from '../../model/images';
import { containerPort, listenOn } from '../kit/ports';
import { resources } from '../kit/resources';
import { containerSecurity, podSecurity } from '../kit/security';
import { claimMount, claimVolume, configMount, configVolume } from '../kit/volumes';
import { PROMETHEUS_CONFIG, PROMETHEUS_DIR } from './prometheus-config';

/** The ConfigMap of its configuration and rules. */
export const PROMETHEUS = 'prometheus-config';

/** `nobody` in the images of Prometheus and Alertmanager. */
export const NOBODY = 65534;

const DATA_DIR = '/prometheus';

type Own = NonNullable<Bakery['settings']['monitoring']['own']>;

export function prometheusPod(bakery: Bakery, { prometheus, retentionDays }: Own, data: ClaimFact): k8s.PodSpec {
  return {
    terminationGracePeriodSeconds: 120, // it writes what it holds in memory
    securityContext: podSecurity(NOBODY),
    containers: [
      {
        name: 'prometheus',
        image: fixedImage(bakery, 'prometheus'),
        command: [
          ...['/bin/prometheus', '--config.file', PROMETHEUS_CONFIG],
          ...['--storage.tsdb.path', DATA_DIR, '--storage.tsdb.retention.time', `${retentionDays}d`],
          ...['--storage.tsdb.retention.size', `${keptMiB(prometheus.diskGiB)}MB`],
          ...['--web.listen-address', listenOn('prometheus', 'web')],
        ],
        ports: [containerPort('prometheus', 'web')],
        startupProbe: { ...answers('/-/ready'), periodSeconds: 5, failureThreshold: 120 }, // it reads its log first
        readinessProbe: { ...answers('/-/ready'), periodSeconds: 10, failureThreshold: 3 },
        livenessProbe: { ...answers('/-/healthy'), periodSeconds: 30, failureThreshold: 6 },
        resources: resources(prometheus),
        securityContext: containerSecurity(),
        volumeMounts: [configMount(PROMETHEUS, PROMETHEUS_DIR), claimMount(data, DATA_DIR, 'data')],
      },
    ],
    volumes: [configVolume(PROMETHEUS), claimVolume(data)],
  };
}

/** Blocks may take this much: the log that is written before them, and a block while it is made, come on top. MiB. */
function keptMiB(diskGiB: number): number {
  return Math.floor(diskGiB * 1024 * 0.75);
}

function answers(path: string): k8s.Probe {
  return { httpGet: { path, port: k8s.IntOrString.fromString('web') }, timeoutSeconds: 5 };
}

import { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../model/bakery';
import { portOf, urlOf } from '../../model/components';
import { heartbeatBucket } from '../../model/google/names';
import { fixedImage } from '../../model/images';
import { fixedResources } from '../../model/workloads';
import { HEARTBEAT_CONFIG, type HeartbeatConfig } from '../../programs/heartbeat/heartbeat.contract';
import { type Files, scriptsOf } from '../component-chart';
import { programCommand, programMount, programVolume } from '../kit/own-program';
import { containerPort } from '../kit/ports';
import { resources } from '../kit/resources';
import { containerSecurity, podSecurity } from '../kit/security';
import { configMount, configVolume } from '../kit/volumes';
import { NOBODY } from './prometheus.pod';

/** The ConfigMap of its configuration. */
export const HEARTBEAT = 'heartbeat-config';

const SCRIPTS = scriptsOf('heartbeat');
const [CONFIG_DIR, CONFIG_FILE] = HEARTBEAT_CONFIG.split(/\/(?=[^/]+$)/);

/** The configuration; its name in the pod is what the program looks for. */
export function heartbeatFiles(bakery: Bakery): Files {
  const config: HeartbeatConfig = {
    bakery: bakery.name,
    alertmanager: urlOf(bakery, 'alertmanager', 'web'),
    bucket: heartbeatBucket(bakery),
    metrics: { port: portOf('heartbeat', 'metrics') },
  };
  return { [CONFIG_FILE]: `${JSON.stringify(config, null, 2)}\n` };
}

/** Google knows it by its Kubernetes service account, as what signs with Cloud KMS. */
export function heartbeatPod(bakery: Bakery): k8s.PodSpec {
  // What it depends on must not restart it.
  const answers = { httpGet: { path: '/metrics', port: k8s.IntOrString.fromString('metrics') }, timeoutSeconds: 5 };
  return {
    securityContext: podSecurity(NOBODY),
    containers: [
      {
        name: 'heartbeat',
        image: fixedImage(bakery, 'node'),
        command: programCommand('heartbeat'),
        ports: [containerPort('heartbeat', 'metrics')],
        readinessProbe: { ...answers, periodSeconds: 10, failureThreshold: 3 },
        livenessProbe: { ...answers, periodSeconds: 30, failureThreshold: 6 },
        resources: resources(fixedResources.heartbeat),
        securityContext: containerSecurity(),
        volumeMounts: [configMount(HEARTBEAT, CONFIG_DIR), programMount(SCRIPTS)],
      },
    ],
    volumes: [configVolume(HEARTBEAT), programVolume(SCRIPTS, 'heartbeat')],
  };
}

import type { Api } from '../cluster/api';
import { mustApply } from '../cluster/apply';
import { until } from '../cluster/processes';
import { describeNamespace } from '../cluster/workload-state';
import { type Claim, makeVolume } from './local-volumes';
import type { NodePlace } from './machine';
import { smokeImage } from './pod-images';
import { textAt } from './text-at';

const namespace = 'boot-smoke';
/** clean.ts takes away what has this label. */
const labels = { 'app.kubernetes.io/managed-by': 'tezos-bakery' };

/**
 * Whether the nodes are worth anything: on each a restricted pod with a disk becomes Ready, and each is reached
 * through a Service.
 */
export async function smoke(api: Api, nodes: readonly NodePlace[]): Promise<void> {
  const objects = nodes.flatMap(({ name }) => [claimOf(name), setOf(name), serviceOf(name)]);
  const all = [namespaceObject, ...objects].map((manifest) => ({ file: 'smoke.ts', manifest: manifest as any }));
  for (const { name, zone } of nodes) await makeVolume(api, diskOf(name, zone));
  await mustApply(api, all);
  for (const { name } of nodes) {
    await until(`the pod on ${name} answers through its Service`, 60, async () => {
      const { spec } = await api.get(`/api/v1/namespaces/${namespace}/services/${name}`);
      return (await textAt(`http://${spec.clusterIP}/`)).includes('lost+found');
    }).catch(async (error: Error) => {
      throw new Error(`${error.message}\n${await describeNamespace(api, namespace)}`);
    });
  }
}

/**
 * The same without fsGroup: the disk belongs to root, as a fresh one does, and the pod cannot write on it. Answers the
 * last words of its container; were these nodes worth nothing, it would become Ready too.
 */
export async function spoiltSmoke(api: Api, node: NodePlace): Promise<string> {
  const set: any = setOf('spoilt');
  const { spec } = set.spec.template;
  spec.nodeSelector = { 'kubernetes.io/hostname': node.name };
  delete spec.securityContext.fsGroup;
  spec.containers[0].terminationMessagePolicy = 'FallbackToLogsOnError';
  const objects = [namespaceObject, claimOf('spoilt'), set].map((manifest) => ({
    file: 'smoke.ts',
    manifest: manifest as any,
  }));
  await makeVolume(api, diskOf('spoilt', node.zone));
  await mustApply(api, objects);
  return until('a pod without fsGroup fails', 60, async () => {
    const pods = await api.list(`/api/v1/namespaces/${namespace}/pods?labelSelector=smoke%3Dspoilt`);
    const { state, lastState } = pods[0]?.status.containerStatuses?.[0] ?? {};
    return (state?.terminated ?? lastState?.terminated)?.message as string | undefined;
  });
}

const namespaceObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: namespace, labels: { ...labels, 'pod-security.kubernetes.io/enforce': 'restricted' } },
};

const size = '1Gi';
const accessModes = ['ReadWriteOncePod'];

const diskOf = (name: string, zone: string): Claim => ({
  name,
  namespace,
  size,
  storageClass: '',
  accessModes,
  zones: [zone],
});

const claimOf = (name: string) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name, namespace, labels },
  spec: { storageClassName: '', accessModes, resources: { requests: { storage: size } } },
});

const serviceOf = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace, labels },
  spec: { selector: { smoke: name }, ports: [{ port: 80, targetPort: 8080 }] },
});

/** Writes on its disk as nobody in particular, then shows what lies there. */
const script = 'touch /data/mine && ls /data > /tmp/index.html && exec busybox httpd -f -p 8080 -h /tmp';

const setOf = (name: string) => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name, namespace, labels },
  spec: {
    serviceName: name,
    selector: { matchLabels: { smoke: name } },
    template: {
      metadata: { labels: { smoke: name } },
      spec: {
        nodeSelector: { 'kubernetes.io/hostname': name },
        automountServiceAccountToken: false,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 1000,
          runAsGroup: 1000,
          fsGroup: 1000,
          seccompProfile: { type: 'RuntimeDefault' },
        },
        containers: [
          {
            name: 'smoke',
            image: smokeImage,
            command: ['/bin/sh', '-c', script],
            readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 },
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ['ALL'] },
            },
            volumeMounts: [
              { name: 'data', mountPath: '/data' },
              { name: 'tmp', mountPath: '/tmp' },
            ],
          },
        ],
        volumes: [
          { name: 'data', persistentVolumeClaim: { claimName: name } },
          { name: 'tmp', emptyDir: {} },
        ],
      },
    },
  },
});

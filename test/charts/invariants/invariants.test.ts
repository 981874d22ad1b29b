import { invariantProblems, invariants } from '../../../charts/invariants/invariants';
import { renderCharts } from '../../../charts/main';
import type { KubeObject } from '../../../charts/objects/kube-object';
import type { Bakery } from '../../../model/bakery';
import { payingCarthagenet, payingMainnet, publishingCarthagenet, publishingMainnet } from '../../kit/paying';
import { changedExample, exampleBakeries } from '../../kit/rendered';

const mainnet = changedExample('mainnet', [[['dal', 'publicAddress'], '203.0.113.7']]);
const paying = publishingMainnet();
const hotRegional = changedExample('mainnet', [[['custody'], { hot: { secret: 'signing-keys' } }]]);

/** Objects that a test may spoil. */
class Spoiled {
  readonly objects: any[];

  constructor(bakery: Bakery) {
    this.objects = structuredClone(renderCharts(bakery).objects) as KubeObject[];
  }

  find(kind: string, name: string): any {
    const found = this.objects.find(({ manifest }) => manifest.kind === kind && manifest.metadata.name === name);
    if (!found) throw new Error(`there is no ${kind} ${name}`);
    return found.manifest;
  }

  pod(name: string): any {
    return this.find('StatefulSet', name).spec.template.spec;
  }

  copy(kind: string, name: string, as: string): any {
    const { file } = this.objects[0];
    const manifest = structuredClone(this.find(kind, name));
    manifest.metadata.name = as;
    this.objects.push({ file, manifest });
    return manifest;
  }

  drop(kind: string, name: string): void {
    const dropped = this.find(kind, name);
    this.objects.splice(
      this.objects.findIndex(({ manifest }) => manifest === dropped),
      1,
    );
  }
}

/** The DAL node's pod, in another namespace. */
function moved(it: Spoiled, role: string): any {
  it.find('StatefulSet', 'dal-node').metadata.namespace = `mainnet-${role}`;
  return it.pod('dal-node');
}

/** The job of the CronJob that pays. */
const jobOf = (it: Spoiled) => it.find('CronJob', 'payouts-example').spec.jobTemplate.spec;

/** The pod that makes the payout site. */
const siteOf = (it: Spoiled) => it.find('CronJob', 'payout-site').spec.jobTemplate.spec.template.spec;

/** The first of the private node's pod: that of the node. */
const tmp = (it: Spoiled) => it.pod('baker').volumes.find(({ emptyDir }: any) => emptyDir);

const WHY = 'tezos-bakery/why';

/** Takes the line of a field out of what the private node's StatefulSet says. */
const unexplained = (field: string) => (it: Spoiled) => {
  const { annotations } = it.find('StatefulSet', 'baker').metadata;
  const lines: string[] = annotations[WHY].split('\n');
  annotations[WHY] = lines.filter((line) => !line.startsWith(field)).join('\n');
};

const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

const onAuxiliary = {
  nodeSelector: { 'tezos-bakery/pool': 'mainnet-auxiliary' },
  tolerations: [],
  priorityClassName: 'mainnet-auxiliary',
};

/** Name of the invariant, and edits that each break it. */
const breaks: Record<string, ((spoiled: Spoiled) => void)[]> = {
  'exactly one workload bakes, and at most one endorses': [
    (it) => it.copy('StatefulSet', 'baker', 'baker-two'),
    (it) => it.drop('StatefulSet', 'baker'),
    (it) => it.pod('dal-node').containers[0].command.splice(0, 1, '/usr/local/bin/octez-baker-PsUshuai'),
    (it) =>
      it.pod('dal-node').containers[0].command.splice(0, 1, '/bin/sh', '-c', 'exec "$@"', '', '/bin/tezos-baker-006'),
  ],
  'a key has one holder: no two workloads sign with it': [
    (it) => it.copy('StatefulSet', 'signer-gateway', 'signer-gateway-two'),
    (it) => {
      const { containers, volumes } = it.pod('dal-node');
      containers[0].command = ['/usr/local/bin/octez-signer'];
      volumes.push({ name: 'keys', configMap: { name: 'signer-gateway-guard' } });
    },
    (it) => {
      const { containers, volumes } = it.pod('accuser');
      containers[0].command.splice(0, 1, '/bin/signatory');
      volumes.push({ name: 'keys', configMap: { name: 'signer-gateway-guard' } });
    },
  ],
  'what bakes, endorses or signs is a StatefulSet of one: its old pod is gone before the new one starts': [
    (it) => (it.find('StatefulSet', 'baker').spec.replicas = 2),
    (it) => (it.find('StatefulSet', 'baker').kind = 'Deployment'),
    (it) => (it.find('StatefulSet', 'signer-gateway').spec.replicas = 2),
  ],
  'what holds a wallet is beside payout-guard, and answers inside of its pod alone': [
    (it) => (it.pod('payout-guard').containers[0].command = ['/nodejs/bin/node']),
    (it) => {
      const { data } = it.find('ConfigMap', 'payout-guard-signatory');
      data['signatory.yaml'] = data['signatory.yaml'].replace('address: 127.0.0.1:6735', 'address: 0.0.0.0:6735');
    },
    (it) => {
      const { containers } = it.pod('payout-guard');
      containers[1].command = ['/usr/local/bin/octez-signer', 'launch', 'http', 'signer', '-a', '0.0.0.0'];
    },
  ],
  'a Secret is mounted by one workload alone': [
    (it) => it.pod('baker').volumes.push({ name: 'keys', secret: { secretName: 'signing-keys' } }),
  ],
  'images name their version and come from the own project': [
    (it) => (it.pod('baker').containers[0].image = 'tezos/tezos:octez-v25.2'),
    (it) => (it.pod('baker').containers[0].image = it.pod('baker').containers[0].image.replace(/:[^:]*$/, ':latest')),
    (it) => (it.pod('baker').containers[0].image = it.pod('baker').containers[0].image.replace(/:[^:]*$/, '')),
    (it) => (it.pod('baker').initContainers[0].image = 'europe-west4-docker.pkg.dev/stranger/images/tezos:v1'),
  ],
  'pods are restricted': [
    (it) => (it.pod('baker').securityContext.runAsUser = 0),
    (it) => delete it.pod('baker').securityContext.fsGroup,
    (it) => delete it.pod('baker').securityContext.runAsNonRoot,
    (it) => delete it.pod('baker').securityContext.seccompProfile,
    (it) => (it.pod('baker').hostNetwork = true),
    (it) => {
      it.pod('dal-node').containers = [];
      it.pod('dal-node').initContainers = [];
    },
  ],
  'a pod has an API token if a role is bound to its account, and only then; nobody reads Secrets or writes': [
    (it) => delete it.pod('baker').automountServiceAccountToken,
    (it) => (it.pod('prometheus').automountServiceAccountToken = false),
    (it) => it.drop('ClusterRoleBinding', 'mainnet-prometheus'),
    (it) => it.find('ClusterRole', 'mainnet-prometheus').rules[0].resources.push('secrets'),
    (it) => it.find('ClusterRole', 'mainnet-prometheus').rules[0].verbs.push('delete'),
    (it) => it.find('Role', 'kube-state-metrics').rules[0].resources.push('configmaps'),
  ],
  'containers are restricted': [
    (it) => delete it.pod('baker').initContainers[0].securityContext,
    (it) => (it.pod('baker').containers[0].securityContext.privileged = true),
    (it) => (it.pod('baker').containers[0].securityContext.readOnlyRootFilesystem = false),
    (it) => (it.pod('baker').containers[0].securityContext.capabilities.add = ['NET_RAW']),
    (it) => delete it.pod('baker').containers[0].securityContext.allowPrivilegeEscalation,
  ],
  'memory is limited to what is asked for; CPU and disk are asked for, and not limited': [
    (it) => delete it.pod('baker').initContainers[0].resources.requests['ephemeral-storage'],
    (it) => (it.pod('baker').containers[0].resources.limits['ephemeral-storage'] = '1Gi'),
    (it) => (it.pod('baker').containers[0].resources.limits.cpu = '1'),
    (it) => (it.pod('baker').containers[0].resources.limits.memory = '1Gi'),
    (it) => delete it.pod('baker').containers[0].resources.requests.cpu,
    (it) => delete it.pod('baker').containers[0].resources,
  ],
  'containers, volumes and ports have names that the API server takes': [
    (it) => {
      it.pod('signer-gateway').containers[1].name = 'tunnel-attic-';
    },
    (it) => {
      it.pod('signer-gateway').volumes[0].name = `a${'b'.repeat(63)}`;
    },
    (it) => {
      it.pod('signer-gateway').containers[1].ports[0].name = 'ssh-of-the-attic';
    },
  ],
  'a pod of several containers says which of them kubectl means': [
    (it) => delete it.find('StatefulSet', 'baker').spec.template.metadata.annotations[DEFAULT_CONTAINER],
    (it) => (it.find('StatefulSet', 'baker').spec.template.metadata.annotations[DEFAULT_CONTAINER] = 'bakre'),
  ],
  "a container runs an absolute program, never its image's entrypoint": [
    (it) => delete it.pod('baker').containers[0].command,
    (it) => (it.pod('baker').containers[0].command[0] = 'octez-node'),
  ],
  'the base directory of a client program is where a volume is mounted': [
    (it) => (it.pod('accuser').containers[0].volumeMounts = []),
    (it) => (it.pod('baker').containers[1].volumeMounts[0].mountPath = '/elsewhere'),
  ],
  'no secret is in an environment variable': [
    (it) => it.pod('baker').containers[0].env.push({ name: 'K', valueFrom: { secretKeyRef: { name: 'k', key: 'k' } } }),
    (it) => it.pod('baker').containers[0].env.push({ name: 'K', value: `edsk${'3'.repeat(50)}` }),
    (it) => (it.pod('baker').containers[0].envFrom = [{ secretRef: { name: 'keys' } }]),
  ],
  'every pod says on which pool it runs, and with which priority': [
    (it) => (it.pod('baker').nodeSelector['tezos-bakery/pool'] = 'mainnet-auxiliary'),
    (it) => delete it.pod('baker').nodeSelector,
    (it) => (it.pod('baker').tolerations = []),
    (it) => delete it.pod('baker').priorityClassName,
    (it) => moved(it, 'payouts'),
    (it) => Object.assign(moved(it, 'monitoring'), onAuxiliary, { tolerations: [{ operator: 'Exists' }] }),
    (it) => Object.assign(moved(it, 'payouts'), onAuxiliary, { priorityClassName: 'mainnet-baking' }),
    (it) => it.drop('PriorityClass', 'mainnet-assisting'),
    (it) => (it.pod('dal-node').priorityClassName = 'mainnet-auxiliary'),
  ],
  'the pods of each component have an identity of their own, which carries no token': [
    (it) => delete it.pod('baker').serviceAccountName,
    (it) => (it.pod('baker').serviceAccountName = 'dal-node'),
    (it) => it.drop('ServiceAccount', 'sentry'),
    (it) => delete it.find('ServiceAccount', 'sentry').automountServiceAccountToken,
  ],
  'what bakes, attests or signs goes before the nodes that serve it, and these before all other pods': [
    (it) => (it.pod('sentry-a').priorityClassName = 'mainnet-baking'),
    (it) => (it.pod('dal-node').priorityClassName = 'mainnet-sentries'),
    (it) => (it.find('PriorityClass', 'mainnet-baking').value = 1),
    (it) => delete it.pod('baker').priorityClassName,
  ],
  'a pod that is not ready never holds up a drain': [
    (it) => delete it.find('PodDisruptionBudget', 'baker').spec.unhealthyPodEvictionPolicy,
    (it) => (it.find('PodDisruptionBudget', 'sentry').spec.unhealthyPodEvictionPolicy = 'IfHealthyBudget'),
  ],
  'temporary files are in memory, less than the container may have, and no two programs share more than sockets': [
    (it) => delete tmp(it).emptyDir.sizeLimit,
    (it) => delete tmp(it).emptyDir.medium,
    (it) => (tmp(it).emptyDir.sizeLimit = '10Gi'), // as much as the node has
    (it) => it.pod('baker').containers[1].volumeMounts.push({ name: tmp(it).name, mountPath: '/more' }),
    (it) => (it.pod('signer-gateway').volumes.at(-1).emptyDir.sizeLimit = '2Mi'), // of a tunnel and the guard
  ],
  'work by the hour that writes to the disk of its node has asked for the room, and runs alone in its pod': [
    (it) => (siteOf(it).volumes.find(({ name }: any) => name === 'work').emptyDir.sizeLimit = '5Gi'),
    (it) => delete siteOf(it).volumes.find(({ name }: any) => name === 'work').emptyDir.sizeLimit,
    (it) => delete siteOf(it).containers[0].resources.requests['ephemeral-storage'],
    (it) => siteOf(it).containers.push({ ...siteOf(it).containers[0], name: 'second' }),
  ],
  'of work by the hour one pod runs at a time, which is not begun again, not moved, and gone before the next': [
    (it) => (it.find('CronJob', 'payouts-example').spec.schedule = '*/5 * * * *'),
    (it) => (it.find('CronJob', 'payouts-example').spec.concurrencyPolicy = 'Allow'),
    (it) => delete it.find('CronJob', 'payouts-example').spec.startingDeadlineSeconds,
    (it) => (jobOf(it).backoffLimit = 1),
    (it) => delete jobOf(it).podReplacementPolicy,
    (it) => (jobOf(it).template.spec.restartPolicy = 'OnFailure'),
    (it) => (jobOf(it).template.spec.activeDeadlineSeconds = 3600),
    (it) => delete jobOf(it).template.spec.activeDeadlineSeconds,
    (it) => (jobOf(it).template.metadata.annotations = {}),
  ],
  'nothing in the namespace of payouts moves to another zone by itself': [
    (it) => {
      const moving = it.copy('HighAvailabilityApplication', 'baker', 'payout-guard');
      moving.metadata.namespace = 'mainnet-payouts';
    },
  ],
  'a workload selects its own pods and no others': [
    (it) => (it.find('StatefulSet', 'sentry-a').spec.selector.matchLabels = { 'app.kubernetes.io/name': 'sentry' }),
    (it) => (it.find('StatefulSet', 'baker').spec.selector.matchLabels = { app: 'baker' }),
  ],
  'Services, budgets and policies select pods, and those of their own component alone': [
    (it) => (it.find('Service', 'baker-rpc').spec.selector = { 'app.kubernetes.io/name': 'bakre' }),
    (it) => (it.find('Service', 'baker-rpc').spec.selector = { 'app.kubernetes.io/part-of': 'mainnet' }),
    (it) =>
      (it.find('PodDisruptionBudget', 'baker').spec.selector.matchLabels = { 'app.kubernetes.io/name': 'sentry' }),
    (it) =>
      (it.find('NetworkPolicy', 'baker-to-dns').spec.podSelector.matchLabels = { 'app.kubernetes.io/name': 'bakre' }),
  ],
  'every namespace denies what no policy allows': [
    (it) => it.drop('NetworkPolicy', 'deny-all'),
    (it) => (it.find('NetworkPolicy', 'deny-all').spec.egress = [{}]),
    (it) => (it.find('NetworkPolicy', 'deny-all').spec.policyTypes = ['Ingress']),
  ],
  'whose load balancer it is stands in its class, which no other controller can take over': [
    (it) => delete it.find('Service', 'dal-node-p2p').spec.loadBalancerClass,
    (it) => (it.find('Service', 'baker-rpc').spec.type = 'LoadBalancer'),
  ],
  "load balancers keep the client's address": [
    (it) => (it.find('Service', 'sentry-a-p2p').spec.externalTrafficPolicy = 'Cluster'),
    (it) => (it.find('Service', 'dal-node').spec.type = 'NodePort'),
  ],
  "a Service's ports exist by name on all of its pods": [
    (it) => (it.find('Service', 'baker-rpc').spec.ports[0].targetPort = 'prc'),
    (it) => (it.find('Service', 'baker-rpc').spec.ports[0].targetPort = 8734),
  ],
  'the port of every flow exists on the pods that it reaches': [
    (it) => (it.find('NetworkPolicy', 'baker-to-dal-node-rpc').spec.egress[0].ports[0].port = 1),
    (it) => (it.find('NetworkPolicy', 'sentry-a-from-internet-p2p').spec.ingress[0].ports[0].port = 1),
    (it) => (it.pod('dal-node').containers[0].ports = []),
  ],
  'a Service offers no port that nobody may dial': [
    (it) => it.drop('NetworkPolicy', 'dal-node-from-prometheus-metrics'),
    (it) => it.drop('NetworkPolicy', 'baker-from-accuser-rpc-full'),
    (it) => it.drop('NetworkPolicy', 'dal-node-from-internet-p2p'),
    (it) =>
      (it.find('NetworkPolicy', 'sentry-from-baker-p2p').spec.podSelector.matchLabels = {
        'app.kubernetes.io/instance': 'sentry-a',
      }),
  ],
  'a container opens no port that nobody may dial': [
    (it) => it.pod('sentry-a').containers[0].ports.push({ name: 'other', containerPort: 9933 }),
    (it) => it.pod('baker').containers[0].command.push('--metrics-addr', '0.0.0.0:9933'),
    (it) => it.drop('NetworkPolicy', 'dal-node-from-internet-p2p'),
    (it) => {
      for (const name of ['signer-gateway-to-baker-rpc', 'baker-from-signer-gateway-rpc'])
        it.drop('NetworkPolicy', name);
      for (const probe of ['startupProbe', 'livenessProbe']) delete it.pod('baker').containers[0][probe];
    },
  ],
  'every claim is used by exactly one pod, and every claim of a pod exists': [
    (it) => it.copy('PersistentVolumeClaim', 'dal-node-store', 'spare'),
    (it) => it.drop('PersistentVolumeClaim', 'dal-node-store'),
    (it) => it.pod('dal-node').volumes.push({ name: 'more', persistentVolumeClaim: { claimName: 'baker-base-dir' } }),
  ],
  'a claim is for one pod alone (ReadWriteOncePod), of a storage class of this bakery': [
    (it) => (it.find('PersistentVolumeClaim', 'dal-node-store').spec.accessModes = ['ReadWriteOnce']),
    (it) => (it.find('PersistentVolumeClaim', 'dal-node-store').spec.storageClassName = 'standard-rwo'),
  ],
  'claims are objects of their own, never templates': [
    (it) => (it.find('StatefulSet', 'dal-node').spec.volumeClaimTemplates = []),
  ],
  'a claim comes in the same wave as its pod': [
    (it) => delete it.find('PersistentVolumeClaim', 'baker-base-dir').metadata.annotations,
    (it) => (it.find('StatefulSet', 'sentry-b').metadata.annotations['argocd.argoproj.io/sync-wave'] = '101'),
  ],
  'no pod mixes regional and zonal claims': [
    (it) => (it.find('PersistentVolumeClaim', 'baker-base-dir').spec.storageClassName = 'mainnet-zonal'),
  ],
  'what moves to another zone by itself has regional claims alone': [
    (it) => (it.find('PersistentVolumeClaim', 'dal-node-store').spec.storageClassName = 'mainnet-zonal'),
    (it) => (it.find('HighAvailabilityApplication', 'baker').metadata.name = 'bakre'),
  ],
  'what would destroy a claim when it is pruned is never pruned: the claim itself, and its namespace': [
    (it) => delete it.find('PersistentVolumeClaim', 'baker-base-dir').metadata.annotations,
    (it) => delete it.find('Namespace', 'mainnet-baking').metadata.annotations['kustomize.toolkit.fluxcd.io/prune'],
    (it) =>
      (it.find('Namespace', 'mainnet-payouts').metadata.annotations['argocd.argoproj.io/sync-options'] = 'Prune=false'),
  ],
  'nothing of value dies with an object: storage classes keep the disks of deleted claims': [
    (it) => (it.find('StorageClass', 'mainnet-zonal').reclaimPolicy = 'Delete'),
  ],
  'the namespace of every object exists, and is of this bakery': [
    (it) => (it.find('Service', 'baker-rpc').metadata.namespace = 'default'),
    (it) => delete it.find('ConfigMap', 'baker-wallet').metadata.namespace,
    (it) => it.drop('Namespace', 'mainnet-baking'),
  ],
  "a cluster-scoped object carries the bakery's name": [
    (it) => (it.find('PriorityClass', 'mainnet-auxiliary').metadata.name = 'auxiliary'),
  ],
  'no two objects have the same name': [(it) => it.copy('Service', 'baker-rpc', 'baker-rpc')],
  'names and label values have 63 characters at most': [
    (it) => (it.find('ConfigMap', 'baker-wallet').metadata.name = 'w'.repeat(64)),
    (it) => (it.find('ConfigMap', 'baker-wallet').metadata.labels.long = 'w'.repeat(64)),
  ],
  'quantities are written as the API server writes them': [
    (it) => {
      for (const list of Object.values(it.pod('baker').containers[0].resources) as any[]) list.memory = '10240Mi';
    },
    (it) => (it.pod('baker').containers[0].resources.requests.cpu = '2000m'),
    (it) => (it.find('PersistentVolumeClaim', 'baker-node-data').spec.resources.requests.storage = '1024Gi'),
    (it) => (tmp(it).emptyDir.sizeLimit = '1024Mi'),
  ],
  'no object is larger than 200 KiB': [(it) => (it.find('ConfigMap', 'baker-wallet').data.big = 'é'.repeat(103_000))],
  'no secret is among the objects': [
    (it) => (it.find('ConfigMap', 'baker-wallet').data.secret_keys = `unencrypted:edsk${'3'.repeat(50)}`),
    (it) => Object.assign(it.copy('ConfigMap', 'baker-wallet', 'keys'), { kind: 'Secret' }),
  ],
  'what surprises a reader says why, on the object: on its pods a better word would restart them': [
    (it) => delete it.find('PodDisruptionBudget', 'baker').metadata.annotations,
    (it) => delete it.find('HighAvailabilityApplication', 'dal-node').metadata.annotations,
    (it) => delete it.find('StorageClass', 'mainnet-zonal').metadata.annotations,
    (it) => delete it.find('Service', 'baker-rpc').metadata.annotations,
    ...['podManagementPolicy', 'startupProbe', '--net-addr', '--connections'].map(unexplained),
    (it) => (it.find('StatefulSet', 'baker').spec.template.metadata.annotations[WHY] = 'better words'),
  ],
};

test('every bakery of this repository keeps every invariant', () => {
  const kms = changedExample('mainnet', [[['custody'], { kms: {} }]]);
  const paid = [
    paying,
    payingMainnet({ custody: { hot: { secret: 'wallets' } } }),
    payingCarthagenet(),
    publishingCarthagenet(),
  ];
  const bakeries = [...Object.values(exampleBakeries()), hotRegional, kms, ...paid];
  expect(bakeries.flatMap((bakery) => invariantProblems(renderCharts(bakery).objects))).toEqual([]);
});

/** A CronJob with the DAL node's pods, in its namespace, under another instance's name. */
function withCronJob(instance: string): Spoiled {
  const spoiled = new Spoiled(mainnet);
  const job = spoiled.copy('StatefulSet', 'dal-node', 'dal-node-report');
  const template = job.spec.template;
  template.metadata.labels['app.kubernetes.io/instance'] = instance;
  template.spec.volumes = [];
  Object.assign(template.spec, { restartPolicy: 'Never', activeDeadlineSeconds: 60 });
  const spec = {
    schedule: '0 * * * *',
    concurrencyPolicy: 'Forbid',
    startingDeadlineSeconds: 60,
    jobTemplate: { spec: { backoffLimit: 0, podReplacementPolicy: 'Failed', template } },
  };
  Object.assign(job, { apiVersion: 'batch/v1', kind: 'CronJob', spec });
  return spoiled;
}

test('a CronJob may stand beside other workloads of its namespace, if no selector of theirs takes its pods', () => {
  expect(invariantProblems(withCronJob('dal-node-report').objects)).toEqual([]);
  expect(invariantProblems(withCronJob('dal-node').objects)).toContainEqual(
    expect.stringContaining('StatefulSet mainnet-baking/dal-node selects the pods of'),
  );
});

test('every invariant has an edit that breaks it', () => {
  expect(Object.keys(breaks)).toEqual(invariants.map(({ name }) => name));
});

describe.each(Object.entries(breaks))('%s', (name, edits) => {
  test.each(edits.map((edit) => [edit.toString().replace(/\s+/g, ' '), edit] as const))('notices %s', (_, edit) => {
    const ofPayouts = /payout|by the hour/.test(name);
    const spoiled = new Spoiled(ofPayouts ? paying : name.startsWith('a Secret') ? hotRegional : mainnet);
    edit(spoiled);
    expect(invariants.find((invariant) => invariant.name === name)!.test(spoiled.objects)).not.toEqual([]);
    expect(invariantProblems(spoiled.objects)).toContainEqual(expect.stringContaining(`${name}: `));
  });
});

import type { Api } from '../cluster/api';

let nextAddress = 1;

/** What kubelets do, as far as controllers can see: pods run once their disks are attached, and end when told to. */
export async function runPods(api: Api, alive: ReadonlySet<string>, reported: Map<string, string>): Promise<void> {
  const [pods, claims, attachments] = await Promise.all([
    api.list('/api/v1/pods?fieldSelector=spec.nodeName!='),
    api.list('/api/v1/persistentvolumeclaims'),
    api.list('/apis/storage.k8s.io/v1/volumeattachments'),
  ]);
  const ours = pods.filter(({ spec }) => alive.has(spec.nodeName));
  const attached = new Set(
    attachments
      .filter(({ status }) => status?.attached)
      .map(({ spec }) => `${spec.nodeName} ${spec.source.persistentVolumeName}`),
  );
  const volumeOf = new Map(
    claims.map(({ metadata, spec }) => [`${metadata.namespace}/${metadata.name}`, spec.volumeName]),
  );
  await Promise.all(
    ours.map(async (pod) => {
      if (pod.metadata.deletionTimestamp) return endPod(api, pod);
      if (pod.status.phase !== 'Pending' && pod.status.phase !== undefined) return;
      if (!claimsOf(pod).every((claim) => attached.has(`${pod.spec.nodeName} ${volumeOf.get(claim)}`))) return;
      await api.patch(`${pathOf(pod)}/status`, { status: runningStatus(pod) });
    }),
  );
  // A node that has lost its last pod says so too: else its disks would never leave it.
  const nothing = [...alive].map((node): [string, string[]] => [node, []]);
  await reportVolumesInUse(api, new Map([...nothing, ...volumesInUse(ours, volumeOf)]), reported);
}

function pathOf({ metadata }: any): string {
  return `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`;
}

function claimsOf(pod: any): string[] {
  const volumes: any[] = pod.spec.volumes ?? [];
  return volumes.flatMap(({ persistentVolumeClaim: claim }) =>
    claim ? [`${pod.metadata.namespace}/${claim.claimName}`] : [],
  );
}

async function endPod(api: Api, pod: any): Promise<void> {
  await api.delete(pathOf(pod), { gracePeriodSeconds: 0, preconditions: { uid: pod.metadata.uid } });
}

/** Pods of Jobs have done their work at once. */
function runningStatus(pod: any) {
  const isJob = (pod.metadata.ownerReferences ?? []).some(({ kind }: { kind: string }) => kind === 'Job');
  const now = new Date().toISOString();
  const state = isJob
    ? { terminated: { exitCode: 0, reason: 'Completed', startedAt: now, finishedAt: now } }
    : { running: { startedAt: now } };
  const podIP = addressFor(nextAddress++);
  return {
    phase: isJob ? 'Succeeded' : 'Running',
    startTime: now,
    podIP,
    podIPs: [{ ip: podIP }],
    conditions: ['Initialized', 'ContainersReady', 'Ready', 'PodScheduled'].map((type) => ({
      type,
      status: isJob && type.endsWith('Ready') ? 'False' : 'True',
      lastTransitionTime: now,
    })),
    containerStatuses: pod.spec.containers.map(({ name, image }: { name: string; image: string }) => ({
      name,
      image,
      imageID: image,
      ready: !isJob,
      started: !isJob,
      restartCount: 0,
      state,
    })),
  };
}

function addressFor(index: number): string {
  return `10.100.${(index >> 8) & 255}.${index & 255}`;
}

function volumesInUse(pods: readonly any[], volumeOf: ReadonlyMap<string, string>): Map<string, string[]> {
  const inUse = new Map<string, string[]>();
  for (const pod of pods) {
    if (pod.status.phase !== 'Running') continue;
    const volumes = claimsOf(pod).map((claim) => `kubernetes.io/csi/pd.csi.storage.gke.io^${volumeOf.get(claim)}`);
    inUse.set(pod.spec.nodeName, [...(inUse.get(pod.spec.nodeName) ?? []), ...volumes]);
  }
  return inUse;
}

/** A disk in use is not taken from its node: the attach-detach controller reads this list. */
async function reportVolumesInUse(api: Api, inUse: ReadonlyMap<string, string[]>, reported: Map<string, string>) {
  for (const [node, volumes] of inUse) {
    const text = volumes.sort().join();
    if ((reported.get(node) ?? '') === text) continue;
    await api.patch(`/api/v1/nodes/${node}/status`, { status: { volumesInUse: volumes } });
    reported.set(node, text);
  }
}

import type { Api } from '../cluster/api';

const driver = 'pd.csi.storage.gke.io';
const zoneKey = 'topology.gke.io/zone';

/** What Google's disk driver does, as far as the API shows it: volumes for claims, attachments, bigger disks. */
export async function attachAndProvision(api: Api, zoneOfNode: ReadonlyMap<string, string>): Promise<void> {
  const [claims, volumes, classes, attachments] = await Promise.all([
    api.list('/api/v1/persistentvolumeclaims'),
    api.list('/api/v1/persistentvolumes'),
    api.list('/apis/storage.k8s.io/v1/storageclasses'),
    api.list('/apis/storage.k8s.io/v1/volumeattachments'),
  ]);
  for (const claim of claims) {
    const volume = volumes.find(({ spec }) => spec.claimRef?.uid === claim.metadata.uid);
    const storageClass = classes.find(({ metadata }) => metadata.name === claim.spec.storageClassName);
    if (volume) await grow(api, claim, volume);
    else if (storageClass?.provisioner === driver) await provision(api, claim, storageClass, zoneOfNode);
  }
  for (const { metadata, spec, status } of attachments) {
    if (spec.attacher !== driver || status?.attached || !zoneOfNode.has(spec.nodeName)) continue;
    const path = `/apis/storage.k8s.io/v1/volumeattachments/${metadata.name}/status`;
    await api.patch(path, { status: { attached: true } });
  }
}

/** A claim waits for its first pod: only then is there a node, and with it a zone. */
async function provision(api: Api, claim: any, storageClass: any, zoneOfNode: ReadonlyMap<string, string>) {
  const node = claim.metadata.annotations?.['volume.kubernetes.io/selected-node'];
  const zone = zoneOfNode.get(node);
  if (!zone) return;
  const isRegional = storageClass.parameters?.['replication-type'] === 'regional-pd';
  const zones = isRegional ? regionalZones(storageClass) : [zone];
  const { name, namespace, uid } = claim.metadata;
  const inZone = { matchExpressions: [{ key: zoneKey, operator: 'In', values: zones }] };
  await api.create('/api/v1/persistentvolumes', {
    metadata: { name: `pvc-${uid}`, annotations: { 'pv.kubernetes.io/provisioned-by': driver } },
    spec: {
      capacity: claim.spec.resources.requests,
      accessModes: claim.spec.accessModes,
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy,
      storageClassName: storageClass.metadata.name,
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid },
      csi: { driver, volumeHandle: `pvc-${uid}`, fsType: 'ext4' },
      nodeAffinity: { required: { nodeSelectorTerms: [inZone] } },
    },
  });
}

/** A regional disk has its replicas in the two zones that its class names. */
function regionalZones(storageClass: any): string[] {
  const expressions: any[] = (storageClass.allowedTopologies ?? []).flatMap((each: any) => each.matchLabelExpressions);
  return expressions.flatMap(({ key, values }) => (key === zoneKey ? values : []));
}

async function grow(api: Api, claim: any, volume: any): Promise<void> {
  const wanted = claim.spec.resources.requests.storage;
  const { name, namespace } = claim.metadata;
  if (claim.status?.phase !== 'Bound' || claim.status.capacity?.storage === wanted) return;
  await api.patch(`/api/v1/persistentvolumes/${volume.metadata.name}`, { spec: { capacity: { storage: wanted } } });
  const path = `/api/v1/namespaces/${namespace}/persistentvolumeclaims/${name}/status`;
  await api.patch(path, { status: { capacity: { storage: wanted } } });
}

import type { Api } from './api';
import { until } from './processes';

const ours = 'labelSelector=app.kubernetes.io%2Fmanaged-by%3Dtezos-bakery';

/** What makes pods, then pods, then what pods hold on to. */
const contents = [
  'apis/batch/v1/cronjobs',
  'apis/batch/v1/jobs',
  'apis/apps/v1/deployments',
  'apis/apps/v1/replicasets',
  'apis/apps/v1/statefulsets',
  'api/v1/pods',
  'api/v1/persistentvolumeclaims',
];

const clusterScoped = [
  '/apis/storage.k8s.io/v1/storageclasses',
  '/apis/scheduling.k8s.io/v1/priorityclasses',
  '/apis/rbac.authorization.k8s.io/v1/clusterroles',
  '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
];

/**
 * Removes pods and disks of every bakery; what costs nothing stays for the next apply. Nodes that attach disks must be
 * alive.
 */
export async function emptyBakeries(api: Api): Promise<string[]> {
  const namespaces: string[] = (await api.list(`/api/v1/namespaces?${ours}`)).map(({ metadata }) => metadata.name);
  await Promise.all(namespaces.map((namespace) => emptyNamespace(api, namespace)));
  // Their classes say Retain, and nobody deletes disks here.
  await api.delete('/api/v1/persistentvolumes');
  await until('the volumes are gone', 30, async () => (await api.list('/api/v1/persistentvolumes')).length === 0);
  return namespaces;
}

async function emptyNamespace(api: Api, namespace: string): Promise<void> {
  const collections = contents.map((collection) => {
    const [folder, kind] = [collection.slice(0, collection.lastIndexOf('/')), collection.split('/').at(-1)];
    return `/${folder}/namespaces/${namespace}/${kind}`;
  });
  const now = { gracePeriodSeconds: 0, propagationPolicy: 'Background' };
  for (const collection of collections) await api.delete(collection, now);
  await until(`${namespace} is empty`, 90, async () => {
    const left = await Promise.all(collections.map((collection) => api.list(collection)));
    // A controller may have made one more before it heard of the end of its set.
    if (left.flat().length > 0) await api.delete(`/api/v1/namespaces/${namespace}/pods`, now);
    return left.flat().length === 0;
  });
}

/** Removes every object of every bakery, and waits until its namespaces are gone; nodes as above. */
export async function removeBakeries(api: Api): Promise<void> {
  // Emptied first: a namespace that finds something held on to looks again after eight seconds at the earliest.
  const namespaces = await emptyBakeries(api);
  for (const namespace of namespaces) await api.delete(`/api/v1/namespaces/${namespace}`);
  for (const collection of clusterScoped) await api.delete(`${collection}?${ours}`);
  await until('the namespaces of the bakeries are gone', 60, async () => {
    return (await api.list(`/api/v1/namespaces?${ours}`)).length === 0;
  });
}

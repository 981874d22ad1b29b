import type { Api } from '../cluster/api';
import { until } from '../cluster/processes';
import { unreadyWorkloads } from '../cluster/workload-state';

const SECONDS = 150;

/** Waits until every pod of these namespaces is Ready; answers how many there are. */
export async function everyPodReady(api: Api, namespaces: readonly string[]): Promise<number> {
  await until('every pod is Ready', SECONDS, async () => {
    const unready = await Promise.all(namespaces.map((namespace) => unreadyWorkloads(api, namespace)));
    return unready.flat().length === 0;
  });
  const pods = await Promise.all(namespaces.map((namespace) => api.list(`/api/v1/namespaces/${namespace}/pods`)));
  return pods.flat().length;
}

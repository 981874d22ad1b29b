import { ApiError } from '../cluster/api';
import type { Placed, Scene, Stand } from './scene';

/** What a drain does: asks the eviction API for one pod. Answers the status code. */
export async function evict({ cluster: { api } }: Scene, namespace: string, pod: string): Promise<number> {
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod, namespace } };
  try {
    await api.create(`/api/v1/namespaces/${namespace}/pods/${pod}/eviction`, eviction);
    return 201;
  } catch (error) {
    if (error instanceof ApiError) return error.status;
    throw error;
  }
}

/** A drain may take one sentry, never the last, and never the baker. */
export async function judgeEvictions(
  scene: Scene,
  { bakery, pods }: { bakery: Stand['bakery']; pods: readonly Placed[] },
) {
  const namespace = `${bakery.name}-baking`;
  const says = async (pod: Placed, wanted: number, what: string) => {
    const status = await evict(scene, namespace, pod.name);
    if (status === wanted) scene.report.pass(what);
    else scene.report.fail(what, `Eviction of ${namespace}/${pod.name} answered ${status}, not ${wanted}`);
  };
  for (const pod of pods.filter(({ component }) => component === 'baker')) {
    await says(pod, 429, 'evictions of a baker, refused with 429');
  }
  const [first, ...others] = pods.filter(({ component }) => component === 'sentry');
  if (!first) return;
  await says(first, 201, 'evictions of one sentry, granted');
  // Asked at once, while the first is on its way.
  for (const pod of others) await says(pod, 429, 'evictions of the last sentry, refused with 429');
}

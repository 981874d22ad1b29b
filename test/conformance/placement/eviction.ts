import { ApiError } from '../cluster/api';
import { nameOf, type Placed, type Scene } from './stand';

/** What the eviction API answers: its status code, and its words where it refuses. */
export interface Eviction {
  readonly status: number;
  readonly words: string;
}

/** What a drain does: asks the eviction API for one pod. */
export async function evict({ cluster: { api } }: Scene, { namespace, name: pod }: Placed): Promise<Eviction> {
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod, namespace } };
  try {
    await api.create(`/api/v1/namespaces/${namespace}/pods/${pod}/eviction`, eviction);
    return { status: 201, words: 'granted' };
  } catch (error) {
    if (error instanceof ApiError) return { status: error.status, words: error.message };
    throw error;
  }
}

/** A drain may take one sentry, never the last, and never the baker. */
export async function judgeEvictions(scene: Scene, pods: readonly Placed[]) {
  const says = async (pod: Placed, wanted: number, what: string) => {
    const { status, words } = await evict(scene, pod);
    if (status === wanted) scene.report.pass(what);
    else scene.report.fail(what, `eviction of ${nameOf(pod)} answered ${status}, not ${wanted}: ${words}`);
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

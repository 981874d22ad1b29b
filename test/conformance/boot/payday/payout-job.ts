import { until } from '../../cluster/processes';
import type { Scene } from '../scene';

/** Starts a run by hand, as docs/payouts.md says; answers its pod. `name`: of the job. */
export async function startJob(scene: Scene, cronJob: string, name: string): Promise<any> {
  const words = ['create', 'job', `--from=cronjob/${cronJob}`, name];
  const { status, stderr } = await scene.cluster.kubectl(['--namespace', namespaceOf(scene), ...words]);
  if (status !== 0) throw new Error(`kubectl ${words.join(' ')}: ${stderr}`);
  const pods = `/api/v1/namespaces/${namespaceOf(scene)}/pods?labelSelector=batch.kubernetes.io%2Fjob-name%3D${name}`;
  return until(`the job ${name} has a pod`, 120, async () => (await scene.api.list(pods))[0]);
}

/** Waits for the end of a job: what Kubernetes calls it. */
export async function endOfJob(scene: Scene, name: string): Promise<'Complete' | 'Failed'> {
  const path = `/apis/batch/v1/namespaces/${namespaceOf(scene)}/jobs/${name}`;
  return until(`the job ${name} ends`, 240, async () => {
    const { status } = await scene.api.get(path);
    const ends = (status.conditions ?? []).filter(({ status: is }: any) => is === 'True');
    return ends.find(({ type }: any) => type === 'Complete' || type === 'Failed')?.type;
  });
}

/** Runs a job that must end well; answers its pod. */
export async function completedJob(scene: Scene, cronJob: string, name: string): Promise<any> {
  const pod = await startJob(scene, cronJob, name);
  if ((await endOfJob(scene, name)) === 'Complete') return pod;
  throw new Error(`the job ${name} of ${cronJob} has failed:\n${wordsOf(scene, pod)}`);
}

/** What the containers of a pod have said, in their order. */
export function wordsOf({ nodes }: Scene, pod: any): string {
  const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  return containers.map(({ name }: any) => `${name}:\n${nodes.logOf(pod, name, 0)}`).join('\n');
}

export const namespaceOf = ({ bakery }: Scene) => bakery.namespace('payouts');

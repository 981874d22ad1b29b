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

/** How often a run is begun, as it is each hour, where the machine was too slow for an answer in time. */
const RUNS = 5;

/** What programs say then: payout-guard of its node, others of whomever they asked. */
const TOO_SLOW = /no answer within \d+ ms|node-failed|does not answer|timed? ?out/i;

/** Name of the job of that run. */
export const runName = (name: string, run: number) => (run === 1 ? name : `${name}-${run}`);

/** A run has failed, and the next one may begin; an error if it may not. */
export function mayRunAgain(scene: Scene, pod: any, run: number): void {
  const words = `${pod.metadata.name} has failed:\n${wordsOf(scene, pod)}`;
  if (run === RUNS || !TOO_SLOW.test(words)) throw new Error(words);
  console.log(`  ${scene.bakery.name}: the machine was too slow, and ${words}`);
}

/**
 * Runs a job that must end well; answers its pod. `isDone`: what a second run says if the first one has done it, though it
 * failed.
 */
export async function completedJob(scene: Scene, cronJob: string, name: string, isDone?: string): Promise<any> {
  for (let run = 1; ; run++) {
    const pod = await startJob(scene, cronJob, runName(name, run));
    if ((await endOfJob(scene, runName(name, run))) === 'Complete') return pod;
    if (run > 1 && isDone && wordsOf(scene, pod).includes(isDone)) return pod;
    mayRunAgain(scene, pod, run);
  }
}

/** What the containers of a pod have said, in their order. */
export function wordsOf({ nodes }: Scene, pod: any): string {
  const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  return containers.map(({ name }: any) => `${name}:\n${nodes.logOf(pod, name, 0)}`).join('\n');
}

export const namespaceOf = ({ bakery }: Scene) => bakery.namespace('payouts');

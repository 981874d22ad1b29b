import type { Api } from '../cluster/api';
import { until } from '../cluster/processes';
import { describeNamespace, refusedPods } from '../cluster/workload-state';

/** Longer than any rollout takes here: pods end and start within a second, disks move within a few. */
const rolloutSeconds = 40;

/**
 * Waits until every workload of a namespace runs what it was last told to, and answers with the number of its pods.
 * Pods are looked at themselves: a set's own numbers are those of a moment before, or of its old revision.
 */
export async function runningPods(api: Api, namespace: string): Promise<number> {
  const ended = await until(`the pods of ${namespace} run, each in its newest revision`, rolloutSeconds, async () => {
    const refused = await refusedPods(api, namespace);
    if (refused.length > 0) return { refused, pods: 0 }; // no use in waiting
    const pods = await finishedPods(api, namespace);
    return pods === undefined ? undefined : { refused, pods };
  }).catch(async (error: Error) => {
    throw new Error(`${error.message}\n${await describeNamespace(api, namespace)}`);
  });
  if (ended.refused.length > 0) throw new Error(ended.refused.join('\n'));
  return ended.pods;
}

/** Undefined while a workload is on its way. */
async function finishedPods(api: Api, namespace: string): Promise<number | undefined> {
  const base = `/apis/apps/v1/namespaces/${namespace}`;
  const [sets, deployments, pods] = await Promise.all([
    api.list(`${base}/statefulsets`),
    api.list(`${base}/deployments`),
    api.list(`/api/v1/namespaces/${namespace}/pods`),
  ]);
  const wanted = [...sets, ...deployments].reduce((sum, { spec }) => sum + (spec.replicas ?? 1), 0);
  const standing = pods.filter((pod) => ['StatefulSet', 'ReplicaSet'].includes(ownerOf(pod)?.kind));
  const finished =
    sets.every((set) => setRuns(set, pods)) && deployments.every(deploymentRuns) && standing.every(isReady);
  return finished && standing.length === wanted ? wanted : undefined;
}

function setRuns({ metadata, spec, status }: any, pods: readonly any[]): boolean {
  const { observedGeneration, updatedReplicas, currentRevision, updateRevision } = status;
  const newest = pods.filter((pod) => {
    const ofRevision = pod.metadata.labels?.['controller-revision-hash'] === updateRevision;
    return ownerOf(pod)?.uid === metadata.uid && ofRevision && isReady(pod);
  });
  return (
    observedGeneration >= metadata.generation &&
    currentRevision === updateRevision &&
    updatedReplicas === spec.replicas &&
    newest.length === spec.replicas
  );
}

function deploymentRuns({ metadata, spec, status }: any): boolean {
  const { observedGeneration, replicas, updatedReplicas, readyReplicas } = status;
  const counts = [replicas, updatedReplicas, readyReplicas];
  return observedGeneration >= metadata.generation && counts.every((count) => (count ?? 0) === spec.replicas);
}

function isReady({ metadata, status }: any): boolean {
  const ready = (status.conditions ?? []).find(({ type }: { type: string }) => type === 'Ready');
  return metadata.deletionTimestamp === undefined && ready?.status === 'True';
}

function ownerOf({ metadata }: any): any {
  return (metadata.ownerReferences ?? []).find(({ controller }: { controller?: boolean }) => controller);
}

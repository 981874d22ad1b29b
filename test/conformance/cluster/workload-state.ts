import type { Api } from './api';

/** What a person asks of a pod that does not run: its state, and what was said about it. */
export async function describeNamespace(api: Api, namespace: string): Promise<string> {
  const pods = await api.list(`/api/v1/namespaces/${namespace}/pods`);
  const events = await api.list(`/api/v1/namespaces/${namespace}/events`);
  const states = pods.map(({ metadata, spec, status }) => {
    const why = (status.conditions ?? []).find((each: any) => each.status === 'False' && each.message)?.message;
    const leaving = metadata.deletionTimestamp ? ' (Terminating)' : '';
    return `pod ${namespace}/${metadata.name}: ${status.phase}${leaving} on ${spec.nodeName ?? 'no node'}${why ? `: ${why}` : ''}`;
  });
  const warnings = events.filter(({ type }) => type === 'Warning');
  return [...states, ...warnings.map((event) => eventLine(event))].join('\n');
}

/** Events that say that a controller could not create a pod. */
export async function refusedPods(api: Api, namespace: string): Promise<string[]> {
  const events = await api.list(`/api/v1/namespaces/${namespace}/events`);
  return events.filter(({ reason }) => reason === 'FailedCreate').map((event) => eventLine(event));
}

function eventLine({ involvedObject, reason, message }: any): string {
  const { kind, namespace, name } = involvedObject;
  return `${kind} ${namespace ? `${namespace}/` : ''}${name}: ${reason}: ${message}`;
}

/** Workloads of a namespace that have fewer ready pods than they want. */
export async function unreadyWorkloads(api: Api, namespace: string): Promise<string[]> {
  const base = `/apis/apps/v1/namespaces/${namespace}`;
  const lists = await Promise.all(
    ['statefulsets', 'deployments', 'daemonsets'].map((kind) => api.list(`${base}/${kind}`)),
  );
  return lists
    .flat()
    .filter(({ metadata, spec, status }) => {
      const current = (status.observedGeneration ?? 0) >= metadata.generation;
      // A DaemonSet wants as many as there are nodes; none is a mistake of its selector.
      const isDaemonSet = status.desiredNumberScheduled !== undefined;
      const wanted = isDaemonSet ? Math.max(1, status.desiredNumberScheduled) : (spec.replicas ?? 1);
      // Before a changed template reaches it, the pod that is there is still a ready one.
      const updated = (isDaemonSet ? status.updatedNumberScheduled : status.updatedReplicas) ?? 0;
      if (updated < wanted) return true;
      return !current || ((isDaemonSet ? status.numberReady : status.readyReplicas) ?? 0) < wanted;
    })
    .map(({ metadata }) => metadata.name);
}

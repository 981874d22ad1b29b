import type { KubeObject } from '../../../charts/objects/kube-object';
import type { Bakery } from '../../../model/bakery';
import { applyAll, complaint } from '../cluster/apply';
import type { Cluster } from '../cluster/test-cluster';
import { namespacesOf } from '../dist-objects';
import type { Report } from '../part';
import type { NodeSpec } from '../simulation/pool-nodes';
import type { Simulation } from '../simulation/simulation';

/** A bakery, the nodes that dist/infra declares for it, and what is applied to them. */
export interface Stand {
  readonly bakery: Bakery;
  /** The Terraform stack, as text. */
  readonly stack: string;
  readonly nodes: readonly NodeSpec[];
  readonly objects: readonly KubeObject[];
}

/**
 * Every bakery has a cluster of its own on Google; here they share one. Its pools keep them apart, as pods name
 * their pool, and system pods are made once for each bakery.
 */
export interface Scene {
  readonly cluster: Cluster;
  readonly simulation: Simulation;
  readonly stands: readonly Stand[];
  readonly report: Report;
}

/** A pod, as far as its place matters. */
export interface Placed {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly component: string;
  readonly node: NodeSpec | undefined;
  readonly terminating: boolean;
  readonly ready: boolean;
  /** Why the scheduler found no node, in its words. */
  readonly unschedulable?: string;
  /**
   * The scheduler failed at it. It writes so too onto a pod that has taken the place of the one that it failed at, as
   * where one drives out the other, and looks at that one again only after five minutes.
   */
  readonly isDisturbed: boolean;
}

/** Pods of a bakery that run or want to, in all its namespaces. */
export async function podsOf({ cluster }: Scene, { objects, nodes }: Stand): Promise<Placed[]> {
  const lists = await Promise.all(
    namespacesOf(objects).map((namespace) => cluster.api.list(`/api/v1/namespaces/${namespace}/pods`)),
  );
  // A pod of a Job that has done its work holds no place any more.
  const present = lists.flat().filter(({ status }) => !['Succeeded', 'Failed'].includes(status.phase));
  return present.map(({ metadata, spec, status }) => {
    const condition = (type: string) => (status.conditions ?? []).find((each: { type: string }) => each.type === type);
    const scheduled = condition('PodScheduled');
    return {
      name: metadata.name,
      namespace: metadata.namespace,
      uid: metadata.uid,
      component: metadata.labels['app.kubernetes.io/name'],
      node: nodes.find(({ name }) => name === spec.nodeName),
      terminating: metadata.deletionTimestamp !== undefined,
      ready: condition('Ready')?.status === 'True',
      isDisturbed: scheduled?.reason === 'SchedulerError',
      ...(scheduled?.reason === 'Unschedulable' ? { unschedulable: scheduled.message } : {}),
    };
  });
}

/** Applies a bakery; what is refused would be waited for in vain. */
export async function applyStand({ cluster }: Scene, { objects }: Stand): Promise<void> {
  const complaints = (await applyAll(cluster.api, objects)).flatMap((verdict) => complaint(verdict) ?? []);
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
}

export function nameOf({ namespace, name }: Placed): string {
  return `pod ${namespace}/${name}`;
}

export function describe(pods: readonly Placed[]): string {
  return pods
    .map((pod) => {
      const { node, terminating, ready, unschedulable } = pod;
      const state = [ready ? 'ready' : 'not ready', ...(terminating ? ['Terminating'] : [])].join(', ');
      return `${nameOf(pod)}: ${state}, ${node ? `on ${node.name}` : (unschedulable ?? 'on no node')}`;
    })
    .join('\n');
}

/** Seconds since `begin`, to one place. */
export function since(begin: number): string {
  return `${((Date.now() - begin) / 1000).toFixed(1)} s`;
}

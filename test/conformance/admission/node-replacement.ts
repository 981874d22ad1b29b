import type { Api } from '../cluster/api';
import { until } from '../cluster/processes';
import type { NodeSpec } from '../simulation/pool-nodes';
import type { Simulation } from '../simulation/simulation';

/** Old nodes and what takes their place. */
export interface Replacement {
  readonly leaving: readonly NodeSpec[];
  readonly coming: readonly NodeSpec[];
  /** The nodes afterwards. */
  readonly nodes: readonly NodeSpec[];
}

/** What Google does when a stack changes: a node whose pool now says something else is made anew. */
export function replacementOf(present: readonly NodeSpec[], declared: readonly NodeSpec[]): Replacement {
  const stays = (node: NodeSpec) => declared.some((each) => isLike(each, node));
  const staying = present.filter(stays);
  const coming = declared.filter((node) => !staying.some((each) => isLike(each, node))).map(renamed);
  return { leaving: present.filter((node) => !stays(node)), coming, nodes: [...staying, ...coming] };
}

let renamings = 0;

/** Google gives every node a name of its own; the old one still runs. */
function renamed(node: NodeSpec): NodeSpec {
  const name = `${node.name}-${++renamings}`;
  return { ...node, name, labels: { ...node.labels, 'kubernetes.io/hostname': name } };
}

function isLike(one: NodeSpec, other: NodeSpec): boolean {
  return withoutName(one) === withoutName(other);
}

function withoutName({ name: _, labels, ...rest }: NodeSpec): string {
  const { 'kubernetes.io/hostname': __, ...others } = labels;
  return JSON.stringify({ ...rest, others });
}

/** As a node pool upgrade: the new nodes come, the old ones are cordoned, emptied and removed. */
export async function replaceNodes(api: Api, simulation: Simulation, { leaving, coming }: Replacement): Promise<void> {
  await simulation.addNodes(coming);
  const names = leaving.map(({ name }) => name);
  for (const name of names) await api.patch(`/api/v1/nodes/${name}`, { spec: { unschedulable: true } });
  await until('the old nodes are empty', 30, async () => {
    const pods = (await api.list('/api/v1/pods')).filter(({ spec }) => names.includes(spec.nodeName));
    // Google asks the disruption budgets for one hour at most, then deletes all the same: here at once.
    for (const { metadata } of pods.filter(({ metadata }) => !metadata.deletionTimestamp)) {
      await api.delete(`/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`);
    }
    return pods.length === 0 && !(await holdDisks(api, names));
  });
  await simulation.removeNodes(names);
}

/** A node that goes before it has said that a disk is unmounted keeps it from the next one for six minutes. */
async function holdDisks(api: Api, nodes: readonly string[]): Promise<boolean> {
  const attachments = await api.list('/apis/storage.k8s.io/v1/volumeattachments');
  return attachments.some(({ spec }) => nodes.includes(spec.nodeName));
}

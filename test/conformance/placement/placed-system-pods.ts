import { type SystemPod, systemDaemons, systemDeployments } from '../../../model/google/system-pods';
import { until } from '../cluster/processes';
import { describeNamespace, unreadyWorkloads } from '../cluster/workload-state';
import type { Scene, Stand } from './stand';

const apps = '/apis/apps/v1/namespaces/kube-system';
const label = 'conformance/system-pods';
const collections = [`${apps}/daemonsets`, `${apps}/deployments`];

/**
 * Google's own pods, on the nodes of each bakery. Like the reservations they come from model/google/machine-types.ts, where
 * synth has them from too, on purpose: what is judged is synth's arithmetic against the real scheduler's. A second table
 * would be a copy of the first, as nobody publishes these numbers; what was measured on GKE is compared with the table
 * in test/model/google/machine-types.test.ts.
 */
export async function placeSystemPods({ cluster: { api } }: Scene, stands: readonly Stand[]): Promise<number> {
  for (const { nodes } of stands) {
    const pools = [...new Set(nodes.map(({ pool }) => pool))];
    const untainted = [...new Set(nodes.filter(({ taints }) => taints.length === 0).map(({ pool }) => pool))];
    for (const row of systemDaemons) await api.create(`${apps}/daemonsets`, daemonSet(row, pools));
    for (const row of systemDeployments) await api.create(`${apps}/deployments`, deployment(row, untainted));
  }
  await until('the system pods run', 40, async () => {
    const left = await unreadyWorkloads(api, 'kube-system');
    return left.length === 0;
  }).catch(async (error) => {
    throw new Error(`${error.message}\n${await describeNamespace(api, 'kube-system')}`);
  });
  return (await api.list(`/api/v1/namespaces/kube-system/pods?labelSelector=${encodeURIComponent(label)}`)).length;
}

export async function removeSystemPods({ cluster: { api } }: Scene): Promise<void> {
  const selector = `labelSelector=${encodeURIComponent(label)}`;
  for (const collection of collections)
    await api.delete(`${collection}?${selector}`, { propagationPolicy: 'Background' });
  await until('the system pods are gone', 40, async () => {
    return (await api.list(`/api/v1/namespaces/kube-system/pods?${selector}`)).length === 0;
  });
}

function daemonSet(row: SystemPod, pools: readonly string[]) {
  const everything = [{ operator: 'Exists' }];
  return workload(row, pools, { priorityClassName: 'system-node-critical', tolerations: everything });
}

function deployment(row: SystemPod, pools: readonly string[]) {
  const made = workload(row, pools, { priorityClassName: 'system-cluster-critical' });
  return { ...made, spec: { ...made.spec, replicas: row.replicas } };
}

function workload(row: SystemPod, pools: readonly string[], pod: object) {
  const labels = { [label]: row.name, 'conformance/pools': pools.join('.') };
  const resources = { requests: { cpu: `${row.cpuMilli}m`, memory: `${row.memoryMiB}Mi` } };
  const inPools = { key: 'cloud.google.com/gke-nodepool', operator: 'In', values: pools };
  const affinity = {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [inPools] }] },
    },
  };
  const containers = [{ name: row.name, image: 'registry.k8s.io/pause:3.10', resources }];
  return {
    metadata: { generateName: `${row.name}-`, labels },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { affinity, containers, ...pod } },
    },
  };
}

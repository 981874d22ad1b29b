import type { KubeObject } from '../../../charts/objects/kube-object';
import { POOL_KEY, poolName, poolRoles } from '../../../model/google/pools';
import { until } from '../cluster/processes';
import { type Placed, podsOf, type Scene, type Stand } from './stand';

const roles = ['payouts', 'monitoring'] as const;
const suffix = '-stand-in-of-the-test';
const workloads = ['Deployment', 'StatefulSet'];

/** A stand with something to place in each auxiliary namespace: what dist/charts has there, else a stand-in. */
export function withAuxiliary(stand: Stand): Stand {
  const inhabited = (namespace: string) =>
    stand.objects.some(
      ({ manifest }) => workloads.includes(manifest.kind) && manifest.metadata.namespace === namespace,
    );
  const bakery = stand.bakery.name;
  const empty = roles.filter((role) => !inhabited(`${bakery}-${role}`));
  return { ...stand, objects: [...stand.objects, ...empty.map((role) => standIn(bakery, role))] };
}

/** Auxiliary pods of each role. */
export function auxiliaryPods(stand: Stand, pods: readonly Placed[]): Map<string, Placed[]> {
  return new Map(
    roles.map((role) => [role, pods.filter(({ namespace }) => namespace === `${stand.bakery.name}-${role}`)]),
  );
}

function standIn(bakery: string, role: string): KubeObject {
  const name = `${role}${suffix}`;
  const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': bakery };
  const manifest = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: `${bakery}-${role}`, labels },
    spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec(bakery) } },
  };
  return { file: 'a stand-in of the test, not in dist', manifest };
}

function podSpec(bakery: string) {
  // Either pool of its bakery, as its cluster has no other: what keeps it off the baking pool is that pool's taint.
  const pools = { key: POOL_KEY, operator: 'In', values: poolRoles.map((role) => poolName(bakery, role)) };
  const terms = { nodeSelectorTerms: [{ matchExpressions: [pools] }] };
  return {
    priorityClassName: `${bakery}-auxiliary`,
    automountServiceAccountToken: false,
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } },
    securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'stand-in',
        image: 'registry.k8s.io/pause:3.10',
        resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '64Mi' } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
      },
    ],
  };
}

/** Brings the stand-ins into a zone that is about to be lost: one that was elsewhere would only stay where it is. */
export async function bringStandIns(scene: Scene, stand: Stand, zone: string): Promise<void> {
  const { api } = scene.cluster;
  const elsewhere = stand.nodes.filter((node) => node.zone !== zone).map(({ name }) => name);
  const cordon = async (unschedulable: boolean) => {
    for (const node of elsewhere) await api.patch(`/api/v1/nodes/${node}`, { spec: { unschedulable } });
  };
  const standIns = async () => (await podsOf(scene, stand)).filter(({ component }) => component.endsWith(suffix));
  await cordon(true);
  try {
    for (const { name, namespace, node } of await standIns()) {
      if (node?.zone !== zone) await api.delete(`/api/v1/namespaces/${namespace}/pods/${name}`);
    }
    await until(`the stand-ins of ${stand.bakery.name} run in ${zone}`, 30, async () => {
      return (await standIns()).every(({ node, ready, terminating }) => node?.zone === zone && ready && !terminating);
    });
  } finally {
    await cordon(false);
  }
}

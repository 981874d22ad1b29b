import { k8s } from 'cdk8s-plus-27';
import { components, type NamespaceRole } from '../../model/components';
import type { ComponentChart } from '../component-chart';

const RBAC = 'rbac.authorization.k8s.io';

/** What a component's pods may do in the namespaces of the bakery. */
export function namespaceRights(chart: ComponentChart, roles: readonly NamespaceRole[], rules: k8s.PolicyRule[]): void {
  const { component } = chart;
  for (const role of roles) {
    const metadata = chart.metadata({ name: component }, role);
    new k8s.KubeRole(chart, `role-${role}`, { metadata, rules });
    new k8s.KubeRoleBinding(chart, `role-binding-${role}`, {
      metadata,
      roleRef: { apiGroup: RBAC, kind: 'Role', name: component },
      subjects: [subjectOf(chart)],
    });
  }
}

/** What they may do that belongs to no namespace. The names carry the bakery's: another one may be in the cluster. */
export function clusterRights(chart: ComponentChart, rules: k8s.PolicyRule[]): void {
  const metadata = { ...chart.metadata({ name: '' }), ...chart.clusterMetadata(chart.component), namespace: undefined };
  new k8s.KubeClusterRole(chart, 'cluster-role', { metadata, rules });
  new k8s.KubeClusterRoleBinding(chart, 'cluster-role-binding', {
    metadata,
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: String(metadata.name) },
    subjects: [subjectOf(chart)],
  });
}

function subjectOf({ bakery, component }: ComponentChart): k8s.Subject {
  return { kind: 'ServiceAccount', name: component, namespace: bakery.namespace(components[component].namespace) };
}

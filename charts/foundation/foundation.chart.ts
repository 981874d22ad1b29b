import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Bakery } from '../../model/bakery';
import { storageClassName } from '../../model/claims';
import { type NamespaceRole, namespaceRoles } from '../../model/components';
import { permanentLabels } from '../../model/google/names';
import { type PriorityName, priorityClass, priorityNames, priorityOf } from '../../model/priorities';
import { BakeryChart, why } from '../component-chart';
import { neverPruned } from '../kit/never-pruned';

/** Label and topology key of a node's zone, as the disk driver of GKE knows it. */
const ZONE = 'topology.gke.io/zone';

/** A newer Kubernetes may forbid more; it must not refuse the baker's pod on the day the cluster is upgraded. */
const ENFORCED = 'v1.32';

const RETAIN =
  'reclaimPolicy Retain: a deleted claim leaves its disk, which may hold watermarks or a chain. A person deletes it.';

/** What stands before any component: namespaces, storage classes, priorities. */
export class FoundationChart extends BakeryChart {
  constructor(scope: Construct, bakery: Bakery) {
    super(scope, bakery, 'foundation');
    for (const role of namespaceRoles) this.restrictedNamespace(role);
    if (bakery.survivesZoneLoss) this.regionalStorage();
    this.zonalStorage();
    for (const name of priorityNames) this.priority(name);
  }

  /** A namespace that goes takes its claims with it, whatever these say. */
  private restrictedNamespace(role: NamespaceRole) {
    const { labels, ...metadata } = this.clusterMetadata(role);
    new k8s.KubeNamespace(this, `namespace-${role}`, {
      metadata: {
        ...metadata,
        annotations: { ...neverPruned },
        labels: {
          ...labels,
          'pod-security.kubernetes.io/enforce': 'restricted',
          'pod-security.kubernetes.io/enforce-version': ENFORCED,
          // Tells in advance what the next version to enforce would refuse.
          'pod-security.kubernetes.io/audit': 'restricted',
          'pod-security.kubernetes.io/audit-version': 'latest',
          'pod-security.kubernetes.io/warn': 'restricted',
          'pod-security.kubernetes.io/warn-version': 'latest',
        },
      },
    });
  }

  /** Disks with a copy in both zones: they follow their pod when a zone is lost. */
  private regionalStorage() {
    this.storageClass('regional', {
      'replication-type': 'regional-pd',
      // A lost zone leaves the disk attached to a node that nobody can reach; with this the driver attaches it
      // to another node by force instead of waiting for a detach that never comes.
      'availability-class': 'regional-hard-failover',
    });
  }

  private zonalStorage() {
    this.storageClass('zonal', {});
  }

  private storageClass(reach: 'regional' | 'zonal', parameters: Record<string, string>) {
    const name = storageClassName(this.bakery.name, reach);
    new k8s.KubeStorageClass(this, `storage-${reach}`, {
      metadata: { ...this.clusterMetadata(reach), name, annotations: why(RETAIN) },
      provisioner: 'pd.csi.storage.gke.io',
      parameters: { labels: diskLabels(this.bakery), type: this.bakery.settings.storage.type, ...parameters },
      reclaimPolicy: 'Retain',
      allowVolumeExpansion: true,
      volumeBindingMode: 'WaitForFirstConsumer',
      // A regional disk left to choose would take its second zone at random, and pods could not follow it there.
      allowedTopologies: [{ matchLabelExpressions: [{ key: ZONE, values: [...this.bakery.zones].sort() }] }],
    });
  }

  private priority(name: PriorityName) {
    const { value, description, waits } = priorityOf(name);
    new k8s.KubePriorityClass(this, `priority-${name}`, {
      metadata: { ...this.clusterMetadata(name), name: priorityClass(this.bakery.name, name) },
      value,
      ...(waits ? { preemptionPolicy: 'Never' } : {}),
      description,
    });
  }
}

/** Labels of the disks, as the driver reads them (gcp-compute-persistent-disk-csi-driver, ConvertLabelsStringToMap). */
function diskLabels(bakery: Bakery): string {
  return Object.entries(permanentLabels(bakery))
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

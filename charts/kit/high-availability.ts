import { ApiObject } from 'cdk8s';
import { components } from '../../model/components';
import { type ComponentChart, why } from '../component-chart';

/** Seconds a node may be unreachable (on top of the 40 until Kubernetes calls it so) before its pod is given up. */
const PATIENCE_SECONDS = 60;

const WHY = `afterNodeUnreachableSeconds ${PATIENCE_SECONDS}: then the pod of a lost node is deleted by force and starts in the other zone. Without this it waits for a person.`;

/**
 * Moves a component's StatefulSet (of the same name) to the other zone when its node is lost: without it, the pod
 * stays `Terminating`, and its disk attached, until a person acts. GKE's Stateful HA add-on reads it, on clusters we
 * make, and finds the StatefulSet by the object's own name (GKE reference, "HighAvailabilityApplication").
 */
export function highAvailability(chart: ComponentChart): void {
  const { component } = chart;
  const { cluster, custody } = chart.bakery.settings;
  const mayRunTwice = !custody.hot || components[component].namespace !== 'baking';
  // A node that is unreachable may still run its pod. With a key in the cluster nothing else would refuse what the
  // pod signs there while its successor signs here: a person decides, by the taint node.kubernetes.io/out-of-service.
  if (!chart.bakery.survivesZoneLoss || !cluster.regional || !mayRunTwice) return;
  new ApiObject(chart, `high-availability-${component}`, {
    apiVersion: 'ha.gke.io/v1',
    kind: 'HighAvailabilityApplication',
    metadata: { ...chart.metadata({ name: component, annotations: why(WHY) }) },
    spec: {
      resourceSelection: { resourceKind: 'StatefulSet' },
      policy: {
        // True makes the add-on check the storage class first, and nothing says that it looks at claims which are not
        // made from templates of the StatefulSet. Ours are regional wherever this object exists.
        storageSettings: { requireRegionalStorage: false },
        failoverSettings: {
          forceDeleteStrategy: 'AfterNodeUnreachable',
          afterNodeUnreachable: { afterNodeUnreachableSeconds: PATIENCE_SECONDS },
        },
      },
    },
  });
}

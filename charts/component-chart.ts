import { Chart } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Bakery } from '../model/bakery';
import type { NamespaceRole } from '../model/components';

/** What a chart says of the object it makes: its name, and the component (and instance) it belongs to. */
export interface ObjectIdentity {
  readonly name: string;
  readonly component: string;
  readonly instance?: string;
  readonly annotations?: Record<string, string>;
}

/**
 * A component's objects. One chart is one file of `dist/charts/<bakery>/`.
 *
 * Names are given, never derived: cdk8s would put hashes into them, and into selectors.
 */
export class BakeryChart extends Chart {
  constructor(
    scope: Construct,
    readonly bakery: Bakery,
    id: string,
    private readonly role?: NamespaceRole,
  ) {
    super(scope, id, { disableResourceNameHashes: true });
  }

  /** Metadata of a namespaced object. */
  metadata({ name, component, instance, annotations }: ObjectIdentity): k8s.ObjectMeta {
    if (!this.role) throw new Error(`chart ${this.node.id} has no namespace for ${name}`);
    const labels = this.bakery.labels(component, instance);
    return { name, namespace: this.bakery.namespace(this.role), labels, ...(annotations ? { annotations } : {}) };
  }

  /** Metadata of a cluster-scoped object: its name carries the bakery's. */
  clusterMetadata({ name, component, annotations }: ObjectIdentity): k8s.ObjectMeta {
    const labels = this.bakery.labels(component);
    return { name: `${this.bakery.name}-${name}`, labels, ...(annotations ? { annotations } : {}) };
  }
}

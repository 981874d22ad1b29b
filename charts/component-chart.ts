import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Bakery } from '../model/bakery';
import { type ComponentName, components, type NamespaceRole } from '../model/components';
import { stageOf } from '../model/stages';

/** Names and contents of files, as a ConfigMap holds them. */
export type Files = Readonly<Record<string, string>>;

/**
 * The annotation that tells a reader of the object why it is as it is: one reason, or a line for each, after the field
 * that surprises. On the metadata of objects only: on those of pods, a better word would restart them.
 */
export function why(...reasons: readonly string[]): Record<string, string> {
  return { 'tezos-bakery/why': reasons.length === 1 ? reasons[0] : reasons.map((reason) => `${reason}\n`).join('') };
}

/** What a chart says of the object it makes: its name, and the instance of the component that it belongs to. */
export interface ObjectIdentity {
  readonly name: string;
  readonly instance?: string;
  readonly annotations?: Record<string, string>;
}

/** One chart is one file of `dist/charts/<bakery>/`. Names are given, never derived: cdk8s would put hashes into them. */
export class BakeryChart extends Chart {
  constructor(
    scope: Construct,
    readonly bakery: Bakery,
    id: string,
  ) {
    super(scope, id, { disableResourceNameHashes: true });
  }

  /** Metadata of a cluster-scoped object: its name carries the bakery's. */
  clusterMetadata(name: string): k8s.ObjectMeta {
    return { name: `${this.bakery.name}-${name}`, labels: this.bakery.labels(this.node.id) };
  }

  /** Metadata of a namespaced object of a component, or of this chart itself. */
  metadataIn(role: NamespaceRole, { name, instance, annotations }: ObjectIdentity, component = this.node.id) {
    const labels = this.bakery.labels(component, instance);
    return { name, namespace: this.bakery.namespace(role), labels, ...(annotations ? { annotations } : {}) };
  }
}

/** A component's objects, all in its namespace; made where `bakery.has` the component. */
export class ComponentChart extends BakeryChart {
  constructor(
    scope: Construct,
    bakery: Bakery,
    readonly component: ComponentName,
  ) {
    super(scope, bakery, component);
  }

  /**
   * Metadata of an object of this component, with its place in the order of a change (Argo CD reads it). All objects of
   * an instance have the same: a claim is pending until its pod is there, and would hold up any later stage. `role`: of
   * an object that stands in another namespace.
   */
  metadata(
    { annotations, ...identity }: ObjectIdentity,
    role: NamespaceRole = components[this.component].namespace,
  ): k8s.ObjectMeta {
    const stage = String(stageOf(this.bakery, this.component, identity.instance));
    return this.metadataIn(role, {
      ...identity,
      annotations: { ...annotations, 'argocd.argoproj.io/sync-wave': stage },
    });
  }

  /** Files for the component's pods, under a stable name (a name with a hash would leave old ones behind). */
  configMap(name: string, data: Files): void {
    this.configMapIn(this, name, data);
  }

  /** What its pods run, as the ConfigMap that `scriptsOf` names: in a file beside this one, apart from the objects. */
  scripts(data: Files): void {
    const file = new Chart(this.node.scope as Construct, `${this.component}.scripts`, {
      disableResourceNameHashes: true,
    });
    this.configMapIn(file, scriptsOf(this.component), data);
  }

  private configMapIn(chart: Chart, name: string, data: Files) {
    new k8s.KubeConfigMap(chart, `config-${name}`, { metadata: this.metadata({ name }), data: { ...data } });
  }
}

/** The ConfigMap of what a component's pods run. */
export function scriptsOf(component: ComponentName): string {
  return `${component}-scripts`;
}

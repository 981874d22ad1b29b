import { parse } from 'yaml';
import { distObjects } from '../dist-objects';

/** What dist/ tells Prometheus and Alertmanager of a bakery. */
export interface RenderedMonitoring {
  readonly bakery: string;
  /** Files of /etc/prometheus, by name. */
  readonly prometheus: Readonly<Record<string, string>>;
  /** Files of /etc/alertmanager. */
  readonly alertmanager: Readonly<Record<string, string>>;
  /** JSON of dashboards. */
  readonly dashboards: readonly string[];
  /** Claims, by namespace and name. */
  readonly claims: readonly { readonly namespace: string; readonly name: string }[];
  /** Pods that stay, by namespace and name. */
  readonly pods: readonly RenderedPod[];
}

export interface RenderedPod {
  readonly namespace: string;
  readonly name: string;
  readonly containers: readonly string[];
}

/** An inhibition, as Alertmanager reads it. */
export interface Inhibition {
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  readonly equal?: readonly string[];
}

/** Of a bakery that has a Prometheus of its own. */
export function renderedMonitoring(root: string, bakery: string): RenderedMonitoring {
  const objects = distObjects(root, bakery).map(({ manifest }) => manifest as any);
  const dataOf = (name: string) =>
    objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name)?.data ?? {};
  const dashboards = objects.filter(({ metadata }) => metadata.labels?.grafana_dashboard !== undefined);
  const ofKind = (wanted: string) => objects.filter(({ kind }) => kind === wanted);
  return {
    bakery,
    prometheus: dataOf('prometheus-config'),
    alertmanager: dataOf('alertmanager-config'),
    dashboards: dashboards.flatMap(({ data = {} }) => Object.values<string>(data)),
    claims: ofKind('PersistentVolumeClaim').map(({ metadata: { namespace, name } }) => ({ namespace, name })),
    pods: ofKind('StatefulSet').map(({ metadata: { namespace, name }, spec }) => ({
      namespace,
      name: `${name}-0`,
      containers: spec.template.spec.containers.map((each: { name: string }) => each.name),
    })),
  };
}

/** The groups of rules.yaml. */
export function rulesOf({ prometheus }: RenderedMonitoring): { alert: string; expr: string }[] {
  const { groups } = parse(prometheus['rules.yaml'] ?? 'groups: []');
  return groups.flatMap(({ rules }: { rules: { alert: string; expr: string }[] }) => rules);
}

export function inhibitionsOf({ alertmanager }: RenderedMonitoring): Inhibition[] {
  return parse(alertmanager['alertmanager.yaml'] ?? '').inhibit_rules ?? [];
}

/** Names of the metrics that a PromQL expression selects. */
export function metricsIn(expr: string): string[] {
  const names = [...expr.matchAll(/([a-zA-Z_:][a-zA-Z0-9_:]*)\s*\{/g)].map(([, name = '']) => name);
  return [...new Set(names)].filter((name) => name !== 'ALERTS');
}

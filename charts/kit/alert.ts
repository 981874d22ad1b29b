import type { Bakery } from '../../model/bakery';
import { type ComponentName, namespaceRoles } from '../../model/components';
import type { Severity } from '../../model/severities';

/** Something a person is told of. It stands in `<component>.alerts.ts` beside what can fail. */
export interface Alert {
  /** In capitals and small letters, as Prometheus' own: the heading of its section in docs/runbook.md, too. */
  readonly name: string;
  /** `heartbeat`: fires all the time, and is missed when it does not. */
  readonly severity: Severity | 'heartbeat';
  /** PromQL; answers something while it is so. */
  readonly expr: string;
  /** For how long it must be so. */
  readonly forSeconds: number;
  /** What happened, in the words of a headline; `{{ $labels.x }}` and `{{ $value }}` are Prometheus' own. */
  readonly summary: string;
  /** For the person woken at night: what it means and what to look at first. */
  readonly description: string;
  /** Alerts of the same cause: while this one fires, nobody is told of them. */
  readonly hides?: readonly (string | Hidden)[];
  /** Labels in which a hidden alert must be like this one, if it is a mere name: only its own baker's or node's is hidden. */
  readonly hidesSame?: readonly string[];
  /** For how long it fires on when it is so no more: what it hides may need that to end. */
  readonly lastsSeconds?: number;
}

export interface Hidden {
  readonly name: string;
  /** Labels in which it must be like the alert that hides it. */
  readonly same: readonly string[];
}

/**
 * For a cause: when it has gone, what it hides goes on for some blocks. Peers must be dialled; the next right must come,
 * be used, and be judged. Without this one cause would be told twice, the second time when nothing is to be done. One that
 * hides another cause lasts a minute longer than that, or more: what follows ends some looks later than what it follows from.
 */
export const RECOVERY_SECONDS = 300;

/** What an alert hides, each with the labels in which it must be like it. */
export function hiddenBy({ hides = [], hidesSame = [] }: Alert): Hidden[] {
  return hides.map((each) => (typeof each === 'string' ? { name: each, same: hidesSame } : each));
}

/** What a component of the bakery has to say when it fails. */
export type AlertsOf = (bakery: Bakery) => readonly Alert[];

/** The labels that each scraped series has, whoever scrapes it; `job` is not among them. */
export const seriesLabels = { bakery: 'bakery', component: 'component', instance: 'instance' } as const;

/** Baker that a series or alert is about: `delegate_name`, as on Octez' own dashboards. */
export const BAKER_LABEL = 'delegate_name';

/** PromQL of a component's metric; `matchers` of further labels, e.g. `uplink="cable"`. */
export function series(
  bakery: Bakery,
  component: ComponentName,
  metric: string,
  ...matchers: readonly string[]
): string {
  return `${metric}{${[`bakery="${bakery.name}"`, `component="${component}"`, ...matchers].join(',')}}`;
}

/**
 * PromQL: one of these does not answer who scrapes it. An operator's Prometheus finds what it scrapes by the pods that there
 * are, and has no `up` of one that is missing.
 */
export function isDown(bakery: Bakery, component: ComponentName, instances: readonly string[] = [component]): string {
  const up = instances.map((instance) => series(bakery, component, 'up', `instance="${instance}"`));
  return up.map((each) => `${each} == 0 or absent(${each})`).join(' or ');
}

/** PromQL of what Kubernetes or its kubelets tell of the bakery's own namespaces. */
export function kubeSeries(bakery: Bakery, metric: string, ...matchers: readonly string[]): string {
  const roles = namespaceRoles.join('|');
  return `${metric}{${[`namespace=~"${bakery.name}-(?:${roles})"`, ...matchers].join(',')}}`;
}

/** A rule as Prometheus reads it. */
export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly keep_firing_for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The rule of an alert. Its labels hold what grouping and routing ask for, whatever the expression leaves of them. */
export function ruleOf({ name, settings }: Bakery, alert: Alert): AlertingRule {
  const { summary, description, severity, expr, forSeconds, lastsSeconds } = alert;
  return {
    alert: alert.name,
    expr,
    for: `${forSeconds}s`,
    ...(lastsSeconds === undefined ? {} : { keep_firing_for: `${lastsSeconds}s` }),
    labels: { bakery: name, severity },
    annotations: {
      summary,
      description,
      runbook_url: `${settings.runbook ?? 'docs/runbook.md'}#${alert.name.toLowerCase()}`,
    },
  };
}

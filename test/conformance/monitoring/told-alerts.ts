import type { Inhibition } from './rendered-monitoring';

/** Of the severities that people are told of. */
const OURS = 'severity=~"page|warning"';

/**
 * PromQL: how often, in the hour before, somebody began to be told of an alert: it fires, and no other one that fires
 * hides it, by the inhibitions that Alertmanager is given. By severity and name. `every`: rules are evaluated so often.
 */
export function toldInAnHour(every: string, inhibitions: readonly Inhibition[] = []): string {
  const began = `(${told(inhibitions, '')}) unless (${told(inhibitions, ` offset ${every}`)})`;
  return `sum by (severity, alertname) (count_over_time((${began})[1h:${every}]))`;
}

function told(inhibitions: readonly Inhibition[], at: string): string {
  const hidden = inhibitions.map((each) => ` unless (${hiddenBy(each, at)})`);
  return `${firing([OURS], at)}${hidden.join('')}`;
}

/** A label that neither has is one in which they are alike, here as there. */
function hiddenBy({ source_matchers, target_matchers, equal = [] }: Inhibition, at: string): string {
  return `${firing(target_matchers, at)} and on (${equal.join(', ')}) ${firing(source_matchers, at)}`;
}

const firing = (matchers: readonly string[], at: string) =>
  `ALERTS{${['alertstate="firing"', ...matchers].join(',')}}${at}`;

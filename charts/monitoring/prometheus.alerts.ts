import { WATCHDOG } from '../../programs/heartbeat/heartbeat.contract';
import { type Alert, type AlertsOf, series } from '../kit/alert';

const MINUTE = 60;

/** What watches, and the way to people. */
export const prometheusAlerts: AlertsOf = (bakery) => {
  const watchdog: Alert = {
    name: WATCHDOG,
    severity: 'heartbeat',
    expr: 'vector(1)',
    forSeconds: 0,
    summary: 'Monitoring works',
    description: 'Fires all the time. Whoever no longer hears it must tell a person: then nothing else is told either.',
  };
  return [
    watchdog,
    {
      name: 'AlertsNotEvaluated',
      severity: 'warning',
      expr: `increase(${series(bakery, 'prometheus', 'prometheus_rule_evaluation_failures_total')}[15m]) > 0`,
      forSeconds: 15 * MINUTE,
      summary: 'Prometheus cannot judge some of its rules',
      description: 'Some alerts may not fire at all. The log of prometheus-0 names the rule and the reason.',
    },
    {
      name: 'PeopleNotTold',
      severity: 'warning',
      expr: `increase(${series(bakery, 'alertmanager', 'alertmanager_notifications_failed_total')}[15m]) > 0`,
      forSeconds: 10 * MINUTE,
      summary: 'Messages do not get through by {{ $labels.integration }}',
      description:
        'Alertmanager could not hand messages over. The log of alertmanager-0 says why: a file of the Secret that is missing or wrong, a service that is down, or no way to the internet.',
    },
    {
      name: 'AlertmanagerUnreachable',
      severity: 'warning',
      expr: `up{bakery="${bakery.name}",component="alertmanager"} == 0`,
      forSeconds: 5 * MINUTE,
      summary: 'Alertmanager does not answer',
      description:
        'Nobody is told of anything until it is back, of this neither: it is the heartbeat that is missed. Look at the pod alertmanager-0 and its events.',
    },
  ];
};

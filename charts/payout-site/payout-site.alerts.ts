import { type AlertsOf, kubeSeries } from '../kit/alert';

const HOUR = 3600;

/** Runs come by the hour; visitors are told on each page after half a day. */
const OLD_HOURS = 6;

/** By the age of its last success, or of the job where there has been none: never by how a run ends. */
export const payoutSiteAlerts: AlertsOf = (bakery) => {
  const of = (metric: string) => `max(${kubeSeries(bakery, metric, 'cronjob="payout-site"')})`;
  const since = `(${of('kube_cronjob_status_last_successful_time')} or ${of('kube_cronjob_created')})`;
  return [
    {
      name: 'PayoutSiteOld',
      severity: 'warning',
      expr: `time() - ${since} > ${OLD_HOURS * HOUR}`,
      forSeconds: 600,
      summary: 'The payout site has not been made anew for {{ $value | humanizeDuration }}',
      description:
        'Delegators see what was paid until then, and after half a day a notice that it is old. Nothing of the site is lost. The log of the last run says what it stopped at: `kubectl logs job/NAME` in the namespace of payouts.',
    },
  ];
};

import { type AlertsOf, series } from '../kit/alert';

const MINUTE = 60;
/** Octez wants fifty, and at least ten; with this few it may be filled by a stranger, or shut in. */
const FEW_PEERS = 5;

/** The public nodes. One of them is enough to bake. */
export const sentryAlerts: AlertsOf = (bakery) => {
  if (!bakery.sentries.every((sentry) => bakery.sentryRelease(sentry).hasMetricsServer)) return [];
  const sentry = (metric: string) => series(bakery, 'sentry', metric);
  return [
    {
      name: 'SentryDown',
      severity: 'warning',
      expr: `${sentry('up')} == 0`,
      forSeconds: 5 * MINUTE,
      summary: '{{ $labels.instance }} does not run',
      description:
        'The private node lives on the others. Look at the events of its pod; a lost zone takes its sentry along.',
      hides: ['PodNotReady'],
    },
    {
      name: 'SentryFewPeers',
      severity: 'warning',
      expr: `${sentry('octez_p2p_connections_active')} < ${FEW_PEERS}`,
      forSeconds: 15 * MINUTE,
      summary: '{{ $labels.instance }} has {{ $value }} peers',
      description: 'It may fall behind. Look at Cloud NAT, and whether somebody fills it by its load balancer.',
    },
    {
      name: 'SentryNotSynced',
      severity: 'warning',
      expr: `${sentry('octez_validator_chain_synchronisation_status')} != 1`,
      forSeconds: 15 * MINUTE,
      summary: '{{ $labels.instance }} is not synced',
      description: 'It passes on blocks late or not at all. Look at its peers and at the load of its machine.',
    },
  ];
};

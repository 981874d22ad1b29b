import { type AlertsOf, RECOVERY_SECONDS } from '../kit/alert';
import { nodeSeries, ofNodes } from '../kit/octez/node-series';

const MINUTE = 60;
/** Octez wants fifty, and at least ten; with this few it may be filled by a stranger, or shut in. */
const FEW_PEERS = 5;

/** The public nodes. One of them is enough to bake. */
export const sentryAlerts: AlertsOf = (bakery) => {
  const sentry = nodeSeries(bakery, 'sentry');
  return [
    {
      name: 'SentryDown',
      severity: 'warning',
      expr: ofNodes(bakery, sentry.down),
      forSeconds: 5 * MINUTE,
      lastsSeconds: RECOVERY_SECONDS,
      summary: '{{ $labels.instance }} does not run',
      description:
        'The private node lives on the others. Look at the events of its pod; a lost zone takes its sentry along.',
      hides: [{ name: 'PodNotReady', same: ['instance'] }, 'PrivateNodeFewPeers'],
    },
    {
      name: 'SentryFewPeers',
      severity: 'warning',
      expr: ofNodes(bakery, `${sentry.peers} < ${FEW_PEERS}`),
      forSeconds: 15 * MINUTE,
      summary: '{{ $labels.instance }} has {{ $value }} peers',
      description: 'It may fall behind. Look at Cloud NAT, and whether somebody fills it by its load balancer.',
    },
    {
      name: 'SentryNotSynced',
      severity: 'warning',
      expr: ofNodes(bakery, `${sentry.synced} != 1`),
      forSeconds: 15 * MINUTE,
      summary: '{{ $labels.instance }} is not synced',
      description: 'It passes on blocks late or not at all. Look at its peers and at the load of its machine.',
    },
  ];
};

import { BEAT_SECONDS, heartbeatMetrics } from '../../programs/heartbeat/heartbeat.contract';
import { type AlertsOf, series } from '../kit/alert';

/** That many beats are missed before somebody is asked to look. */
const BEATS = 5;

/** The heartbeat itself. Whoever reads it in the bucket notices by himself; this says why. */
export const heartbeatAlerts: AlertsOf = (bakery) => [
  {
    name: 'HeartbeatNotWritten',
    severity: 'warning',
    expr: `time() - ${series(bakery, 'heartbeat', heartbeatMetrics.lastSuccess)} > ${BEATS * BEAT_SECONDS}`,
    forSeconds: BEATS * BEAT_SECONDS,
    summary: 'The heartbeat in the bucket is not written',
    description:
      'Whoever reads it takes monitoring for dead. The log of heartbeat-0 says why: Alertmanager has no Watchdog or a silence of it, no token comes from Google, or Cloud Storage does not take the object.',
  },
];

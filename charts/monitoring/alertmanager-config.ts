import { stringify } from 'yaml';
import type { Bakery } from '../../model/bakery';
import { HEARTBEAT_FILE } from '../../model/google/needed-secrets';
import type { Severity } from '../../model/severities';
import type { Files } from '../component-chart';
import { type Alert, BAKER_LABEL, hiddenBy } from '../kit/alert';
import { receiverConfig, SECRETS_DIR } from './receivers';

const FILE = 'alertmanager.yaml';

/** Where `alertmanagerFiles` are mounted. */
export const ALERTMANAGER_DIR = '/etc/alertmanager';
export const ALERTMANAGER_CONFIG = `${ALERTMANAGER_DIR}/${FILE}`;

/** Receivers of our own; no bakery file may use these names. */
const NOBODY = 'nobody';
const HEARTBEAT = 'heartbeat';
const QUIET = 'quiet-hours';

type Own = NonNullable<Bakery['settings']['monitoring']['own']>;
type Receiver = Own['receivers'][number];

/** Who is told of what, and what is told once. */
export function alertmanagerFiles({ settings }: Bakery, alerts: readonly Alert[]): Files {
  const own = settings.monitoring.own!; // or the bakery would not have this component
  const { receivers, quietHours, heartbeat } = own;
  const config = {
    route: {
      receiver: NOBODY,
      routes: [heartbeatRoute(own), ...receivers.flatMap((receiver) => routesOf(own, receiver))],
    },
    inhibit_rules: alerts.flatMap(inhibition),
    ...(quietHours ? { time_intervals: [quiet(quietHours)] } : {}),
    receivers: [
      { name: NOBODY },
      ...(heartbeat?.hosted ? [{ name: HEARTBEAT, webhook_configs: [heartbeatCall] }] : []),
      ...receivers.map(receiverConfig),
    ],
  };
  return { [FILE]: stringify(config, { lineWidth: 0, aliasDuplicateObjects: false }) };
}

const heartbeatCall = { url_file: `${SECRETS_DIR}/${HEARTBEAT_FILE}`, send_resolved: false };

/** Each minute, as long as everything on the way from a rule to the world works. One in a bucket asks Alertmanager itself. */
function heartbeatRoute({ heartbeat }: Own): object {
  return {
    receiver: heartbeat?.hosted ? HEARTBEAT : NOBODY,
    matchers: ['severity="heartbeat"'],
    group_wait: '0s',
    group_interval: '1m',
    repeat_interval: '1m',
  };
}

/** How often a person is told of one thing. A page is about one baker; warnings come together. */
const rhythm: Readonly<Record<Severity, object>> = {
  page: { group_by: ['alertname', BAKER_LABEL], group_wait: '15s', group_interval: '5m', repeat_interval: '2h' },
  warning: { group_by: ['severity'], group_wait: '2m', group_interval: '15m', repeat_interval: '24h' },
};

/** A route for each severity; all receivers are asked, not the first that matches. */
function routesOf({ quietHours }: Own, { name, severities, bakers }: Receiver): object[] {
  // What is about no baker alone has no such label: the empty word.
  const ofBakers = bakers ? [`${BAKER_LABEL}=~"${['', ...bakers].join('|')}"`] : [];
  return severities.map((severity) => ({
    receiver: name,
    matchers: [`severity="${severity}"`, ...ofBakers],
    ...rhythm[severity],
    ...(severity === 'warning' && quietHours ? { mute_time_intervals: [QUIET] } : {}),
    continue: true,
  }));
}

/** One cause gives one message. */
function inhibition(alert: Alert): object[] {
  const hidden = hiddenBy(alert);
  const kinds = [...new Set(hidden.map(({ same }) => same.join()))];
  return kinds.map((kind) => {
    const alike = hidden.filter(({ same }) => same.join() === kind);
    return {
      source_matchers: [`alertname="${alert.name}"`],
      target_matchers: [`alertname=~"${alike.map(({ name }) => name).join('|')}"`],
      equal: ['bakery', ...alike[0].same],
    };
  });
}

/** A day of Alertmanager ends at 24:00: hours over midnight are two ranges. */
function quiet({ fromUtc, toUtc }: NonNullable<Own['quietHours']>): object {
  const range = (start_time: string, end_time: string) => ({ start_time, end_time });
  const overMidnight = fromUtc > toUtc;
  const times = overMidnight
    ? [range(fromUtc, '24:00'), ...(toUtc === '00:00' ? [] : [range('00:00', toUtc)])]
    : [range(fromUtc, toUtc)];
  return { name: QUIET, time_intervals: [{ times }] };
}

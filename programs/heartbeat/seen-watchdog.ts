import { ask } from '../runtime/ask-http';
import { type HeartbeatConfig, WATCHDOG, type WatchdogView } from './heartbeat.contract';
import { Missed } from './missed';

/**
 * Prometheus sends what fires once a minute (`--rules.alert.resend-delay`), at its next evaluation. Alertmanager itself
 * forgets the alert only after four of them.
 */
const STALE_SECONDS = 180;

/** For Alertmanager, a pod beside this one. */
const PATIENCE_MS = 10_000;

/**
 * The alert as Alertmanager tells it now. Throws Missed unless it is there, active, and Prometheus has sent it just now:
 * then the way from a rule to Alertmanager works.
 */
export async function seenWatchdog(config: HeartbeatConfig, nowMs: number): Promise<WatchdogView> {
  // After its labels have changed there are two for a while.
  const [alert] = (await alertsOf(config))
    .filter(({ labels }) => labels?.alertname === WATCHDOG && labels.bakery === config.bakery)
    .sort((a, b) => (String(a.updatedAt) > String(b.updatedAt) ? -1 : 1));
  if (!alert)
    throw new Missed('absent', `Alertmanager knows of no ${WATCHDOG} of ${config.bakery}: Prometheus sends none`);
  const { startsAt, updatedAt, endsAt, status } = alert;
  if (![startsAt, updatedAt, endsAt].every(isTime)) throw new Missed('alertmanager', `its ${WATCHDOG} has no times`);
  if (status?.state !== 'active') {
    throw new Missed('inactive', `${WATCHDOG} is ${status?.state}: nobody may silence it, nothing inhibits it`);
  }
  const ageSeconds = Math.round((nowMs - Date.parse(updatedAt as string)) / 1000);
  if (ageSeconds > STALE_SECONDS || Date.parse(endsAt as string) < nowMs) {
    throw new Missed('stale', `Prometheus has sent ${WATCHDOG} ${ageSeconds} s ago, and not again`);
  }
  return { startsAt: startsAt as string, updatedAt: updatedAt as string, endsAt: endsAt as string };
}

/** `gettableAlert`, as far as it is read; nothing is certain before it is looked at. */
interface ToldAlert {
  readonly labels?: Readonly<Record<string, unknown>>;
  readonly startsAt?: unknown;
  readonly updatedAt?: unknown;
  readonly endsAt?: unknown;
  readonly status?: { readonly state?: unknown };
}

/** Silenced and inhibited ones too: who reads the log hears which it is. */
async function alertsOf({ alertmanager, bakery }: HeartbeatConfig): Promise<ToldAlert[]> {
  const filters = [`alertname="${WATCHDOG}"`, `bakery="${bakery}"`];
  const query = filters.map((filter) => `filter=${encodeURIComponent(filter)}`).join('&');
  const question = { method: 'GET', path: `/api/v2/alerts?${query}`, timeoutMs: PATIENCE_MS } as const;
  const { status, text } = await ask({ url: alertmanager }, question).catch((error: Error) => {
    throw new Missed('alertmanager', `Alertmanager does not answer: ${error.message}`);
  });
  if (status !== 200) throw new Missed('alertmanager', `Alertmanager answers ${status}`);
  let told: unknown;
  try {
    told = JSON.parse(text);
  } catch {
    // it is none
  }
  if (!Array.isArray(told)) throw new Missed('alertmanager', 'what Alertmanager answers is no list of alerts');
  return told as ToldAlert[];
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}
